// The local endpoint answers as Duo does: it takes Duo's own client, and refuses with Duo's codes.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { signRequest } from 'duo-sign';
import { endpoint, ikey, skey } from './duo.mjs';
import { runPython } from './oracle.mjs';
import { send } from './send.mjs';

const host = 'api-xxxxxxxx.duosecurity.com';

const sign = (options, { method = 'GET', date, params = { limit: 10, name: 'Zoë' } } = {}) =>
  signRequest(
    method,
    host,
    '/admin/v1/users',
    params,
    date,
    { ikey, skey },
    { dateHeader: 'Date', ...options },
  );

test("takes what Duo's Python client sends", async () => {
  const statuses = await runPython('call.py', endpoint.http, ikey, skey);
  assert.equal(Object.keys(statuses).length, 12);
  for (const [call, status] of Object.entries(statuses)) assert.equal(status, 200, call);
});

/** A change to a signed request that Duo refuses, by Duo's code. */
const changes = {
  40101: {
    'no Authorization': (it) => delete it.headers.Authorization,
    'not Basic': (it) =>
      (it.headers.Authorization = it.headers.Authorization.replace('Basic', 'Bearer')),
    'not base64': (it) => (it.headers.Authorization = 'Basic !!!'),
    'no colon': (it) => (it.headers.Authorization = `Basic ${btoa(ikey)}`),
  },
  40102: {
    'another ikey': (it) => (it.headers.Authorization = `Basic ${btoa(`DIX:${'0'.repeat(128)}`)}`),
  },
  40103: {
    'without the query': (it) => (it.url = it.url.split('?')[0]),
    'another value': (it) => (it.url = it.url.replace('limit=10', 'limit=11')),
    'another parameter': (it) => (it.url += '&x='),
    'another path': (it) => (it.url = it.url.replace('/users', '/Users')),
    'another host': (it) => (it.url = it.url.replace('api-x', 'api-y')),
    'another method': (it) => (it.method = 'DELETE'),
    'another spelling of the date': (it) =>
      (it.headers.Date = it.headers.Date.replace('-0000', 'GMT')),
    'a header that is not signed': (it) => (it.headers['X-Duo-A'] = '1'),
    'a body that is not signed': (it) => (it.body = '{}'),
  },
  40104: {
    'no date': (it) => delete it.headers.Date,
    'two dates': (it) => (it.headers.Date = [it.headers.Date, it.headers.Date]),
    'a date that is none': (it) => (it.headers.Date = 'yesterday'),
  },
  40105: {
    'an old date': (it) => Object.assign(it, sign({}, { date: Date.now() - 301_000 })),
    'a date to come': (it) => Object.assign(it, sign({}, { date: Date.now() + 400_000 })),
  },
};
for (const [code, cases] of Object.entries(changes)) {
  for (const [name, change] of Object.entries(cases)) {
    test(`${code}: ${name}`, async () => {
      const signed = sign({});
      assert.equal((await send(endpoint, signed)).status, 200);
      change(signed);
      const answer = await send(endpoint, signed);
      assert.deepEqual([answer.status, answer.code, answer.stat], [401, Number(code), 'FAIL']);
    });
  }
}

test('40103: another body', async () => {
  for (const signatureVersion of [1, 2, 4, 5]) {
    const signed = sign({ signatureVersion }, { method: 'POST' });
    assert.equal((await send(endpoint, signed)).response.signature_version, signatureVersion);
    signed.body += ' ';
    assert.equal((await send(endpoint, signed)).code, 40103);
  }
});

test('versions 1 and 2 sign no body but a form', async () => {
  for (const signatureVersion of [1, 2]) {
    const signed = sign({ signatureVersion }, { method: 'POST', params: {} });
    signed.body = '{"a":1}';
    signed.headers['Content-Type'] = 'application/json';
    assert.equal((await send(endpoint, signed)).status, 200);
    signed.body = 'a=1';
    signed.headers['Content-Type'] = 'application/x-www-form-urlencoded';
    assert.equal((await send(endpoint, signed)).code, 40103);
  }
});

test('takes dates within the window, and X-Duo-Date before Date', async () => {
  for (const offset of [-280_000, 300_000]) {
    assert.equal((await send(endpoint, sign({}, { date: Date.now() + offset }))).status, 200);
  }
  const signed = sign({ dateHeader: 'X-Duo-Date' });
  signed.headers.Date = 'Tue, 21 Aug 2012 17:29:18 -0000';
  assert.equal((await send(endpoint, signed)).status, 200);
});

test('takes bodies of any bytes', async () => {
  const body = Uint8Array.from({ length: 256 }, (_, i) => i);
  const signed = sign({ body }, { method: 'PUT', params: {} });
  assert.equal((await send(endpoint, signed)).status, 200);
  signed.body = body.with(255, 0);
  assert.equal((await send(endpoint, signed)).code, 40103);
});

test('reads a form body as it is signed, in every spelling', async () => {
  for (const body of ['k=a=b', '+=%2B&a=%7e', '&&a&=b&=', 'k=%zz%4', 'k=é', 'k=%ff&k=%C3%A9', '']) {
    const signed = sign({ signatureVersion: 2, body }, { method: 'POST', params: {} });
    assert.equal((await send(endpoint, signed)).status, 200, body);
  }
});

test("runs the README's first example", async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, example] = readme.match(/```js\n(.*?)```/s);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', example],
    {
      cwd: new URL('../..', import.meta.url),
      env: {
        ...process.env,
        DUO_IKEY: ikey,
        DUO_SKEY: skey,
        DUO_HOST: `127.0.0.1:${endpoint.https}`,
        NODE_EXTRA_CA_CERTS: endpoint.ca,
      },
    },
  );
  assert.match(stdout, /^200 /);
});
