// The client, against local servers over real sockets.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { test } from 'node:test';
import { inspect, promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { DuoApiError, DuoClient, DuoSignError } from 'duo-sign/client';
import { duo, fail, fakeClock, ikey, ok, skey } from './duo.mjs';

const vectors = JSON.parse(
  readFileSync(new URL('../vectors/client.json', import.meta.url), 'utf8'),
);
test('gives the response', async (t) => {
  const image = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
  const { client, requests } = await duo(t, [
    ok({ time: 1 }),
    ok([]),
    { body: image, type: 'image/png' },
  ]);
  const duoClient = client({ timeout: Infinity });
  assert.deepEqual(await duoClient.request('GET', '/auth/v2/check', { 'a b': 'ü' }), { time: 1 });
  assert.deepEqual(await duoClient.request('post', '/admin/v1/users', new Map([['b', [1]]])), []);
  assert.deepEqual(
    await duoClient.request('GET', '/auth/v2/logo'),
    new Uint8Array([0x89, 0x50, 0x4e, 0x47]),
  );
  const [get, post] = requests;
  assert.equal(get.url.search, '?a%20b=%C3%BC');
  assert.match(get.headers['user-agent'], /^duo-sign\/\d+\.\d+\.\d+$/);
  assert.deepEqual([post.method, post.body], ['POST', '{"b":[1]}']);
  assert.equal(post.headers['content-type'], 'application/json');
});

test('options go into the request', async (t) => {
  const { client, requests } = await duo(t, () => ok(null));
  const child = client({ accountId: 'DAX', signatureVersion: 2, userAgent: 'tests/1' });
  const params = { username: 'n' };
  await child.request('POST', '/admin/v1/users', params);
  await child.request('GET', '/admin/v1/users');
  await client({ accountId: 'DAX' }).request('POST', '/admin/v1/users', params);
  assert.deepEqual(params, { username: 'n' });
  assert.equal(requests[0].body, 'account_id=DAX&username=n');
  assert.equal(requests[0].headers['user-agent'], 'tests/1');
  assert.equal(requests[1].url.search, '?account_id=DAX');
  assert.equal(requests[2].body, '{"account_id":"DAX","username":"n"}');
});

test('a refusal is a DuoApiError', async (t) => {
  const { client } = await duo(t, [
    fail(400, 40002, { message_detail: 'username' }),
    fail(200, 40401),
    { status: 403, body: Buffer.from('<h1>Forbidden</h1>'), type: 'text/html' },
    { status: 200, body: [] },
    { status: 201, body: { stat: 'OK', response: {} } },
    { status: 400, body: { stat: 'FAIL', code: 40001 } },
  ]);
  const refused = async (wanted) =>
    assert.rejects(client().request('GET', '/admin/v1/users'), (error) => {
      assert.ok(error instanceof DuoApiError && error.name === 'DuoApiError');
      const { status, code, message, detail } = error;
      assert.deepEqual([status, code, detail], wanted.slice(0, 3));
      assert.match(message, wanted[3]);
      return true;
    });
  await refused([400, 40002, 'username', /^message 40002$/]);
  await refused([200, 40401, undefined, /^message 40401$/]);
  await refused([403, undefined, undefined, /status 403 is not as Duo's API gives it/]);
  await refused([200, undefined, undefined, /status 200 is not as Duo's API gives it/]);
  await refused([201, undefined, undefined, /status 201 is not as Duo's API gives it/]);
  await refused([400, 40001, undefined, /status 400 is not as Duo's API gives it/]);
});

test('a redirect is not followed', async (t) => {
  const { client, requests } = await duo(t, [{ status: 302, headers: { Location: '/elsewhere' } }]);
  await assert.rejects(client().request('GET', '/admin/v1/users'), {
    name: 'DuoApiError',
    status: 302,
    message: /redirects/,
  });
  assert.equal(requests.length, 1);
});

test('nor is the answer taken when fetch has followed one', async (t) => {
  const { client } = await duo(t, []);
  const followed = [
    { redirected: true },
    { url: 'https://elsewhere/x' },
    { type: 'opaqueredirect' },
  ];
  for (const change of followed) {
    const response = { status: 200, headers: new Headers(), text: async () => '{}', ...change };
    const call = client({ fetch: async () => response }).request('GET', '/x');
    await assert.rejects(call, { name: 'DuoApiError', message: /redirects/ });
  }
});

for (const { source, kind, input, expected } of vectors.filter(
  (it) => it.kind === 'retry_backoff',
)) {
  test(`${kind}: ${source}`, async (t) => {
    const waits = fakeClock(t, input.jitter ?? 0);
    const answers = input.statuses.map((status) => (status === 200 ? ok('done') : fail(status)));
    const { client, requests } = await duo(t, answers);
    const call = client({ timeout: Infinity }).request('POST', '/auth/v2/auth');
    if (expected.final_status === 200) assert.equal(await call, 'done');
    else await assert.rejects(call, { name: 'DuoApiError', status: expected.final_status });
    assert.equal(requests.length, expected.requests);
    if (expected.sleeps) assert.deepEqual(waits, expected.sleeps);
    assert.equal(waits.length, requests.length - 1);
    // Each attempt is signed anew, with the time it is made.
    assert.equal(new Set(requests.map((it) => it.headers.date)).size, requests.length);
    assert.equal(new Set(requests.map((it) => it.headers.authorization)).size, requests.length);
  });
}

const limited = (value) => ({ ...fail(429), headers: { 'Retry-After': value } });

test('Retry-After', async (t) => {
  const waits = fakeClock(t, 0.5);
  const at = new Date(Date.now() + 100_000).toUTCString();
  const past = new Date(Date.now() - 100_000).toUTCString();
  const waited = async (value, options) => {
    const { client } = await duo(t, [limited(value), ok(1)]);
    await client({ timeout: Infinity, ...options }).request('GET', '/');
    return waits.splice(0)[0];
  };
  assert.equal(await waited('7'), 7.5);
  assert.equal(await waited('0'), 0.5);
  const untilDate = await waited(at, { maxWait: 100_000 });
  // The clock goes on: the waits before, and the time of the requests.
  assert.ok(untilDate > 80 && untilDate < 93, untilDate);
  // What is no time to come does not shorten the wait.
  for (const value of ['soon', past, '7, 7', '12/31/2099', '-5', '1.5']) {
    assert.equal(await waited(value), 1.5, value);
  }
  assert.equal(await waited('soon', { maxWait: 600 }), 0.9);
  assert.equal(await waited('0', { maxWait: 0 }), 0);
});

test('a Retry-After beyond maxWait, or beyond what timers can wait', async (t) => {
  const waits = fakeClock(t);
  for (const [value, maxWait] of [
    ['61', undefined],
    ['9999999', Infinity],
    ['9'.repeat(400), Infinity],
  ]) {
    const { client, requests } = await duo(t, [limited(value)]);
    const call = client({ timeout: Infinity, maxWait }).request('GET', '/');
    await assert.rejects(call, { status: 429, retryAfter: Number(value) });
    assert.equal(requests.length, 1);
  }
  assert.deepEqual(waits, []);
});

test('maxRetries', async (t) => {
  const waits = fakeClock(t);
  const { client, requests } = await duo(t, () => fail(429));
  const refused = { name: 'DuoApiError', status: 429, code: 42901 };
  await assert.rejects(client({ timeout: Infinity, maxRetries: 0 }).request('GET', '/'), refused);
  assert.equal(requests.length, 1);
  await assert.rejects(client({ timeout: Infinity, maxRetries: 8 }).request('GET', '/'), refused);
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 32, 32]);
});

for (const [what, answer, failed] of [
  ['5xx', fail(503, 50301), { name: 'DuoApiError', status: 503 }],
  ['a broken connection', null, { name: 'DuoSignError', code: 'ERR_DUO_NETWORK' }],
]) {
  test(`${what} is repeated when the method is idempotent`, async (t) => {
    fakeClock(t);
    for (const method of ['GET', 'OPTIONS', 'DELETE', 'PUT', 'POST', 'PATCH']) {
      const { client, requests } = await duo(t, [answer, answer, ok(method)]);
      const call = client({ timeout: Infinity }).request(method, '/admin/v1/users', { a: 1 });
      if (method.startsWith('P') && method !== 'PUT') {
        await assert.rejects(call, failed);
        assert.equal(requests.length, 1);
      } else {
        assert.equal(await call, method);
        assert.equal(requests.length, 3);
      }
    }
  });
}

test('parameters that can be read only once are sent with every attempt', async (t) => {
  fakeClock(t);
  const { client, requests } = await duo(t, [fail(429), fail(429), ok(1)]);
  function* once() {
    yield ['a', 1];
  }
  await client({ timeout: Infinity }).request('GET', '/', once());
  assert.deepEqual(
    requests.map((it) => it.url.search),
    ['?a=1', '?a=1', '?a=1'],
  );
});

test('attempts are alike, whatever becomes of the parameters meanwhile', async (t) => {
  fakeClock(t);
  for (const signatureVersion of [2, 5]) {
    for (const method of ['GET', 'POST']) {
      const params = { 'a b&=': ['ü+%', '~'], c: ['', '='] };
      const { client, requests } = await duo(t, () => {
        params.c.push('changed');
        return requests.length < 3 ? fail(429) : ok(1);
      });
      await client({ timeout: Infinity, signatureVersion }).request(method, '/x', params);
      const [first, ...others] = requests.map(({ url, body, headers }) =>
        [url.search, body, headers['content-type']].join(),
      );
      assert.deepEqual(others, [first, first]);
      assert.match(first, /a(%20| )b/);
    }
  }
});

test('a host that cannot be reached', async () => {
  const server = http.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  const client = new DuoClient({ ikey, skey, host: `127.0.0.1:${port}`, maxRetries: 0 });
  await assert.rejects(client.request('GET', '/'), (error) => {
    assert.ok(error instanceof DuoSignError);
    assert.equal(error.code, 'ERR_DUO_NETWORK');
    assert.match(error.message, /^127\.0\.0\.1:\d+ cannot be reached: connect ECONNREFUSED/);
    assert.ok(error.cause instanceof Error);
    return true;
  });
});

test('a host that does not speak TLS', async (t) => {
  const server = http.createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const host = `127.0.0.1:${server.address().port}`;
  const client = new DuoClient({ ikey, skey, host, maxRetries: 0 });
  const failed = { code: 'ERR_DUO_NETWORK', message: / cannot be reached: TLS fails: [a-z ]+$/ };
  await assert.rejects(client.request('GET', '/'), failed);
});

test('every failure of fetch is told', async (t) => {
  const { client } = await duo(t, []);
  const noText = Object.assign(new AggregateError([new Error('refused')]), { message: '' });
  for (const [thrown, told] of [
    [new TypeError('fetch failed', { cause: noText }), /cannot be reached: refused$/],
    [Object.assign(new Error(''), { code: 'EAGAIN' }), /cannot be reached: EAGAIN$/],
    [Object.create(null), /cannot be reached: no reason is given$/],
    [undefined, /cannot be reached: no reason is given$/],
  ]) {
    const broken = { fetch: () => Promise.reject(thrown), maxRetries: 0 };
    const failed = { code: 'ERR_DUO_NETWORK', message: told };
    await assert.rejects(client(broken).request('GET', '/'), failed);
  }
  for (const other of [undefined, {}, { status: '200', headers: new Headers() }]) {
    const call = client({ fetch: async () => other }).request('GET', '/');
    await assert.rejects(call, { code: 'ERR_DUO_INVALID_OPTIONS', field: 'fetch' });
  }
  const real = globalThis.fetch;
  t.after(() => {
    globalThis.fetch = real;
  });
  globalThis.fetch = undefined;
  const call = client({ fetch: undefined }).request('GET', '/');
  await assert.rejects(call, { code: 'ERR_DUO_INVALID_OPTIONS', field: 'fetch' });
});

test('an abort ends a call wherever it is', { timeout: 20_000 }, async (t) => {
  const reason = new Error('enough');
  const abortSoon = () => {
    const controller = new AbortController();
    return { signal: controller.signal, abort: () => controller.abort(reason) };
  };
  const { client, requests } = await duo(t, [
    undefined,
    { ...fail(429), headers: { 'Retry-After': '60' } },
    { body: Buffer.from('{'), headers: { 'Content-Length': '100' } },
    ok([1, 2], { next_offset: 2 }),
  ]);
  await t.test('before it starts', async () => {
    const signal = AbortSignal.abort(reason);
    await assert.rejects(client().request('GET', '/', {}, { signal }), reason);
    assert.equal(requests.length, 0);
  });
  for (const where of ['while Duo does not answer', 'in a wait', 'while the answer is read']) {
    await t.test(where, async () => {
      const { signal, abort } = abortSoon();
      const before = requests.length;
      const call = client().request('GET', '/', {}, { signal });
      while (requests.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
      setTimeout(abort, 100);
      await assert.rejects(call, reason);
      assert.equal(requests.length, before + 1);
    });
  }
  await t.test('between pages', async () => {
    const { signal, abort } = abortSoon();
    const seen = [];
    const all = async () => {
      for await (const record of client().paginate('/admin/v1/users', {}, { signal })) {
        seen.push(record);
        abort();
      }
    };
    await assert.rejects(all(), reason);
    assert.deepEqual(seen, [1, 2]);
  });
  await t.test('at the very moment when a wait begins', async () => {
    const limited = { status: 429, headers: new Headers({ 'Retry-After': '60' }) };
    for (let ticks = 0; ticks < 12; ticks++) {
      const { signal, abort } = abortSoon();
      const text = async () => {
        let late = Promise.resolve();
        for (let tick = 0; tick < ticks; tick++) late = late.then(() => undefined);
        late.then(abort);
        return '{}';
      };
      const it = client({ fetch: async () => ({ ...limited, text }) });
      await assert.rejects(it.request('GET', '/', {}, { signal }), reason);
    }
  });
  await t.test('where signals have no reason, as in React Native', async () => {
    const { signal, abort } = abortSoon();
    Object.defineProperty(signal, 'reason', { value: undefined });
    abort();
    await assert.rejects(client().request('GET', '/', {}, { signal }), { name: 'AbortError' });
  });
  await t.test('also of a fetch that knows no signals', async () => {
    const { signal, abort } = abortSoon();
    const call = client({ fetch: () => new Promise(() => {}) }).request('GET', '/', {}, { signal });
    abort();
    await assert.rejects(call, reason);
  });
});

test('many calls may share a signal', async (t) => {
  const warnings = [];
  const warned = (warning) => warnings.push(warning.name);
  process.on('warning', warned);
  t.after(() => process.off('warning', warned));
  const { client } = await duo(t, () => ok(1));
  const { signal } = new AbortController();
  const it = client();
  await Promise.all(Array.from({ length: 30 }, () => it.request('GET', '/', {}, { signal })));
  await new Promise(setImmediate);
  assert.deepEqual(warnings, []);
});

test('an abort after the end of a call reaches nothing of it', async (t) => {
  fakeClock(t);
  const { client } = await duo(t, [fail(429), ok(1)]);
  const controller = new AbortController();
  const signals = [];
  const send = (url, init) => {
    signals.push(init.signal);
    return fetch(url.replace(/^https:/, 'http:'), init);
  };
  const it = client({ fetch: send, timeout: Infinity });
  await it.request('GET', '/', {}, { signal: controller.signal });
  const cleared = t.mock.method(globalThis, 'clearTimeout');
  controller.abort();
  assert.equal(cleared.mock.callCount(), 0);
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false, false],
  );
});

test('a program ends with its last call, not with the timeout', { timeout: 60_000 }, async () => {
  const program = `
    import { DuoClient } from 'duo-sign/client';
    const fetch = async () => Response.json({ stat: 'OK', response: 1 });
    const client = new DuoClient({ ikey: 'DIX', skey: 'secret', host: 'api-x.duosecurity.com', fetch });
    const { signal } = new AbortController();
    console.log(await client.request('GET', '/', {}, { signal }));`;
  const args = ['--input-type=module', '--eval', program];
  const options = { cwd: import.meta.dirname, timeout: 30_000 };
  const { stdout } = await promisify(execFile)(process.execPath, args, options);
  assert.equal(stdout, '1\n');
});

test('invalid options of a call', async (t) => {
  const { client, requests } = await duo(t, () => ok([]));
  const controller = new AbortController();
  for (const [options, field] of [
    [{ timeout: 1 }, 'timeout'],
    [{ signal: controller }, 'signal'],
    [{ signal: null }, 'signal'],
    ['x', '0'],
    [5, 'options'],
    [null, 'options'],
  ]) {
    const refused = { code: 'ERR_DUO_INVALID_OPTIONS', field };
    await assert.rejects(client().request('POST', '/', {}, options), refused);
    await assert.rejects(all(client().paginate('/', {}, options)), refused);
  }
  assert.equal(requests.length, 0);
});

test('a timeout is final', { timeout: 20_000 }, async (t) => {
  const { client, requests, host } = await duo(t, [undefined]);
  await assert.rejects(client({ timeout: 50 }).request('GET', '/'), {
    name: 'DuoSignError',
    code: 'ERR_DUO_TIMEOUT',
    message: `no answer from ${host} within 50 ms`,
  });
  assert.equal(requests.length, 1);
});

/** A list of numbers, in pages, as Duo's endpoints give it in both styles. */
function list({ style, paging_limit, total }) {
  return ({ url }) => {
    const query = url.searchParams;
    const start = Number(
      style === 'cursor' ? query.get('next_offset')?.split(',')[0] : query.get('offset'),
    );
    const end = Math.min((start || 0) + Number(query.get('limit') ?? paging_limit), total);
    const items = Array.from({ length: end - (start || 0) }, (_, i) => (start || 0) + i);
    const next = style === 'cursor' ? [String(end), 'tx,id'] : end;
    const metadata = { total_objects: total, ...(end < total && { next_offset: next }) };
    return style === 'cursor' ? ok({ authlogs: items, metadata }) : ok(items, metadata);
  };
}

async function all(records) {
  const found = [];
  for await (const record of records) found.push(record);
  return found;
}

for (const { source, kind, input, expected } of vectors.filter(
  (it) => it.kind === 'paging_requests',
)) {
  test(`${kind}: ${source}`, async (t) => {
    const { client, requests } = await duo(t, list(input));
    const params = input.limit === null ? undefined : { limit: input.limit };
    const found = await all(client().paginate('/x', params));
    assert.deepEqual(
      found,
      Array.from({ length: input.total }, (_, i) => i),
    );
    assert.equal(requests.length, expected);
  });
}

test('paging_args: what is given is sent', async (t) => {
  const { client, requests } = await duo(t, () => ok([]));
  const cases = vectors.filter((it) => it.kind === 'paging_args');
  for (const { input, expected } of cases) {
    await all(client().paginate('/x', input));
    const query = requests.at(-1).url.searchParams;
    // Without an offset Duo starts at 0.
    assert.deepEqual([query.get('limit'), query.get('offset') ?? '0'], expected);
  }
  assert.equal(cases.length, 5);
});

test('both cursors, and other parameters beside them', async (t) => {
  const { client, requests } = await duo(t, [
    ok([1], { next_offset: 100 }),
    ok([2], { next_offset: '200' }),
    ok([3], { next_offset: ['1547486297000', '5bea5c1e'] }),
    ok({ items: [4], metadata: { next_offset: '1666714065304,5bf1a860' } }),
    ok({ events: [5], metadata: {} }),
  ]);
  const found = await all(client().paginate('/x', { a: 1, offset: 50, next_offset: undefined }));
  assert.deepEqual(found, [1, 2, 3, 4, 5]);
  assert.deepEqual(
    requests.map((it) => it.url.search),
    [
      '?a=1&offset=50',
      '?a=1&offset=100',
      '?a=1&offset=200',
      '?a=1&next_offset=1547486297000%2C5bea5c1e',
      '?a=1&next_offset=1666714065304%2C5bf1a860',
    ],
  );
});

test('pages are asked for as they are needed', async (t) => {
  const { client, requests } = await duo(t, list({ style: 'offset', paging_limit: 2, total: 9 }));
  for await (const record of client().paginate('/x')) if (record === 2) break;
  assert.equal(requests.length, 2);
});

test('a cursor that does not advance is an error', async (t) => {
  const stuck = { name: 'DuoSignError', code: 'ERR_DUO_PAGING', message: /does not advance/ };
  for (const [next, params, count] of [
    [0, {}, 1],
    [6, { offset: '7' }, 1],
    [['1', 'a'], { next_offset: ['1', 'a'] }, 1],
    [7, { offset: 7 }, 1],
    [7, {}, 2],
    [['1', 'a'], { next_offset: '1,a' }, 1],
    [['1', 'a'], {}, 2],
  ]) {
    const pages = Array(5).fill(ok([1], { next_offset: next }));
    const { client, requests } = await duo(t, pages);
    await assert.rejects(all(client().paginate('/x', params)), stuck);
    assert.equal(requests.length, count);
  }
});

test('an empty cursor is the end, and a cursor of no known kind an error', async (t) => {
  for (const next of ['', [], null]) {
    const { client, requests } = await duo(t, [ok([1], { next_offset: next })]);
    assert.deepEqual(await all(client().paginate('/x', { next_offset: ['5', 'b'] })), [1]);
    assert.equal(requests[0].url.search, '?next_offset=5%2Cb');
  }
  const { client } = await duo(t, [ok([1], { next_offset: {} })]);
  await assert.rejects(all(client().paginate('/x')), { code: 'ERR_DUO_PAGING' });
});

test('a cursor is found in either place', async (t) => {
  const items = { items: [1], metadata: { next_offset: ['5', 'b'] } };
  const { client } = await duo(t, [ok(items, { total_objects: 2 }), ok([2])]);
  assert.deepEqual(await all(client().paginate('/x')), [1, 2]);
});

test('an answer that is no page is an error', async (t) => {
  for (const response of [null, 'x', {}, { a: [], b: [] }]) {
    const { client } = await duo(t, () => ok(response));
    await assert.rejects(all(client().paginate('/x')), {
      code: 'ERR_DUO_PAGING',
      message: /is not a page of a list/,
    });
  }
});

test('a list that names no limit is asked for by the largest pages that Duo documents', async (t) => {
  const { client, requests } = await duo(t, () => ok([]));
  for (const [path, params, limit] of [
    ['/admin/v1/users', {}, '300'],
    ['/admin/v1/groups', {}, '100'],
    ['/admin/v1/phones', {}, '500'],
    ['/admin/v2/logs/authentication', {}, '1000'],
    ['/admin/v1/trust_monitor/events', {}, '200'],
    ['/admin/v1/users', { limit: 7 }, '7'],
    ['/admin/v1/logs/telephony', {}, null],
  ]) {
    await all(client().paginate(path, params));
    assert.equal(requests.at(-1).url.searchParams.get('limit'), limit, path);
  }
});

test('pages give what is needed to go on', async (t) => {
  const total = { total_objects: 5 };
  const { client, requests } = await duo(t, [
    ok([1, 2], { ...total, next_offset: 2 }),
    ok([3, 4], { ...total, next_offset: 4 }),
    ok([5], total),
  ]);
  const seen = [];
  for await (const page of client().pages('/x', { a: 1 })) {
    seen.push(page);
    if (seen.length === 2) break;
  }
  assert.deepEqual(seen[1], {
    records: [3, 4],
    cursor: { offset: '4' },
    metadata: { ...total, next_offset: 4 },
  });
  const rest = await all(client().pages('/x', { a: 1, ...seen[1].cursor }));
  assert.deepEqual(rest, [{ records: [5], cursor: undefined, metadata: total }]);
  assert.equal(requests.at(-1).url.search, '?a=1&offset=4');
});

test('the cursors of trust monitor are texts in offset', async (t) => {
  const events = (event, next) => ok({ events: [event], metadata: { next_offset: next } });
  const { client, requests } = await duo(t, [events(1, 'b'), events(2, '15,a'), events(3, null)]);
  assert.deepEqual(await all(client().paginate('/admin/v1/trust_monitor/events')), [1, 2, 3]);
  const offsets = requests.map((it) => it.url.searchParams.get('offset'));
  assert.deepEqual(offsets, [null, 'b', '15,a']);
});

test('a list that goes on without records ends with an error', async (t) => {
  let next = 0;
  const { client, requests } = await duo(t, () => ok([], { next_offset: ++next }));
  await assert.rejects(all(client().paginate('/x')), {
    code: 'ERR_DUO_PAGING',
    message: /no record on 10 pages/,
  });
  assert.equal(requests.length, 10);
});

/** A log of version 1: pages of the earliest records from mintime on, which is included or not. */
function log(seconds, size, isAfter = false) {
  const records = seconds.map((timestamp, i) => ({ timestamp, id: i }));
  return ({ url }) => {
    const mintime = Number(url.searchParams.get('mintime') ?? 0);
    const found = records.filter(({ timestamp: it }) => (isAfter ? it > mintime : it >= mintime));
    return ok(found.slice(0, size));
  };
}

test('the logs of version 1 lose and repeat no record', async (t) => {
  const path = '/admin/v1/logs/authentication';
  const random = (most) => Math.floor(Math.random() * most);
  for (let run = 0; run < 60; run++) {
    const size = 4 + random(4);
    const count = random(30);
    // At most size - 1 in each second, so that there is a way.
    const seconds = [];
    for (let second = 100; seconds.length < count; second += 1 + random(3)) {
      for (let i = 1 + random(size - 1); i > 0 && seconds.length < count; i--) seconds.push(second);
    }
    const { client, requests } = await duo(t, log(seconds, size, run % 3 === 0));
    const ids = (await all(client().paginate(path, { mintime: 7 }))).map((it) => it.id);
    if (run % 3 !== 0)
      assert.deepEqual(
        ids,
        seconds.map((_, i) => i),
        JSON.stringify({ size, seconds }),
      );
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(requests[0].url.search, '?mintime=7');
    if (run % 3 === 0) continue;
    // Going on after any page comes to the same.
    let stops = 1 + random(3);
    const found = [];
    let cursor;
    for await (const page of client().pages(path)) {
      found.push(...page.records);
      cursor = page.cursor;
      if (--stops === 0) break;
    }
    if (cursor) found.push(...(await all(client().paginate(path, cursor))));
    assert.deepEqual(
      found.map((it) => it.id),
      ids,
    );
  }
});

test('a log of version 1 of which a page cannot hold a second is an error', async (t) => {
  for (const path of ['authentication', 'administrator', 'telephony', 'offline_enrollment']) {
    const { client } = await duo(t, log([1, 2, 2, 2, 3], 3));
    await assert.rejects(all(client().paginate(`/admin/v1/logs/${path}`)), {
      code: 'ERR_DUO_PAGING',
      message: /records of one second, 2,/,
    });
  }
  const { client } = await duo(t, () => ok([{ ts: 1 }]));
  await assert.rejects(all(client().paginate('/admin/v1/logs/telephony')), {
    code: 'ERR_DUO_PAGING',
    message: /no timestamp/,
  });
});

test('call gives all of the answer', async (t) => {
  const { client } = await duo(t, [
    { ...ok([1], { total_objects: 9 }), headers: { 'X-Trace': 'a' } },
    ok({ authlogs: [], metadata: { total_objects: 3 } }),
    ok({ time: 1 }),
  ]);
  const { response, metadata, status, headers } = await client().call('GET', '/x');
  assert.deepEqual([response, metadata, status], [[1], { total_objects: 9 }, 200]);
  assert.equal(headers.get('x-trace'), 'a');
  assert.deepEqual((await client().call('GET', '/x')).metadata, { total_objects: 3 });
  assert.equal((await client().call('GET', '/x')).metadata, undefined);
});

test('correctClock signs again by the time of an answer of 40105, once, and keeps it', async (t) => {
  const { now } = Date;
  t.mock.method(Date, 'now', () => now() - 3_600_000);
  const { client, requests } = await duo(t, () => ok(null));
  const refused = await client()
    .request('POST', '/x', { a: 1 })
    .catch((error) => error);
  assert.equal(refused.code, 40105);
  assert.ok(Math.abs(refused.date - now()) < 5000);
  assert.equal(requests.length, 1);

  const corrected = client({ correctClock: true });
  assert.equal(await corrected.request('POST', '/x', { a: 1 }), null);
  assert.deepEqual([requests.length, requests[2].body], [3, '{"a":1}']);
  await corrected.request('GET', '/x');
  assert.equal(requests.length, 4);
  assert.equal((await corrected.fetch('/x')).status, 200);
  const other = client({ correctClock: true });
  assert.equal((await other.fetch('/x', { method: 'POST', body: '{"b":1}' })).status, 200);
  assert.deepEqual([requests.length, requests[6].body], [7, '{"b":1}']);

  // Where that does not help, it ends.
  const { client: stuck, requests: all } = await duo(t, () => fail(401, 40105));
  t.mock.restoreAll();
  await assert.rejects(stuck({ correctClock: true }).request('GET', '/x'), { code: 40105 });
  assert.equal(all.length, 1);
});

test('child finds the host of a child account once', async (t) => {
  const parent = await duo(t, ({ url, body }) =>
    url.pathname === '/accounts/v1/account/list'
      ? ok([{ account_id: 'DA1', api_hostname: parent.host }])
      : ok([url.search, body]),
  );
  const duoClient = parent.client();
  const [child] = await Promise.all([duoClient.child('DA1'), duoClient.child('DA1')]);
  assert.deepEqual(await child.request('GET', '/x', { a: 1 }), ['?a=1&account_id=DA1', '']);
  assert.equal(parent.requests.filter((it) => it.url.pathname.startsWith('/acc')).length, 1);
  const none = { code: 'ERR_DUO_INVALID_OPTIONS', field: 'accountId' };
  await assert.rejects(duoClient.child('DA2'), none);
  await assert.rejects(duoClient.child(''), none);
  await assert.rejects(child.child('DA1'), none);
  for (const [url, init] of [
    ['/x?a=1', {}],
    ['/x', { method: 'POST', body: '{"a":1}' }],
    ['/x', { method: 'POST', body: '{ }' }],
    ['/x', { method: 'POST' }],
    ['/x', { method: 'POST', body: new URLSearchParams('a=1') }],
  ]) {
    const { response } = await (await child.fetch(url, init)).json();
    assert.match(response.join(''), /account_id"?[=:]"?DA1/);
  }
  await assert.rejects(child.fetch('/x', { method: 'POST', body: '[1]' }), none);
  duoClient.dispose();
  await assert.rejects(child.request('GET', '/x'), { code: 'ERR_DUO_DISPOSED' });
});

test('an answer that is too large ends the call, unpacked or not', async (t) => {
  const bomb = gzipSync(Buffer.alloc(2 ** 24, ' '));
  const { client, requests } = await duo(t, [
    { body: bomb, headers: { 'Content-Encoding': 'gzip' } },
    { body: Buffer.alloc(2000), type: 'image/png' },
    ok('x'.repeat(900)),
  ]);
  const duoClient = client({ maxResponseBytes: 1000 });
  for (let i = 0; i < 2; i++) {
    await assert.rejects(duoClient.request('GET', '/x'), {
      code: 'ERR_DUO_TOO_LARGE',
      message: /larger than 1000 bytes/,
    });
  }
  assert.equal((await duoClient.request('GET', '/x')).length, 900);
  assert.equal(requests.length, 3);
});

test('a POST is repeated when it cannot have arrived', async (t) => {
  const waits = fakeClock(t);
  const { client, requests } = await duo(t, () => ok(1));
  const causes = [
    Object.assign(new Error(), { code: 'ECONNREFUSED', syscall: 'connect' }),
    Object.assign(new Error(), { code: 'ENOTFOUND', syscall: 'getaddrinfo' }),
    Object.assign(new Error(), { code: 'EPIPE', syscall: 'write' }),
    new AggregateError([Object.assign(new Error(), { syscall: 'connect' })]),
    Object.assign(new Error(), { code: 'UND_ERR_SOCKET', socket: { bytesWritten: 0 } }),
  ];
  const flaky = (url, init) => {
    const cause = causes.shift();
    if (cause) throw new TypeError('fetch failed', { cause });
    return fetch(url.replace(/^https:/, 'http:'), init);
  };
  const duoClient = client({ fetch: flaky, timeout: Infinity });
  assert.equal(await duoClient.request('POST', '/x'), 1);
  assert.deepEqual([waits.length, requests.length], [5, 1]);
  causes.push(Object.assign(new Error(), { code: 'ECONNRESET', syscall: 'read' }));
  await assert.rejects(duoClient.request('POST', '/x'), { code: 'ERR_DUO_NETWORK' });
});

test('a connection that the server closed does not lose a POST', async (t) => {
  // Closes each connection behind the first answer, in the same moment.
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      const body = '{"stat":"OK","response":1}';
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      setImmediate(() => socket.resetAndDestroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const host = `127.0.0.1:${server.address().port}`;
  const plain = (url, init) => fetch(url.replace(/^https:/, 'http:'), init);
  const duoClient = new DuoClient({ ikey, skey, host, fetch: plain, maxWait: 0 });
  let reads = 0;
  for (let i = 0; i < 200; i++) {
    await duoClient.request('POST', '/x').catch(({ cause }) => {
      // What may have arrived is not repeated.
      assert.match(String(cause.cause?.syscall ?? cause.cause?.code), /^read$|UND_ERR_SOCKET/);
      reads++;
    });
  }
  assert.ok(reads < 200);
});

test('a fetch that rewrites the URL is no redirect', async (t) => {
  const { client } = await duo(t, () => ok(1));
  const gateway = http.createServer((_, response) => response.end('{"stat":"OK","response":2}'));
  gateway.listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  t.after(() => gateway.close());
  const { port } = gateway.address();
  const rewritten = (url, init) =>
    fetch(url.replace(/^https:..[^/]+/, `http://localhost:${port}`), init);
  assert.equal(await client({ fetch: rewritten }).request('GET', '/x'), 2);
});

test('maxRetries and maxWait of a call, for endpoints that take a request a minute', async (t) => {
  const waits = fakeClock(t);
  const { client, requests } = await duo(t, [...Array(8).fill(fail(429)), ok([1])]);
  const options = { maxRetries: 20, maxWait: 120_000 };
  const path = '/admin/v2/logs/authentication';
  assert.deepEqual(
    await all(client({ timeout: Infinity, maxRetries: 0 }).paginate(path, {}, options)),
    [1],
  );
  assert.equal(requests.length, 9);
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 32, 32]);
});

test('invalid options', () => {
  const good = { ikey, skey, host: 'api-xxxxxxxx.duosecurity.com' };
  for (const [change, code, field] of [
    [{ ikey: undefined }, 'ERR_DUO_INVALID_IKEY', 'ikey'],
    [{ skey: ` ${skey}` }, 'ERR_DUO_INVALID_SKEY', 'skey'],
    [{ host: undefined }, 'ERR_DUO_INVALID_HOST', 'host'],
    [{ host: 'https://api' }, 'ERR_DUO_INVALID_HOST', 'host'],
    [{ signatureVersion: 3 }, 'ERR_DUO_INVALID_SIGNATURE_VERSION', 'signatureVersion'],
    [{ userAgent: 'a\nb' }, 'ERR_DUO_INVALID_HEADER', 'headers'],
    [{ fetch: 1 }, 'ERR_DUO_INVALID_OPTIONS', 'fetch'],
    [{ timeout: -1 }, 'ERR_DUO_INVALID_OPTIONS', 'timeout'],
    [{ maxRetries: '1' }, 'ERR_DUO_INVALID_OPTIONS', 'maxRetries'],
    [{ maxWait: Number.NaN }, 'ERR_DUO_INVALID_OPTIONS', 'maxWait'],
    [{ maxResponseBytes: -1 }, 'ERR_DUO_INVALID_OPTIONS', 'maxResponseBytes'],
    [{ correctClock: 1 }, 'ERR_DUO_INVALID_OPTIONS', 'correctClock'],
    [{ otherHosts: 'all' }, 'ERR_DUO_INVALID_OPTIONS', 'otherHosts'],
    [{ accountId: '' }, 'ERR_DUO_INVALID_OPTIONS', 'accountId'],
    [{ apiHost: 'x' }, 'ERR_DUO_INVALID_OPTIONS', 'apiHost'],
  ]) {
    assert.throws(
      () => new DuoClient({ ...good, ...change }),
      (error) => {
        assert.deepEqual([error.code, error.field], [code, field]);
        assert.ok(!inspect(error).includes(skey.slice(0, 8)));
        return true;
      },
    );
  }
  for (const none of [undefined, null, 'x']) {
    assert.throws(() => new DuoClient(none), { code: 'ERR_DUO_INVALID_OPTIONS' });
  }
});

test('invalid parameters are refused before anything is sent', async (t) => {
  const { client, requests } = await duo(t, () => ok([]));
  const hasToJson = { a: 1, toJSON: () => ({}) };
  for (const params of ['a=1', 5, null, new Date(), { a: null }, [null], hasToJson]) {
    const refused = { code: 'ERR_DUO_INVALID_PARAMS' };
    await assert.rejects(client().request('GET', '/', params), refused);
    await assert.rejects(all(client().paginate('/', params)), refused);
  }
  const child = client({ accountId: 'DAX' });
  const both = { code: 'ERR_DUO_INVALID_PARAMS', field: 'params', message: /account_id/ };
  await assert.rejects(child.request('POST', '/', { account_id: 'DAY' }), both);
  await assert.rejects(all(child.paginate('/', [['account_id', 'DAX']])), both);
  await assert.rejects(client().request('GET', '/a?b=1'), { code: 'ERR_DUO_INVALID_PATH' });
  assert.equal(requests.length, 0);
});

test('shows no secret, logs nothing, and can be disposed of', async (t) => {
  const { client } = await duo(t, () => fail(401, 40103));
  const written = [];
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    t.mock.method(stream, 'write', (chunk, ...others) => {
      written.push(String(chunk));
      return write(chunk, ...others);
    });
  }
  const it = client();
  const error = await it.request('GET', '/').catch((error) => error);
  it.dispose();
  const disposed = await it.request('GET', '/').catch((error) => error);
  t.mock.restoreAll();
  assert.equal(error.code, 40103);
  assert.equal(disposed.code, 'ERR_DUO_DISPOSED');
  const shown = inspect([it, error, disposed], { depth: 9, showHidden: true }) + JSON.stringify(it);
  assert.ok(!shown.includes(skey));
  assert.ok(!written.join('').includes(skey.slice(0, 8)));
});
