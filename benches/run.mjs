// Speed, as ratios that were measured side by side: `npm run bench`. Prints a table; --json prints the
// same for programs, --quick measures less, --node leaves the browser out.

import { spawnSync } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import aws4 from 'aws4';
import { chromium, output, root, say, whenCalled } from '../tools/run.mjs';
import {
  aws4fetchOf,
  dates,
  hashes,
  host,
  keys,
  measure,
  ours,
  path,
  works,
  written,
} from './work.mjs';

const require = createRequire(import.meta.url);

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** The works in Node.js, in microseconds of CPU time for each subject. */
async function inNode(options) {
  const duoSign = await import('duo-sign');
  const { sign, signV5 } = require('@duosecurity/duo_api/lib/duo_sig.js');
  const { ikey, skey } = keys;
  const native = {
    sha512: (data) => createHash('sha512').update(data).digest('hex'),
    hmac: (text) => createHmac('sha512', skey).update(text).digest('hex'),
    base64: (text) => Buffer.from(text).toString('base64'),
  };
  const others = await hashes();
  const rows = [];
  for (const work of works) {
    const { name, version, params = {}, json, bytes, rounds } = work;
    const body = () => (json ? JSON.stringify(json) : (bytes ?? ''));
    const method = json || bytes ? 'POST' : 'GET';
    const byHand = written(native, work);
    const header =
      version === 2
        ? (date) => sign(ikey, skey, method, host, path, params, date)
        : (date) => signV5(ikey, skey, method, host, path, params, date, body());
    const subjects = {
      duo_api: header,
      'duo-sign': ours(duoSign, work),
      'by hand': byHand,
      'duo_api, URL and body': (date) => {
        const query = new URLSearchParams(params);
        const url = `https://${host}${path}?${query}`;
        return { method, url, headers: { Date: date, Authorization: header(date) }, body: body() };
      },
      ...Object.fromEntries(Object.entries(others).map(([it, hash]) => [it, written(hash, work)])),
      aws4: (date) => {
        const url = `${path}?${new URLSearchParams(params)}`;
        const request = {
          host,
          path: url,
          method,
          body: body(),
          service: 's',
          headers: { 'X-Date': date },
        };
        return aws4.sign(request, { accessKeyId: ikey, secretAccessKey: skey });
      },
      aws4fetch: aws4fetchOf(work),
    };
    const results = { ...subjects['duo-sign'](dates[0]) };
    const wanted = header(dates[0]);
    // What is measured is right, as far as the order of JSON's members is the same.
    if (!json && results.headers.Authorization !== wanted) throw new Error(`${name}: not the same`);
    rows.push({ name, microseconds: await measure(subjects, rounds, cpu, options) });
  }
  return rows;
}

/** From the start of a process to its first signature, less an empty process, in milliseconds. */
function firstSignature({ times }) {
  const args = `'GET', '${host}', '${path}'`;
  const { ikey, skey } = keys;
  const scripts = {
    empty: '',
    duo_api: `require('@duosecurity/duo_api'); require('@duosecurity/duo_api/lib/duo_sig.js').signV5('${ikey}', '${skey}', ${args}, { limit: '10' }, 'x', '');`,
    'duo-sign': `new (require('duo-sign').Signer)({ ikey: '${ikey}', skey: '${skey}' }).signRequest(${args}, { limit: '10' });`,
  };
  const samples = { empty: [], duo_api: [], 'duo-sign': [] };
  for (let time = 0; time < times; time++) {
    for (const [name, script] of Object.entries(scripts)) {
      const report = 'const { user, system } = process.cpuUsage(); console.log(user + system);';
      const { stdout } = spawnSync(process.execPath, ['-e', script + report], {
        cwd: root,
        encoding: 'utf8',
      });
      samples[name].push(Number(stdout));
    }
  }
  const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
  const empty = median(samples.empty);
  const milliseconds = (name) => (median(samples[name]) - empty) / 1000;
  return { duo_api: milliseconds('duo_api'), 'duo-sign': milliseconds('duo-sign') };
}

/** The same works in Chromium, by the clock, since a page cannot ask for CPU time. */
async function inChromium(options) {
  const program = chromium.map((it) => output('which', [it])).find(Boolean);
  if (!program) return undefined;
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import * as duoSign from 'duo-sign';
        import { hashes, measure, ours, works, written, aws4fetchOf } from './work.mjs';
        globalThis.bench = async (options) => {
          const others = await hashes();
          const rows = [];
          for (const work of works) {
            const subjects = { 'duo-sign': ours(duoSign, work), aws4fetch: aws4fetchOf(work) };
            for (const [name, hash] of Object.entries(others)) subjects[name] = written(hash, work);
            const clock = () => performance.now() * 1000;
            rows.push({ name: work.name, microseconds: await measure(subjects, work.rounds, clock, options) });
          }
          return rows;
        };`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: 'iife',
    write: false,
    logLevel: 'error',
  });
  const { default: puppeteer } = await import('puppeteer-core');
  // Short, since browsers put sockets there.
  const folder = mkdtempSync('/tmp/bench-');
  const browser = await puppeteer.launch({
    executablePath: program,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    userDataDir: folder,
    env: { ...process.env, TMPDIR: folder },
    protocolTimeout: 600_000,
  });
  try {
    const page = await browser.newPage();
    // Web Crypto needs a secure context.
    await page.goto('about:blank');
    await page.setContent('<title>bench</title>');
    await page.goto('file:///dev/null').catch(() => {});
    await page.evaluate(outputFiles[0].text);
    return await page.evaluate((options) => globalThis.bench(options), options);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function table(title, rows, base) {
  const names = Object.keys(rows[0].microseconds);
  const width = Math.max(...names.map((it) => it.length));
  console.log(`\n${title}`);
  for (const { name, microseconds } of rows) {
    console.log(`\n  ${name}`);
    for (const subject of names) {
      const time = microseconds[subject];
      const ratio = (microseconds[base] / time).toFixed(2);
      console.log(
        `    ${subject.padEnd(width)} ${time.toFixed(2).padStart(10)} µs  ${ratio.padStart(6)} × ${base}`,
      );
    }
  }
}

await whenCalled(import.meta.url, async () => {
  const flags = process.argv.slice(2);
  const options = { times: flags.includes('--quick') ? 8 : 40 };
  const node = await inNode(options);
  const first = firstSignature({ times: options.times });
  const browser = flags.includes('--node') ? undefined : await inChromium(options);
  if (flags.includes('--json')) {
    console.log(JSON.stringify({ node, first, chromium: browser }, null, 2));
    return;
  }
  say('Ratios: how much faster than the subject they are of; measured in turn, in one process');
  table(`Node.js ${process.version}, CPU time`, node, 'duo_api');
  console.log('\n  First signature, from the start of the process, less an empty one');
  for (const [name, time] of Object.entries(first)) {
    console.log(
      `    ${name.padEnd(9)} ${time.toFixed(1)} ms  ${(first.duo_api / time).toFixed(2)} × duo_api`,
    );
  }
  if (browser) table('Chromium, by the clock', browser, 'hash-wasm');
  else if (!flags.includes('--node')) say('Chromium is not here: nothing measured in it');
});
