// Random requests: what is signed must be what Duo's clients sign, and what is sent must verify.

import assert from 'node:assert/strict';
import https from 'node:https';
import { after, before, test } from 'node:test';
import duoApi from '@duosecurity/duo_api';
import { Signer, signRequest } from 'duo-sign';
import { expected, startEndpoint } from './oracle.mjs';
import { keys, Random } from './random.mjs';
import { closeConnections, send } from './send.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const count = Number(process.env.COUNT ?? 6000);
const batch = 1000;

let endpoint;
before(async () => {
  endpoint = await startEndpoint(keys);
});
after(async () => {
  closeConnections();
  await endpoint.stop();
});

test(`${count} random requests, seed ${seed}`, { timeout: 900_000 }, async (t) => {
  const random = new Random(seed);
  const tally = { duo_client: 0, duo_hmac: 0, json_bodies: 0, verified: 0 };
  const node = { compared: 0 };
  for (let done = 0; done < count; done += batch) {
    const cases = Array.from({ length: Math.min(batch, count - done) }, () => {
      const [ikey, skey] = random.pick(Object.entries(keys));
      return random.request({ ikey, skey });
    });
    const wanted = await expected(cases);
    const requests = [];
    for (const [i, it] of cases.entries()) {
      const { duo_client, duo_hmac } = wanted[i];
      requests.push(check(it, 'Date', duo_client, tally));
      tally.duo_client++;
      if (duo_hmac) {
        requests.push(check(it, 'X-Duo-Date', duo_hmac, tally));
        tally.duo_hmac++;
      }
      compareWithNode(it, node);
    }
    await verifyAll(requests, tally);
    t.diagnostic(`${done + cases.length} of ${count}: ${JSON.stringify(tally)}`);
  }
  t.diagnostic(`@duosecurity/duo_api: ${JSON.stringify(node)}`);
  assert.equal(tally.duo_client, count);
  assert.equal(tally.verified, tally.duo_client + tally.duo_hmac);
  assert.ok(
    tally.duo_hmac > count / 4 && tally.json_bodies > count / 8 && node.compared > count / 4,
  );
});

/** Signs a case in both ways, and compares it with what Duo's client made of it. */
function check(it, dateHeader, wanted, tally) {
  const { method, host, path, params, date, version, digest, headers } = it;
  const options = { signatureVersion: version, digest, headers, dateHeader };
  const signed = signRequest(method, host, path, params, date, it, options);
  assert.equal(signed.canonical, wanted.canonical, shown(it));
  assert.equal(signed.headers.Authorization, wanted.authorization, shown(it));
  assert.equal(signed.headers[dateHeader], date);
  assert.equal(signed.method, method.toUpperCase());
  if (wanted.body !== null) {
    assert.equal(signed.body, wanted.body, shown(it));
    tally.json_bodies++;
  }
  const signer = new Signer(it, options);
  assert.deepEqual(signer.signRequest(method, host, path, params, date), signed);
  signer.dispose();
  return { it, signed };
}

function shown(it) {
  return JSON.stringify({ seed, ...it }, (_, v) => (typeof v === 'bigint' ? `${v}n` : v));
}

async function verifyAll(requests, tally) {
  await Promise.all(
    requests.map(async ({ it, signed }) => {
      const answer = await send(endpoint, signed);
      const verified = { signature_version: it.version, digest: it.digest };
      assert.deepEqual(answer, { status: 200, stat: 'OK', response: verified }, signed.canonical);
      tally.verified++;
    }),
  );
}

/** The same request through Duo's Node client, but for the requests that it is known to mis-sign. */
function compareWithNode(it, node) {
  const { method, host, path, params, version } = it;
  if (version !== 2 && version !== 5) return;
  const reason = disagreement(it);
  if (reason) {
    node[reason] = (node[reason] ?? 0) + 1;
    return;
  }
  const sent = throughNode(it);
  // It writes JSON in the caller's order; the same bytes must get the same signature.
  const inJson = version === 5 && sent.body !== '';
  const signed = signRequest(method, host, path, inJson ? {} : params, sent.headers.Date, it, {
    signatureVersion: version,
    dateHeader: 'Date',
    body: inJson ? sent.body : undefined,
  });
  assert.equal(signed.headers.Authorization, sent.headers.Authorization, shown(it));
  node.compared++;
}

function throughNode({ ikey, skey, host, version, method, path, params }) {
  const original = https.request;
  const sent = {};
  https.request = (options) => {
    sent.headers = options.headers;
    return { on() {}, end() {}, write: (body) => (sent.body = body) };
  };
  try {
    new duoApi.Client(ikey, skey, host, version).apiCall(method, path, params, () => {});
  } finally {
    https.request = original;
  }
  return sent;
}

const encoded = (text) =>
  Buffer.from(
    encodeURIComponent(text).replace(
      /[!'()*]/g,
      (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
  );
const isSorted = (list, key) =>
  list.every((it, i) => i === 0 || Buffer.compare(key(list[i - 1]), key(it)) <= 0);

/** Why Duo's Node client differs from the Python clients on this request, if it does. */
function disagreement({ method, params, version }) {
  const upper = method.toUpperCase();
  if (method !== upper && ['POST', 'PUT', 'PATCH'].includes(upper)) return 'method in lower case';
  if (version === 5 && ['POST', 'PUT', 'PATCH'].includes(upper)) {
    return hasBigInt(params) ? 'bigint in JSON' : undefined;
  }
  // By UTF-16 unit, which is how `sort` compares.
  if (!isSorted(Object.keys(params).sort(), encoded)) return 'keys in raw order';
  for (const value of Object.values(params)) {
    if (!Array.isArray(value)) continue;
    if (value.length === 0) return 'empty list';
    if (!isSorted(value, encoded)) return 'values of a key unsorted';
  }
}

function hasBigInt(value) {
  if (typeof value === 'bigint') return true;
  return value !== null && typeof value === 'object' && Object.values(value).some(hasBigInt);
}

// The documented ways in which Duo's Node client differs: ours is what duo_client signs.
const disagreements = {
  'keys in raw order, not encoded': { params: { 'a[': '1', aB: '2' } },
  'keys by UTF-16 unit': { params: { Ａ: '1', '😀': '2' } },
  'values of a key unsorted': { params: { k: ['b', 'a'] } },
  'an empty list leaves a stray &': { params: { k: [], z: '1' } },
  'values in raw order': { params: { k: ['~', 'é'] } },
  'a method in lower case': { method: 'post', params: { a: '1' }, version: 5 },
};
for (const [name, special] of Object.entries(disagreements)) {
  test(`@duosecurity/duo_api differs: ${name}`, async () => {
    const [ikey, skey] = Object.entries(keys)[0];
    const it = { ikey, skey, method: 'GET', host: 'api-xxxxxxxx.duosecurity.com', ...special };
    Object.assign(it, { path: '/admin/v1/users', version: special.version ?? 2, headers: {} });
    Object.assign(it, { digest: 'sha512' });
    const sent = throughNode(it);
    it.date = sent.headers.Date;
    const [{ duo_client }] = await expected([it]);
    const signed = signRequest(it.method, it.host, it.path, it.params, it.date, it, {
      signatureVersion: it.version,
      dateHeader: 'Date',
    });
    assert.equal(signed.headers.Authorization, duo_client.authorization);
    assert.notEqual(signed.headers.Authorization, sent.headers.Authorization);
    assert.equal((await send(endpoint, signed)).status, 200);
  });
}

test('@duosecurity/duo_api differs: JSON keys in the order given', async () => {
  const [ikey, skey] = Object.entries(keys)[0];
  const it = { ikey, skey, method: 'POST', host: 'api-x.duosecurity.com', path: '/x', version: 5 };
  Object.assign(it, { params: { b: 1, a: 'é' }, headers: {}, digest: 'sha512' });
  const sent = throughNode(it);
  it.date = sent.headers.Date;
  const [{ duo_client }] = await expected([it]);
  const signed = signRequest(it.method, it.host, it.path, it.params, it.date, it, {
    dateHeader: 'Date',
  });
  assert.equal(signed.body, duo_client.body);
  assert.equal(signed.headers.Authorization, duo_client.authorization);
  assert.notEqual(signed.body, sent.body);
});

test('@duosecurity/duo_api differs: it signs null as text and sends nothing', () => {
  const [ikey, skey] = Object.entries(keys)[0];
  const it = { ikey, skey, method: 'GET', host: 'api-x.duosecurity.com', path: '/x', version: 2 };
  assert.ok(throughNode({ ...it, params: { k: null } }).headers.Authorization);
  assert.throws(() => signRequest(it.method, it.host, it.path, { k: null }, undefined, it), {
    code: 'ERR_DUO_INVALID_PARAMS',
  });
});
