// verify: what it takes. That it agrees with Duo's Python client is seen wherever `send` is used.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { signRequest, verify } from 'duo-sign/diagnose';

const credentials = {
  ikey: 'DIWJ8X6AEYOR5OMC6TQ1',
  skey: 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep',
};
const host = 'api-xxxxxxxx.duosecurity.com';
const now = Date.parse('2026-11-23T12:00:00Z');
const sign = (method, params, options) =>
  signRequest(method, host, '/admin/v1/users', params, now, credentials, {
    dateHeader: 'Date',
    ...options,
  });

test('takes requests of every kind', () => {
  const ok = { ok: true, signatureVersion: 5, digest: 'sha512' };
  const { method, url, headers } = sign('GET', { limit: 10, name: 'ü' });
  const target = url.slice(`https://${host}`.length);
  const pairs = [...Object.entries(headers), ['host', host]];
  for (const request of [
    { method, url, headers },
    { method, url: `${url}#fragment`, headers: new Headers(headers), body: null },
    { method: 'get', url: target, headers: pairs, body: '' },
    { method, url: target, headers: new Map(pairs), body: new Uint8Array() },
    {
      method,
      url: target,
      headers: { ...headers, HOST: [host.toUpperCase()], 'Set-Cookie': ['a', 'b'] },
    },
  ]) {
    assert.deepEqual(verify(request, credentials, { now }), ok);
  }
  const body = new Uint8Array([0, 255, 10]);
  const signed = sign('PUT', {}, { body });
  assert.deepEqual(verify(signed, credentials, { now: new Date(now) }), ok);
  const changed = { ...signed, body: new Uint8Array([0, 255, 11]) };
  assert.equal(verify(changed, credentials, { now }).code, 40103);
});

test('a path that looks like a URL', () => {
  const options = { dateHeader: 'Date' };
  const signed = signRequest('GET', host, '/a://b/c', { d: 1 }, now, credentials, options);
  for (const url of [signed.url, '/a://b/c?d=1']) {
    const request = { ...signed, url, headers: { ...signed.headers, Host: host } };
    assert.equal(verify(request, credentials, { now }).ok, true, url);
  }
});

test('the versions that are taken', () => {
  for (const signatureVersion of [1, 2, 4, 5]) {
    const request = sign('GET', { limit: 10 }, { signatureVersion });
    const taken = (versions) => verify(request, credentials, { now, versions });
    assert.equal(taken([signatureVersion]).signatureVersion, signatureVersion);
    assert.equal(taken([1, 2, 4, 5].filter((it) => it !== signatureVersion)).code, 40103);
  }
  for (const versions of [5, [3], ['5'], {}, null]) {
    assert.throws(() => verify(sign('GET'), credentials, { now, versions }), {
      code: 'ERR_DUO_INVALID_OPTIONS',
    });
  }
});

test('the clock', () => {
  const signed = sign('GET');
  const code = (options) => verify(signed, credentials, options).code;
  assert.equal(code({ now: now + 300_999 }), undefined);
  assert.equal(code({ now: now + 301_000 }), 40105);
  assert.equal(code({ now: now - 301_000 }), 40105);
  assert.equal(code({ now: now + 11_000, clockSkew: 10_000 }), 40105);
  assert.deepEqual(verify(signed, credentials), {
    ok: false,
    code: 40105,
    message: 'Bad request timestamp',
  });
});

test('what is no request', () => {
  const { method, url, headers } = sign('GET');
  const good = { method, url, headers };
  for (const [request, code, field] of [
    [undefined, 'ERR_DUO_INVALID_REQUEST', 'request'],
    [{ ...good, method: 1 }, 'ERR_DUO_INVALID_REQUEST', 'request'],
    [{ ...good, url: undefined }, 'ERR_DUO_INVALID_REQUEST', 'request'],
    [{ ...good, url: '/x' }, 'ERR_DUO_INVALID_REQUEST', 'request'],
    [{ ...good, headers: { a: 1 } }, 'ERR_DUO_INVALID_REQUEST', 'request'],
    [{ ...good, headers: 'x' }, 'ERR_DUO_INVALID_REQUEST', 'request'],
    [{ ...good, body: {} }, 'ERR_DUO_INVALID_REQUEST', 'request'],
  ]) {
    assert.throws(
      () => verify(request, credentials),
      (error) => {
        assert.deepEqual([error.name, error.code, error.field], ['DuoSignError', code, field]);
        assert.match(error.message, /^request/);
        return true;
      },
    );
  }
  for (const [keys, code] of [
    [null, 'ERR_DUO_INVALID_CREDENTIALS'],
    [{ ...credentials, ikey: '' }, 'ERR_DUO_INVALID_IKEY'],
    [{ ...credentials, skey: `${credentials.skey}\n` }, 'ERR_DUO_INVALID_SKEY'],
  ]) {
    assert.throws(
      () => verify(good, keys),
      (error) => {
        assert.equal(error.code, code);
        assert.ok(!inspect(error).includes(credentials.skey));
        return true;
      },
    );
  }
  for (const options of [null, { now: Number.NaN }, { clockSkew: 'x' }, { skew: 1 }]) {
    assert.throws(() => verify(good, credentials, options), { code: 'ERR_DUO_INVALID_OPTIONS' });
  }
});

test('the same functions as duo-sign', async () => {
  const [all, signing] = [await import('duo-sign/diagnose'), await import('duo-sign')];
  for (const name of Object.keys(signing)) assert.equal(typeof all[name], typeof signing[name]);
});
