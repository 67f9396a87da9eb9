// The public API: what it takes, and what it gives.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as duoSign from 'duo-sign';

const { canonicalize, explain, Signer, signRequest } = duoSign;
const host = 'api-xxxxxxxx.duosecurity.com';
const date = 'Tue, 21 Aug 2012 17:29:18 -0000';
const credentials = {
  ikey: 'DIWJ8X6AEYOR5OMC6TQ1',
  skey: 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep',
};
const sign = (method, params, options) =>
  signRequest(method, host, '/admin/v1/users', params, date, credentials, options);

test('params of every kind give the same request', () => {
  const pairs = [
    ['b', 'x y'],
    ['a', '2'],
    ['a', '1'],
    ['c', 'true'],
  ];
  const wanted = sign('GET', pairs);
  assert.match(wanted.url, /\?a=1&a=2&b=x%20y&c=true$/);
  function* iterable() {
    yield* pairs;
  }
  for (const params of [
    { b: 'x y', a: [2, 1n], c: true, left: undefined, out: [] },
    new Map([
      ['b', 'x y'],
      ['a', ['2', '1']],
      ['c', true],
    ]),
    new URLSearchParams(pairs),
    iterable(),
    Object.assign(Object.create(null), { c: [true], b: 'x y', a: ['1', 2] }),
  ]) {
    assert.deepEqual(sign('GET', params), wanted);
  }
});

test('dates of every kind give the same request', () => {
  const at = (date) => canonicalize('GET', host, '/', {}, date);
  const wanted = at(date);
  for (const it of [new Date(date), Date.parse(date), Date.parse(date) + 0.5])
    assert.equal(at(it), wanted);
  // A string is signed unchanged.
  assert.ok(at('Tue, 21 Aug 2012 17:29:18 GMT').startsWith('Tue, 21 Aug 2012 17:29:18 GMT\n'));
  const before = Math.floor(Date.now() / 1000);
  const now = Date.parse(canonicalize('GET', host, '/').split('\n')[0]) / 1000;
  assert.ok(now >= before && now <= Date.now() / 1000);
});

test('where parameters go', () => {
  for (const signatureVersion of [1, 2, 4, 5]) {
    const options = { signatureVersion };
    for (const method of ['GET', 'DELETE', 'HEAD', 'OPTIONS', 'delete']) {
      const signed = sign(method, { k: 1 }, options);
      assert.equal(signed.url, `https://${host}/admin/v1/users?k=1`);
      assert.equal(signed.body, null);
      assert.ok(!('Content-Type' in signed.headers));
    }
    for (const method of ['POST', 'PUT', 'PATCH', 'post']) {
      const signed = sign(method, { k: 1 }, { ...options, query: { q: 'é' } });
      assert.equal(signed.url, `https://${host}/admin/v1/users?q=%C3%A9`);
      assert.equal(signed.body, signatureVersion < 4 ? 'k=1' : '{"k":1}');
      const type = signatureVersion < 4 ? 'application/x-www-form-urlencoded' : 'application/json';
      assert.equal(signed.headers['Content-Type'], type);
    }
  }
  assert.equal(sign('POST', undefined).body, '{}');
  assert.equal(sign('POST', {}, { signatureVersion: 2 }).body, '');
});

test('a body that is given is sent unchanged', () => {
  const bytes = new Uint8Array([0xff, 0x00, 0x7b]);
  assert.equal(sign('PUT', {}, { body: bytes }).body, bytes);
  assert.equal(sign('PUT', {}, { body: Buffer.from('{}') }).canonical, sign('PUT', {}).canonical);
  const text = '{ "b": "é", "a": 1 }';
  const signed = sign(
    'PUT',
    {},
    { body: text, headers: { 'content-type': 'application/json; charset=utf-8' } },
  );
  assert.equal(signed.body, text);
  assert.equal(signed.headers['content-type'], 'application/json; charset=utf-8');
  assert.ok(!('Content-Type' in signed.headers));
  assert.equal(
    sign('PUT', {}, { body: new TextEncoder().encode(text) }).canonical,
    signed.canonical,
  );
  assert.equal(sign('GET', {}, { body: '' }).body, null);
  assert.equal(sign('POST', {}, { body: '' }).body, '');
  assert.equal(sign('POST', {}, { body: null }).body, '{}');
  // v2 signs the fields that are in it, in whatever spelling.
  const form = sign('POST', {}, { signatureVersion: 2, body: 'b=%7e+x&a' });
  assert.equal(form.body, 'b=%7e+x&a');
  assert.equal(form.canonical.split('\n').pop(), 'a=&b=~%20x');
});

test('headers of every kind', () => {
  const plain = { 'X-Duo-B': '2', 'x-duo-a': '', Accept: 'text/html', left: undefined };
  const wanted = sign('GET', {}, { headers: plain });
  assert.equal(wanted.headers.Accept, 'text/html');
  assert.equal(wanted.headers['X-Duo-B'], '2');
  const { left, ...there } = plain;
  for (const headers of [
    new Map(Object.entries(there)),
    Object.entries(there),
    new Headers(there),
  ]) {
    assert.equal(sign('GET', {}, { headers }).canonical, wanted.canonical);
  }
  // Other headers are not signed.
  const others = { 'x-duofoo': '1', 'X-Duo-B': '2', 'x-duo-a': '' };
  assert.equal(sign('GET', {}, { headers: others }).canonical, wanted.canonical);
});

test('one date header', () => {
  const headers = sign('GET', {}).headers;
  assert.deepEqual(Object.keys(headers), ['Date', 'Authorization']);
  const xDuo = sign('GET', {}, { dateHeader: 'X-Duo-Date' });
  assert.deepEqual(Object.keys(xDuo.headers), ['X-Duo-Date', 'Authorization']);
  assert.notEqual(xDuo.canonical, sign('GET', {}).canonical);
});

test('a signer keeps its defaults', () => {
  const signer = new Signer(credentials, { signatureVersion: 2, digest: 'sha1' });
  const options = { signatureVersion: 2, digest: 'sha1' };
  const call = ['GET', host, '/admin/v1/users', { k: 1 }, date];
  assert.deepEqual(signer.signRequest(...call), signRequest(...call, credentials, options));
  assert.deepEqual(
    signer.signRequest(...call, { digest: 'sha512' }),
    signRequest(...call, credentials, { signatureVersion: 2 }),
  );
  if (Symbol.dispose) {
    signer[Symbol.dispose]();
    assert.throws(() => signer.signRequest(...call), { code: 'ERR_DUO_DISPOSED' });
  }
});

test('the memory may grow while signers are disposed of', () => {
  const signers = Array.from({ length: 10_000 }, () => new Signer(credentials));
  // Their gaps are too small for the list of them.
  for (let i = 0; i < signers.length; i += 2) signers[i].dispose();
  const call = ['GET', host, '/', { k: 1 }, date];
  assert.deepEqual(new Signer(credentials).signRequest(...call), signRequest(...call, credentials));
});

test('an undefined option is one left out, and options are read once', () => {
  const signer = new Signer(credentials, { signatureVersion: 2 });
  const call = ['GET', host, '/admin/v1/users', { k: 1 }, date];
  assert.deepEqual(
    signer.signRequest(...call, { signatureVersion: undefined }),
    signRequest(...call, credentials, { signatureVersion: 2 }),
  );
  assert.equal(sign('GET', new Map([['k', undefined]])).url, sign('GET', {}).url);
  // Inherited options count as well as own ones.
  assert.equal(
    sign('GET', {}, Object.create({ signatureVersion: 2 })).canonical,
    sign('GET', {}, { signatureVersion: 2 }).canonical,
  );
  let reads = 0;
  const options = {
    get body() {
      return reads++ ? 'another' : 'the first';
    },
  };
  assert.deepEqual(sign('PUT', {}, options), sign('PUT', {}, { body: 'the first' }));
  assert.equal(reads, 1);
});

test('explain is the canonical string, line by line', () => {
  for (const signatureVersion of [1, 2, 4, 5]) {
    const lines = explain('POST', host, '/', { k: 1 }, date, { signatureVersion });
    const canonical = canonicalize('POST', host, '/', { k: 1 }, date, { signatureVersion });
    assert.equal(lines.map(({ value }) => value).join('\n'), canonical);
    assert.ok(lines.every(({ label, note }) => label && note));
  }
});

test('names that JavaScript treats in its own way', () => {
  const params = JSON.parse('{"__proto__":"p","constructor":"c","10":"a","9":"b"}');
  assert.match(sign('GET', params).url, /\?10=a&9=b&__proto__=p&constructor=c$/);
  assert.equal(sign('POST', params).body, '{"10":"a","9":"b","__proto__":"p","constructor":"c"}');
});

test('many parameters', () => {
  const names = Array.from({ length: 20_000 }, (_, i) => [`k${(i * 7919) % 20_000}`, String(i)]);
  const query = new URL(sign('GET', names).url).search.slice(1);
  const sorted = query.split('&').map((pair) => pair.split('=')[0]);
  assert.equal(sorted.length, 20_000);
  assert.deepEqual(sorted, sorted.toSorted());
});

test('a request that makes the memory of the core grow', () => {
  const small = sign('GET', { k: 'é' });
  for (const length of [1e4, 1e5, 1e6, 5e6]) {
    for (const text of ['x', 'é'].map((it) => it.repeat(length))) {
      const [hash] = sign('POST', {}, { body: text }).canonical.split('\n').slice(5);
      assert.equal(hash, createHash('sha512').update(text).digest('hex'));
    }
  }
  assert.deepEqual(sign('GET', { k: 'é' }), small);
});

test('import and require give the same API', () => {
  const required = createRequire(import.meta.url)('duo-sign');
  assert.deepEqual(Object.keys(required).sort(), Object.keys(duoSign).sort());
  assert.deepEqual(
    required.signRequest('GET', host, '/', { k: 1 }, date, credentials),
    signRequest('GET', host, '/', { k: 1 }, date, credentials),
  );
});

test('importing starts nothing', () => {
  const script = `
    let started = 0;
    const Module = WebAssembly.Module;
    WebAssembly.Module = class extends Module { constructor(b) { super(b); started++; } };
    const { canonicalize } = require('duo-sign');
    const before = started;
    canonicalize('GET', 'h', '/');
    canonicalize('GET', 'h', '/');
    process.stdout.write(before + ' ' + started);`;
  const cwd = new URL('../..', import.meta.url);
  assert.equal(execFileSync(process.execPath, ['-e', script], { cwd, encoding: 'utf8' }), '0 1');
});

test('without WebAssembly the error says so', () => {
  const script = `
    delete globalThis.WebAssembly;
    const { canonicalize } = require('duo-sign');
    try { canonicalize('GET', 'h', '/'); } catch (error) { process.stdout.write(error.code); }`;
  const cwd = new URL('../..', import.meta.url);
  const output = execFileSync(process.execPath, ['-e', script], { cwd, encoding: 'utf8' });
  assert.equal(output, 'ERR_DUO_WASM_UNAVAILABLE');
});

test('the condition that this runs under has its core', () => {
  const { execArgv } = process;
  const condition = execArgv.includes('-C') ? execArgv[execArgv.indexOf('-C') + 1] : 'node';
  const suffix = { node: '.node', browser: '', 'edge-light': '.js' }[condition];
  const resolve = (name) => basename(import.meta.resolve(name));
  assert.equal(resolve('duo-sign'), suffix === '.js' ? 'js.js' : `index${suffix}.js`);
  assert.equal(resolve('duo-sign/diagnose'), `diagnose${suffix}.js`);
});

test('one class of errors for all entries, which takes no core along', async () => {
  const entries = ['duo-sign', 'duo-sign/diagnose', 'duo-sign/js', 'duo-sign/client'];
  for (const load of [(name) => import(name), createRequire(import.meta.url)]) {
    const classes = await Promise.all(entries.map(async (name) => (await load(name)).DuoSignError));
    assert.equal(new Set(classes).size, 1);
  }
  const { build } = await import('esbuild');
  const bundled = async (names) => {
    const contents = `export { ${names} } from './dist/index.js';`;
    // There the manifest is that of the package, which says that importing does nothing.
    const resolveDir = fileURLToPath(new URL('../../pkg', import.meta.url));
    const options = { bundle: true, format: 'esm', write: false, minify: true };
    const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir } });
    return outputFiles[0].text.length;
  };
  assert.ok((await bundled('DuoSignError')) < 2000);
  assert.ok((await bundled('DuoSignError, canonicalize')) > 50_000);
});
