// Random requests at scale: what is signed must be what duo_client and duo_hmac sign.

import { parseArgs } from 'node:util';
import { build } from '../../tools/build.mjs';
import { Problem, say, whenCalled } from '../../tools/run.mjs';
import { setup } from '../../tools/setup.mjs';
import { expected } from '../js/oracle.mjs';
import { keys, Random } from '../js/random.mjs';

const batch = 5000;
const dateHeaders = { duo_client: 'Date', duo_hmac: 'X-Duo-Date' };

/** Compares at least `count` requests with duo_client, and half as many with duo_hmac. */
async function differential(count, seed) {
  // Only there once it is built.
  const { signRequest } = await import('duo-sign');
  const differing = (it, wanted) =>
    Object.keys(dateHeaders).find((name) => wanted[name] && !agrees(it, name, wanted[name]));
  const agrees = (it, name, wanted) => {
    const { method, host, path, params, date, version, digest, headers } = it;
    const dateHeader = dateHeaders[name];
    const options = { signatureVersion: version, digest, headers, dateHeader };
    let signed;
    try {
      signed = signRequest(method, host, path, params, date, it, options);
    } catch {
      return false;
    }
    const isSame = signed.canonical === wanted.canonical;
    const isBody = (wanted.body ?? null) === null || signed.body === wanted.body;
    return isSame && isBody && signed.headers.Authorization === wanted.authorization;
  };
  const random = new Random(seed);
  const tally = { duo_client: 0, duo_hmac: 0 };
  const next = () => {
    const cases = Array.from({ length: Math.min(batch, count) }, () => {
      const [ikey, skey] = random.pick(Object.entries(keys));
      return random.request({ ikey, skey });
    });
    return { cases, wanted: expected(cases) };
  };
  let ahead = next();
  let shown = 0;
  while (tally.duo_client < count || tally.duo_hmac < count / 2) {
    const { cases, wanted } = ahead;
    const results = await wanted;
    // Python goes on with these meanwhile.
    ahead = next();
    for (const [i, it] of cases.entries()) {
      const client = differing(it, results[i]);
      if (client) {
        await ahead.wanted;
        const least = await minimal(it, (it, wanted) => differing(it, wanted) === client);
        throw new Problem(`Seed ${seed}: ${client} signs another text for ${json(least)}`);
      }
      for (const name of Object.keys(tally)) if (results[i][name]) tally[name]++;
    }
    if (tally.duo_client - shown >= 100_000) {
      shown = tally.duo_client;
      console.log(`  ${JSON.stringify(tally)}`);
    }
  }
  await ahead.wanted;
  return tally;
}

/** Takes away whatever a request can do without and still differ. */
async function minimal(it, differs) {
  for (;;) {
    const smaller = [...without(it, 'params'), ...without(it, 'headers')];
    for (const plain of [{ path: '/' }, { host: 'a.com' }, { method: 'GET' }]) {
      const [[name, value]] = Object.entries(plain);
      if (it[name] !== value) smaller.push({ ...it, ...plain });
    }
    const wanted = smaller.length > 0 ? await expected(smaller) : [];
    const found = smaller.find((smaller, i) => differs(smaller, wanted[i]));
    if (!found) return it;
    it = found;
  }
}

function without(it, part) {
  return Object.keys(it[part]).map((name) => {
    // Without a prototype, so that `__proto__` is a name like others.
    const rest = Object.assign(Object.create(null), it[part]);
    delete rest[name];
    return { ...it, [part]: rest };
  });
}

const json = (it) =>
  JSON.stringify(it, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));

await whenCalled(import.meta.url, async () => {
  const { values } = parseArgs({
    options: { count: { type: 'string', default: '100000' }, seed: { type: 'string' } },
  });
  const count = Number(values.count);
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  if (!(count > 0) || !Number.isInteger(seed)) throw new Problem('--count and --seed take numbers');
  await setup();
  await build();
  say(`Comparing ${count} random requests with Duo's clients, seed ${seed}`);
  const tally = await differential(count, seed);
  say(`No differences: ${tally.duo_client} of duo_client, ${tally.duo_hmac} of duo_hmac`);
});
