// Nothing of the secret key stays in the memory of a module: not the key, not as HMAC pads it, and
// not the states of the hash after the pads, with which one could sign as well.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

/** What each script begins with: the memories of all instances, and what to look for in them. */
const start = (entry) => `
  const memories = [];
  let fails = false;
  const { Instance } = WebAssembly;
  WebAssembly.Instance = function (...args) {
    const { exports } = new Instance(...args);
    if (exports.core_sign) memories.push(exports.memory);
    const core_sign = (...args) => { if (fails) throw new RangeError('trap'); return exports.core_sign(...args); };
    return { exports: { ...exports, core_sign } };
  };
  const api = require('${entry}');
  const skey = 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep';
  const credentials = { ikey: 'DIWJ8X6AEYOR5OMC6TQ1', skey };
  const { createSHA1, createSHA512 } = require('hash-wasm');

  /** The state after a pad of HMAC, somewhere in what hash-wasm saves of it. */
  async function states(create, block, width) {
    const hash = await create();
    const found = [];
    for (const pad of [0x36, 0x5c]) {
      hash.init();
      hash.update(Buffer.alloc(block, pad).map((byte, i) => byte ^ (skey.charCodeAt(i) || 0)));
      const saved = Buffer.from(hash.save());
      for (let i = 0; i + width <= saved.length; i++) found.push(saved.subarray(i, i + width));
    }
    // What is all alike is no state.
    return found.filter((bytes) => new Set(bytes).size > width / 3);
  }

  async function main(run) {
    const key = [0, 0x36, 0x5c].map((pad) => Buffer.from(skey).map((byte) => byte ^ pad));
    const sha512 = await states(createSHA512, 128, 64);
    const sha1 = await states(createSHA1, 64, 20);
    const isIn = (traces) => memories.some((memory) => {
      const bytes = Buffer.from(memory.buffer);
      return traces.some((trace) => bytes.includes(trace));
    });
    const seen = [];
    const look = (when, wanted = { key: false, sha512: false, sha1: false }) => {
      const found = { key: isIn(key), sha512: isIn(sha512), sha1: isIn(sha1) };
      for (const name in wanted) if (found[name] !== wanted[name]) seen.push(when + ': ' + name);
    };
    const attempt = (call) => { try { return call(); } catch (error) { return error; } };
    await run({ look, attempt });
    console.log(seen.join(', ') || 'nothing');
  }`;

function run(entry, body) {
  const script = `${start(entry)}\nmain(async ({ look, attempt }) => {${body}});`;
  const cwd = new URL('../..', import.meta.url);
  return execFileSync(process.execPath, ['-e', script], { cwd, encoding: 'utf8' }).trim();
}

const alive = '{ key: false, sha512: true, sha1: true }';

for (const entry of ['duo-sign', 'duo-sign/diagnose']) {
  test(`${entry}: the search finds a key that is there`, () => {
    const body = `
      api.canonicalize('GET', 'h', '/', { k: skey });
      look('in a parameter', { key: true, sha512: false, sha1: false });`;
    assert.equal(run(entry, body), 'nothing');
  });

  test(`${entry}: signing`, () => {
    const body = `
      const { Signer, signRequest, canonicalize } = api;
      const call = ['GET', 'h', '/', { k: 'é' }, 0];
      const signer = new Signer(credentials);
      look('constructed', ${alive});
      signer.signRequest(...call);
      signer.signRequest(...call, { signatureVersion: 2, digest: 'sha1' });
      signer.signRequest('POST', 'h', '/', undefined, 0, { body: new Uint8Array(2 ** 23) });
      look('signed', ${alive});
      attempt(() => signer.signRequest('', 'h', '/'));
      look('refused', ${alive});
      signer.dispose();
      look('disposed');
      for (const digest of ['sha512', 'sha1']) {
        signRequest('POST', 'h', '/', { k: 'é'.repeat(1000) }, 0, credentials, { signatureVersion: 2, digest });
        look('signed once with ' + digest);
      }
      attempt(() => signRequest('GET', 'h', '/', { k: null }, 0, credentials));
      look('request refused');
      attempt(() => signRequest(...call, { ...credentials, skey: skey + '\\n' }));
      look('key refused');
      attempt(() => signRequest(...call, { ...credentials, ikey: skey }));
      look('keys swapped');
      const lost = new Signer(credentials);
      fails = true;
      attempt(() => lost.signRequest(...call));
      fails = false;
      look('after a trap');`;
    assert.equal(run(entry, body), 'nothing');
  });
}

test('duo-sign/diagnose: verification and diagnosis', () => {
  const body = `
    const { canonicalize, diagnose, diagnoseAsync, parseRequest, signRequest, verify } = api;
    const signed = signRequest('GET', 'h', '/', { k: 1 }, 0, credentials);
    const valid = { ...signed, headers: { Host: 'h', ...signed.headers } };
    const other = Buffer.from(credentials.ikey + ':' + '0'.repeat(128)).toString('base64');
    const wrong = { ...valid, headers: { ...valid.headers, Authorization: 'Basic ' + other } };
    const clean = (when) => {
      // Arguments hold what is no secret until the next call; results do until the next result.
      canonicalize('GET', 'h', '/', { k: 'x'.repeat(5000) });
      look(when);
    };
    verify(valid, credentials);
    clean('verified');
    verify(wrong, credentials);
    clean('refused');
    diagnose(valid, credentials);
    clean('valid');
    diagnose(wrong, credentials, { budget: 5000 });
    clean('unexplained');
    attempt(() => diagnose(wrong, credentials, { onProgress() { look('while it runs', { sha512: true }); throw 0; } }));
    clean('ended by its caller');
    const controller = new AbortController();
    const running = diagnoseAsync(wrong, credentials, { signal: controller.signal });
    controller.abort();
    await running.catch(() => {});
    clean('aborted');
    attempt(() => diagnose(wrong, credentials, { budget: -5 }));
    clean('options refused');
    attempt(() => parseRequest('curl https://h/ -u ' + credentials.ikey + ':' + skey));
    clean('parsed');`;
  assert.equal(run('duo-sign/diagnose', body), 'nothing');
});

test('duo-sign/diagnose: a thousand diagnoses leave nothing behind', () => {
  const script = `${start('duo-sign/diagnose')}
    const { diagnose, signRequest } = api;
    const stop = { budget: 10_000, onProgress() { throw 0; } };
    const one = (i) => {
      const signed = signRequest('GET', 'h', '/', { k: i % 10, l: 'a b' }, 0, credentials);
      const other = { ...credentials, skey: 'x'.repeat(40) };
      diagnose(signed, credentials);
      diagnose(signed, other, { budget: 100 });
      try { diagnose(signed, other, stop); } catch {}
    };
    const used = () => { gc(); return process.memoryUsage().heapUsed; };
    for (let i = 0; i < 100; i++) one(i);
    const [before, heap] = [memories[0].buffer.byteLength, used()];
    for (let i = 0; i < 1000; i++) one(i);
    console.log(memories.length, memories[0].buffer.byteLength - before, used() - heap < 500_000);`;
  const cwd = new URL('../..', import.meta.url);
  const said = execFileSync(process.execPath, ['--expose-gc', '-e', script], {
    cwd,
    encoding: 'utf8',
  });
  assert.equal(said.trim(), '1 0 true');
});
