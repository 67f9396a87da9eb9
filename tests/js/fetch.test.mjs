// The signing fetch: whatever the Fetch API makes of a request, the endpoint accepts it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFetch } from 'duo-sign/client';
import { duo, ikey, ok, skey } from './duo.mjs';

test('requests of every kind are sent as they are signed', async (t) => {
  const { client, host, requests } = await duo(t, () => ok(1));
  const { fetch } = client();
  const form = new FormData();
  form.append('a', 'b c');
  form.append('d', 'é');
  const json = { 'Content-Type': 'application/json' };
  const post = (body, headers = {}) => ({ method: 'POST', body, headers });
  const stream = () => new Blob(['{"s":', '1}']).stream();
  const url = `https://${host}/x`;
  const cases = [
    ['/x', undefined, '/x', ''],
    ['/x?limit=1&b=%C3%A9+%2B&a=', undefined, '/x?a=&b=%C3%A9%20%2B&limit=1', ''],
    [url, {}, '/x', ''],
    [new URL(`${url}?q=~'()*!#part`), {}, '/x?q=~%27%28%29%2A%21', ''],
    [new Request(`${url}?a=1`), undefined, '/x?a=1', ''],
    [new Request(url, post('{"a":1}', json)), {}, '/x', '{"a":1}'],
    ['/x', post('{ "a" : 1e3 }', json), '/x', '{ "a" : 1e3 }'],
    ['/x?c=1', post('{"a":"é"}'), '/x?c=1', '{"a":"é"}'],
    ['/x', post(new TextEncoder().encode('{"a":1}')), '/x', '{"a":1}'],
    ['/x', { ...post(stream()), duplex: 'half' }, '/x', '{"s":1}'],
    ['/x', post(new URLSearchParams({ b: ' *', a: 'é' })), '/x', 'b=+*&a=%C3%A9'],
    ['/x', { ...post('{"a":1}', json), method: 'put' }, '/x', '{"a":1}'],
    ['/x', post(form), '/x', '{"a":"b c","d":"\\u00e9"}'],
    ['/x', post(undefined), '/x', '{}'],
    ['/x', { method: 'PATCH' }, '/x', '{}'],
  ];
  for (const [input, init, target, body] of cases) {
    const response = await fetch(input, init);
    assert.equal(response.status, 200, `${target} ${body}: ${await response.text()}`);
    const last = requests.at(-1);
    assert.deepEqual([last.url.pathname + last.url.search, last.body], [target, body]);
  }
  assert.equal(requests.length, cases.length);
});

test('headers of the signature are replaced, others kept', async (t) => {
  const { client, requests } = await duo(t, () => ok(1));
  const headers = {
    Authorization: 'Basic eA==',
    date: 'Tue, 21 Aug 2012 17:29:18 -0000',
    'X-Trace': 'a',
    'User-Agent': 'ua',
    Accept: 'application/json',
  };
  await client().fetch('/x', { headers });
  assert.equal((await client().fetch('/x')).status, 200);
  const { authorization, 'x-trace': trace, 'user-agent': agent, accept } = requests[0].headers;
  assert.match(authorization, /^Basic .{50}/);
  assert.deepEqual([trace, agent, accept], ['a', 'ua', 'application/json']);
  assert.match(requests[1].headers['user-agent'], /^duo-sign/);
});

test('a refusal is an answer', async (t) => {
  const redirect = { status: 302, headers: { Location: 'https://example.com/' }, body: {} };
  const { client } = await duo(t, [{ status: 429, body: { stat: 'FAIL' } }, redirect]);
  const { fetch } = client();
  assert.equal((await fetch('/x')).status, 429);
  assert.equal((await fetch('/x')).status, 302);
});

test('other hosts are refused, or pass unsigned', async () => {
  const host = 'api-xxxxxxxx.duosecurity.com';
  const sent = [];
  const plain = async (url, init) => {
    sent.push([
      String(url.url ?? url),
      new Headers(init?.headers ?? url.headers).get('Authorization'),
    ]);
    return new Response('{}');
  };
  const refusing = createFetch({ ikey, skey }, { host, fetch: plain });
  for (const [url, code] of [
    ['https://example.com/', 'ERR_DUO_INVALID_HOST'],
    [`https://${host}.example.com/`, 'ERR_DUO_INVALID_HOST'],
    [`https://${host}:444/`, 'ERR_DUO_INVALID_HOST'],
    [`https://${host}@example.com/`, 'ERR_DUO_INVALID_HOST'],
    [`http://${host}/`, 'ERR_DUO_INVALID_REQUEST'],
    ['https://', 'ERR_DUO_INVALID_REQUEST'],
    ['/x?a=%', 'ERR_DUO_INVALID_QUERY'],
    ['/x?a=%ff', 'ERR_DUO_INVALID_QUERY'],
  ]) {
    await assert.rejects(refusing(url), { name: 'DuoSignError', code }, url);
  }
  const file = new FormData();
  file.append('f', new Blob(['x']));
  const post = (body) => refusing('/x', { method: 'POST', body });
  await assert.rejects(post(file), { code: 'ERR_DUO_INVALID_BODY', message: /field f is a file/ });
  assert.deepEqual(sent, []);
  const passing = createFetch({ ikey, skey }, { host, fetch: plain, otherHosts: 'pass' });
  await passing('https://example.com/');
  await passing(new Request('https://example.com/b'));
  await passing(`https://${host.toUpperCase()}:443/c`);
  assert.deepEqual(
    sent.map(([url, header]) => [url, header !== null]),
    [
      ['https://example.com/', false],
      ['https://example.com/b', false],
      [`https://${host}/c`, true],
    ],
  );
});

test('a signal ends it, and what fetch throws comes through', async (t) => {
  const { client } = await duo(t, () => undefined);
  const reason = new Error('enough');
  const controller = new AbortController();
  const pending = client().fetch('/x', { signal: controller.signal });
  setTimeout(() => controller.abort(reason), 50);
  await assert.rejects(pending, reason);
  const broken = new TypeError('fetch failed');
  const { fetch } = client({ fetch: () => Promise.reject(broken) });
  await assert.rejects(fetch('/x'), broken);
  assert.throws(() => createFetch(undefined, {}), { code: 'ERR_DUO_INVALID_CREDENTIALS' });
  assert.throws(() => createFetch({ ikey, skey }, {}), { code: 'ERR_DUO_INVALID_HOST' });
});
