// diagnose: what it says. That it finds mistakes is measured by tests/diagnose/run.mjs.

import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  canonicalize,
  diagnose,
  diagnoseAsync,
  parseRequest,
  signRequest,
  verify,
} from 'duo-sign/diagnose';

const credentials = {
  ikey: 'DIWJ8X6AEYOR5OMC6TQ1',
  skey: 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep',
};
const vectors = JSON.parse(
  readFileSync(new URL('../vectors/diagnosis.json', import.meta.url), 'utf8'),
);
const vectorKeys = {
  ikey: 'DIXXXXXXXXXXXXXXXXXX',
  skey: 'gtdfxv9YgVBYcF6dl2Eq17KUQJN2PLM2ODVTkvoT',
};
const host = 'api-xxxxxxxx.duosecurity.com';
const now = Date.parse('2026-11-24T12:00:00Z');
const window = { mintime: 1701381600000, maxtime: 1706652000000 };

function sign(method, params, options) {
  const path = '/admin/v2/logs/authentication';
  const all = { dateHeader: 'Date', ...options };
  const { url, headers, body } = signRequest(method, host, path, params, now, credentials, all);
  return { method, url, headers, body };
}

const withHeaders = (request, headers) => ({
  ...request,
  headers: { ...request.headers, ...headers },
});
const withoutQuery = (request) => ({ ...request, url: request.url.split('?')[0] });
const basic = (text) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` });
const hmac = (text, key = credentials.skey) => createHmac('sha512', key).update(text).digest('hex');
const own = (text) => basic(`${credentials.ikey}:${hmac(text)}`);

/** The one diagnosis, without the secret in it. */
function examine(request, options, keys = credentials) {
  const diagnosis = diagnose(request, keys, options);
  assert.ok(!JSON.stringify(diagnosis).includes(keys.skey));
  assert.deepEqual(timeless(diagnose(request, keys, options)), timeless(diagnosis), 'once more');
  if (diagnosis.corrected) {
    assert.ok(verify(diagnosis.corrected, keys).ok, 'what is offered is right');
  }
  return diagnosis;
}
/** Without what is signed at the present time. */
const timeless = (diagnosis) => ({ ...diagnosis, corrected: diagnosis.corrected?.url });
const ids = ({ causes }) => causes.map((cause) => cause.id);

test('parameters that were signed, in a URL without a query', () => {
  const sent = withoutQuery(sign('GET', window));
  const { canonical } = signRequest(
    'GET',
    host,
    '/admin/v2/logs/authentication',
    window,
    now,
    credentials,
  );
  for (const intended of [{ params: window }, { canonical }, { params: window, canonical }]) {
    const diagnosis = examine(sent, { intended });
    assert.equal(diagnosis.outcome, 'explained');
    assert.equal(diagnosis.duoCode, 40103);
    assert.deepEqual(ids(diagnosis), ['param-location']);
    const [cause] = diagnosis.causes;
    assert.equal(
      cause.summary,
      'Your signature is correct for the parameters `maxtime=1706652000000&mintime=1701381600000`, ' +
        'but the URL was built without the query string: Duo received none of them.',
    );
    assert.equal(diagnosis.summary, cause.summary);
    assert.match(cause.fix, /in the URL, after a `\?`/);
    assert.equal(diagnosis.signed.canonical, canonical);
    assert.deepEqual(diagnosis.difference, { line: 5, character: 1 });
    assert.equal(diagnosis.expected.signatureVersion, 5);
  }
  const without = examine(sent);
  assert.equal(without.outcome, 'unexplained');
  assert.match(without.causes[0].fix, /^Give the parameters .*intended\.params/);
});

test('parameters in the wrong place of a version 2 request', () => {
  const form = sign('POST', { username: 'root', realname: 'First Last' }, { signatureVersion: 2 });
  const plain = withHeaders(form, { 'Content-Type': 'text/plain' });
  assert.match(examine(plain).summary, /without the Content-Type application\/x-www-form/);
  const json = withHeaders(
    { ...form, body: '{"realname":"First Last","username":"root"}' },
    { 'Content-Type': 'application/json' },
  );
  const diagnosis = examine(json);
  assert.deepEqual(ids(diagnosis), ['param-location']);
  assert.match(diagnosis.summary, /in a JSON body, which this signature does not cover/);
  const inUrl = { ...form, body: null, url: `${form.url}?${form.body}` };
  const possible = examine(inUrl);
  assert.equal(possible.outcome, 'valid');
  assert.equal(possible.causes[0].id, 'param-location');
  assert.equal(possible.causes[0].proven, false);
});

test('a body that is not the one that was meant', () => {
  const meant = sign('POST', {}, { body: '{"a": 1}' });
  const nothing = examine({ ...meant, body: null }, { intended: { body: '{"a": 1}' } });
  assert.deepEqual(ids(nothing), ['param-location']);
  assert.match(nothing.summary, /arrived without one/);
  for (const body of ['{"a": 1}', Buffer.from('{"a": 1}')]) {
    const other = examine({ ...meant, body: '{"b":2}' }, { intended: { body } });
    assert.equal(other.causes[0].mutation, 'V5-BODYOTHER');
    assert.deepEqual(other.difference, { line: 6, character: 1 });
  }
});

test('a canonical string that the program printed', () => {
  const request = sign('GET', window);
  // Mistakes that are in no table: the lines are compared.
  const text = canonicalize('GET', host, '/admin/v9/logs', { limit: 7 }, now);
  const odd = withHeaders(request, own(text));
  for (const canonical of [text, text.replaceAll('\n', '\r\n'), `${text}\n`]) {
    const diagnosis = examine(odd, { intended: { canonical } });
    assert.equal(diagnosis.outcome, 'explained');
    assert.deepEqual(ids(diagnosis), ['path', 'param-set']);
    assert.equal(diagnosis.causes[0].signed, '/admin/v9/logs');
    assert.equal(diagnosis.signed.canonical, text);
  }
  const short = examine(withHeaders(request, own('GET\nx')), { intended: { canonical: 'GET\nx' } });
  assert.deepEqual(ids(short), ['canonical-lines']);
  const other = examine(odd, { intended: { canonical: 'another text' } });
  assert.equal(other.outcome, 'unexplained');
  assert.match(other.notes.join(), /is not what was signed/);
});

test('no usable Authorization header', () => {
  const request = sign('GET');
  const { Authorization: value, ...headers } = request.headers;
  for (const [authorization, reason] of [
    [undefined, /no Authorization header/],
    ['Bearer abc', /not Basic/],
    ['Basic §§§', /not base64/],
    [basic('no colon').Authorization, /without a colon/],
    [[value, value], /two Authorization headers/],
  ]) {
    const diagnosis = examine({
      ...request,
      headers: { ...headers, Authorization: authorization },
    });
    assert.equal(diagnosis.outcome, 'explained');
    assert.equal(diagnosis.duoCode, 40101);
    assert.deepEqual(ids(diagnosis), ['missing-credentials']);
    assert.match(diagnosis.summary, reason);
    assert.equal(diagnosis.signed, null);
    assert.equal(diagnosis.searched, 0);
  }
});

test('a right signature in a wrong form', () => {
  const request = sign('GET', window);
  const value = request.headers.Authorization;
  const [ikey, signature] = atob(value.slice(6)).split(':');
  const bytes = Buffer.from(signature, 'hex');
  for (const [authorization, mutation] of [
    [value.replace(/.{76}/g, '$&\n'), 'AUTH-WRAP'],
    [`Authorization: ${value}`, 'AUTH-NAME'],
    [value.slice(6), 'AUTH-SCHEME'],
    [`Basic: ${value.slice(6)}`, 'AUTH-COLON'],
    [`Basic ${ikey}:${signature}`, 'AUTH-PLAIN'],
    [`Basic ${Buffer.from(`${ikey}:${signature}`, 'utf16le').toString('base64')}`, 'AUTH-UTF16'],
    [value.replace(/=+$/, ''), 'AUTH-B64'],
    [basic(`${ikey}:${signature}\n`).Authorization, 'AUTH-NL'],
    [basic(`:${signature}`).Authorization, 'AUTH-EMPTYIKEY'],
    [basic(`${ikey}:${signature.toUpperCase()}`).Authorization, 'OUT-UPPER'],
    [basic(`${ikey}:${bytes.toString('base64')}`).Authorization, 'OUT-B64'],
    [basic(`${ikey}:${btoa(signature)}`).Authorization, 'OUT-B64HEX'],
    [basic(Buffer.concat([Buffer.from(`${ikey}:`), bytes])).Authorization, 'OUT-RAW'],
  ]) {
    if (authorization === value) continue;
    const diagnosis = examine(withHeaders(request, { Authorization: authorization }));
    assert.equal(diagnosis.outcome, 'explained', mutation);
    assert.deepEqual(
      diagnosis.causes.map((cause) => cause.mutation),
      [mutation],
    );
    assert.equal(diagnosis.causes[0].id, 'output-form');
    assert.equal(diagnosis.expected.authorization, value);
    assert.equal(diagnosis.difference, null);
  }
});

test('a header that was redacted', () => {
  const request = sign('GET');
  for (const authorization of [
    'REDACTED',
    'Basic ****',
    'Basic [REDACTED]',
    'Basic <base64 of key and signature>',
    'Basic xxxxx',
    'Basic RElXSjhY...',
    'Basic (hidden)',
    `Basic ${credentials.ikey}:****`,
    basic(`${credentials.ikey}:[FILTERED]`).Authorization,
    basic(`${credentials.ikey}:${'x'.repeat(40)}`).Authorization,
    basic(`${credentials.ikey}:a0eee8875941...`).Authorization,
  ]) {
    const diagnosis = examine(withHeaders(request, { Authorization: authorization }));
    assert.deepEqual(ids(diagnosis), ['missing-credentials'], authorization);
    assert.match(diagnosis.summary, /redacted/);
    assert.match(diagnosis.causes[0].fix, /secret key is not in it/);
  }
});

test('a right signature of which the bytes cannot be read again', () => {
  const request = sign('GET', window);
  const [ikey, signature] = atob(request.headers.Authorization.slice(6)).split(':');
  const bytes = Buffer.from(signature, 'hex');
  const hex = (print) => Array.from(bytes, print).join('');
  for (const [password, mutation] of [
    [signature.slice(0, 40), 'OUT-CUT'],
    [signature.slice(0, -1), 'OUT-CUT'],
    [signature.slice(-64), 'OUT-CUT'],
    [bytes.toString('base64').slice(0, 40), 'OUT-CUT'],
    [hex((byte) => byte.toString(16)), 'OUT-DIGITS'],
    [hex((byte) => (byte > 127 ? byte + 0xffffff00 : byte).toString(16)), 'OUT-DIGITS'],
    [`${bytes}`, 'OUT-LOSSY'],
    [bytes.toString('latin1'), 'OUT-RAW'],
    [JSON.stringify(bytes), 'OUT-NUMBERS'],
    [`${new Int8Array(bytes)}`, 'OUT-NUMBERS'],
    [signature.repeat(2), 'OUT-AROUND'],
    [JSON.stringify({ signature: bytes.toString('base64') }), 'OUT-AROUND'],
  ]) {
    const diagnosis = examine(withHeaders(request, basic(`${ikey}:${password}`)));
    assert.deepEqual(
      diagnosis.causes.map(({ id, mutation, proven }) => [id, mutation, proven]),
      [['output-form', mutation, true]],
      password,
    );
    assert.match(diagnosis.summary, /^The signature is correct, but/);
    assert.equal(diagnosis.signed.canonical, diagnosis.expected.canonical);
  }
});

test('a password that may be an HMAC in some form is not called anything else', () => {
  const request = sign('GET');
  const digest = (name) => createHmac(name, credentials.skey).update('another text').digest();
  for (const password of [
    digest('md5').toString('hex'),
    digest('sha3-224').toString('hex'),
    digest('sha256').toString('base64'),
    digest('sha384').toString('base64'),
    digest('sha512').toString('hex').slice(0, 50),
    digest('sha512').join(' '),
    '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
    '{"access_token":"ya29.a0AfH6SMBx"}',
  ]) {
    const diagnosis = examine(withHeaders(request, basic(`${credentials.ikey}:${password}`)), {
      budget: 1000,
    });
    assert.equal(diagnosis.outcome, 'unexplained', password);
    assert.deepEqual(
      diagnosis.causes.filter(({ proven }) => proven),
      [],
      password,
    );
  }
  const md5 = digest('md5').toString('hex');
  assert.match(
    examine(withHeaders(request, basic(`${credentials.ikey}:${md5}`))).summary,
    /HMAC-MD5/,
  );
  const unset = examine(withHeaders(request, basic(`${credentials.ikey}:undefined`)));
  assert.equal(unset.causes[0].mutation, 'OUT-UNSET');
  assert.equal(unset.outcome, 'explained');
});

test('a line that is missing is quoted', () => {
  const request = sign('GET', window);
  const { canonical } = examine(request).expected;
  const lines = canonical.split('\n');
  const diagnosis = examine(
    withHeaders(request, own(lines.filter((line) => line !== 'GET').join('\n'))),
  );
  assert.equal(diagnosis.causes[0].mutation, 'STR-MISSING');
  assert.match(diagnosis.summary, /without one of its lines: `GET`/);
});

test('static credentials', () => {
  const request = sign('GET');
  const key = examine(withHeaders(request, basic(`${credentials.ikey}:${credentials.skey}`)));
  assert.deepEqual(ids(key), ['static-credentials']);
  assert.match(key.summary, /the secret key itself/);
  assert.match(key.causes[0].fix, /rotating/);
  const token = examine(withHeaders(request, basic(`${credentials.ikey}:a fixed token`)));
  assert.deepEqual(ids(token), ['static-credentials']);
  assert.equal(token.outcome, 'explained');
});

test('the secret key is shown nowhere, wherever the request has it', () => {
  const request = sign('GET');
  const swapped = examine(withHeaders(request, basic(`${credentials.skey}:${credentials.ikey}`)));
  assert.deepEqual(ids(swapped), ['static-credentials']);
  const text = canonicalize('GET', host, '/admin/v2/logs/authentication', {}, now);
  const inUrl = { ...request, url: `${request.url}?skey=${credentials.skey}` };
  const diagnosis = examine(withHeaders(inUrl, own(text)));
  assert.equal(diagnosis.causes[0].mutation, 'PAR-NONE');
  assert.match(diagnosis.summary, /skey=\[secret key\]/);
  assert.match(diagnosis.expected.canonical, /skey=\[secret key\]/);
});

test('a wrong form of a signature that is not reproduced', () => {
  const upper = hmac('another text').toUpperCase();
  const diagnosis = examine(withHeaders(sign('GET'), basic(`${credentials.ikey}:${upper}`)));
  assert.equal(diagnosis.outcome, 'unexplained');
  assert.deepEqual(ids(diagnosis), ['output-form', 'secret-key']);
  assert.doesNotMatch(diagnosis.summary, /is correct/);
});

test('a bare plus', () => {
  const signed = sign('GET', { email: 'jo+x@example.com' });
  const sent = { ...signed, url: signed.url.replace('%2B', '+') };
  for (const options of [{}, { intended: { params: { email: 'jo+x@example.com' } } }]) {
    const diagnosis = examine(sent, options);
    assert.deepEqual(ids(diagnosis), ['param-set']);
    assert.match(diagnosis.summary, /bare `\+`, which Duo reads as a space/);
    assert.match(diagnosis.causes[0].fix, /%2B/);
  }
});

test('parameters that were hashed as JSON, and sent as something else', () => {
  const signed = sign('POST', { username: 'a', list: ['1', '2'] });
  const form = { ...signed, body: 'username=a&list=1&list=2' };
  const asForm = withHeaders(form, { 'Content-Type': 'application/x-www-form-urlencoded' });
  assert.equal(examine(asForm).causes[0].mutation, 'V5-BODYOTHER');
  const intended = { params: { username: 'a', list: ['1', '2'] } };
  const nothing = examine({ ...signed, body: null }, { intended });
  assert.deepEqual(ids(nothing), ['param-location']);
});

test('parameters in the body of a GET', () => {
  const signed = sign('GET', { limit: 10 }, { signatureVersion: 2 });
  const sent = { ...withoutQuery(signed), body: 'limit=10' };
  const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
  assert.match(examine(withHeaders(sent, type)).summary, /body, which Duo does not read/);
});

test('large requests', () => {
  const other = { ...credentials, skey: 'x'.repeat(40) };
  const body = sign('POST', {}, { body: JSON.stringify({ a: 'é'.repeat(500_000) }) });
  assert.equal(diagnose(body, other).outcome, 'unexplained');
  const pairs = Array.from({ length: 300 }, (_, i) => [`n${i % 200}`, `value ${i} é!`]);
  assert.match(diagnose(sign('GET', pairs), other).notes.join(), /ended at its budget/);
});

test('another integration key', () => {
  const request = sign('GET');
  const signature = atob(request.headers.Authorization.slice(6)).split(':')[1];
  const diagnosis = examine(withHeaders(request, basic(`DIOTHER:${signature}`)));
  assert.equal(diagnosis.duoCode, 40102);
  assert.deepEqual(ids(diagnosis), ['integration-key']);
  assert.match(diagnosis.causes[0].fix, /Admin API application/);
});

test('dates', () => {
  const request = sign('GET', window);
  const { Date: date, ...headers } = request.headers;
  const missing = examine({ ...request, headers }, { now: now + 1000 });
  assert.equal(missing.duoCode, 40104);
  assert.deepEqual(ids(missing), ['missing-date']);
  assert.ok(missing.summary.includes(`made for the date \`${date}\``), missing.summary);
  assert.equal(missing.signed.canonical.split('\n')[0], date, 'the signature is proven right');
  assert.equal(examine({ ...request, headers }).expected, null);

  const twice = examine({
    ...request,
    headers: { ...headers, Date: [date, 'Tue, 24 Nov 2026 12:00:01 GMT'] },
  });
  assert.equal(twice.duoCode, 40104);
  assert.deepEqual(ids(twice), ['date-mismatch']);

  for (const [text, reason] of [
    ['mar., 24 nov. 2026 12:00:00 GMT', /month/],
    ['2026-11-24T12:00:00Z', /day, month, year/],
    ['1795521600', /day, month, year/],
    ['Di, 24 Nov 2026 12:00:00 -0000', /day of the week/],
  ]) {
    const lines = canonicalize('GET', host, '/admin/v2/logs/authentication', window, now).split(
      '\n',
    );
    const signed = own([text, ...lines.slice(1)].join('\n'));
    const diagnosis = examine({ ...request, headers: { ...headers, ...signed, Date: text } });
    assert.deepEqual(ids(diagnosis), ['date-format'], text);
    assert.match(diagnosis.summary, reason);
    assert.equal(diagnosis.outcome, 'explained');
  }
});

test('clocks', () => {
  const request = sign('GET', window);
  assert.equal(examine(request, { now: now + 300_000 }).outcome, 'valid');
  assert.equal(examine(request).outcome, 'valid');
  for (const [minutes, text] of [
    [6, /6 minutes|360 seconds behind.*clock/],
    [60, /60 minutes behind.*zone/],
    [-330, /330 minutes ahead of.*zone/],
    [60 * 24 * 30, /30 days behind.*clock/],
  ]) {
    const date = new Date(now + minutes * 60_000);
    for (const options of [{ now: date }, { response: { date: date.toUTCString() } }]) {
      const diagnosis = examine(request, options);
      assert.equal(diagnosis.duoCode, 40105);
      assert.deepEqual(ids(diagnosis), ['clock']);
      assert.match(diagnosis.summary, text);
      assert.ok(diagnosis.signed, 'the signature is right all the same');
    }
  }
  const both = examine(withHeaders(request, { Date: 'Tue, 24 Nov 2026 12:00:01 -0000' }), {
    now: now + 3_600_000,
  });
  assert.deepEqual(ids(both), ['clock', 'date-mismatch']);
});

test('a right signature, and the cases in which Duo still refuses', () => {
  const request = sign('GET', window);
  const diagnosis = examine(request);
  assert.equal(diagnosis.outcome, 'valid');
  assert.equal(diagnosis.duoCode, null);
  assert.equal(
    diagnosis.summary,
    'The signature is correct for this request: version 5, HMAC-SHA512.',
  );
  assert.deepEqual(ids(diagnosis), ['integration-key', 'clock', 'permission', 'duo-side']);
  assert.ok(diagnosis.causes.every((cause) => !cause.proven));
  for (const response of [40301, '{"stat": "FAIL", "code": 40301}', { code: 40301 }]) {
    const refused = examine(request, { response });
    assert.equal(refused.outcome, 'explained');
    assert.deepEqual(ids(refused), ['permission']);
  }
  assert.deepEqual(ids(examine(request, { response: 40102 })), ['integration-key']);
  const again = examine(request, { response: 40103 });
  assert.equal(again.outcome, 'valid');
  assert.match(again.notes.join(), /received a different request/);
  const old = examine(sign('GET', window, { signatureVersion: 4 }), { response: 40103 });
  assert.equal(old.outcome, 'explained');
  assert.equal(old.causes[0].mutation, 'V5-AS4');
});

test('X-Duo-Date may be among the signed headers or not', () => {
  const both = sign('GET', window, { dateHeader: 'X-Duo-Date' });
  assert.equal(examine(both).outcome, 'valid');
  const text = canonicalize('GET', host, '/admin/v2/logs/authentication', window, now, {
    dateHeader: 'Date',
  });
  const without = examine(withHeaders(both, own(text)));
  assert.equal(without.causes[0].mutation, 'V5-XDATE');
  assert.equal(without.causes[0].proven, false);
  assert.match(without.notes.join(), /may accept this request/);
});

test('what cannot be explained', () => {
  const other = { ...credentials, skey: `${credentials.skey.slice(0, -1)}x` };
  const diagnosis = examine(sign('GET', window), {}, other);
  assert.equal(diagnosis.outcome, 'unexplained');
  assert.deepEqual(ids(diagnosis), ['secret-key']);
  assert.match(
    diagnosis.summary,
    new RegExp(`None of the ${diagnosis.searched.toLocaleString('en-US')} canonical strings`),
  );
  assert.match(diagnosis.causes[0].fix, /\/auth\/v2\/check/);
  assert.ok(diagnosis.searched > 1000);
  for (const [skey, remark] of [
    ['AQAAANCMnd8BFdERjHoAwE/Cl+sBAAAAhF0PqWfW0kq+Zz3dLs0AAA==', /base64 or like an encrypted/],
    ['Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4E-', /other than letters and digits/],
  ]) {
    const { summary } = diagnose(sign('GET', window), { ...credentials, skey });
    assert.match(summary, remark);
    assert.ok(!summary.includes(skey));
  }
});

test('fixes in the language of the sender', () => {
  const text = canonicalize('GET', host, '/admin/v1/users', { name: 'a b!' }, now);
  const [, , , , line] = text.split('\n');
  const request = {
    method: 'GET',
    url: `https://${host}/admin/v1/users?name=a+b!`,
    headers: { Date: text.split('\n')[0], ...own(text.replace(line, 'name=a%20b!')) },
  };
  for (const [agent, hint] of [
    ['python-requests/2.32.3', /urllib\.parse\.quote/],
    ['PostmanRuntime/7.43.0', /encodeURIComponent/],
    ['axios/1.7.9', /encodeURIComponent/],
    ['Java/21.0.1', /URLEncoder/],
    ['Go-http-client/1.1', /QueryEscape/],
    ['Mozilla/5.0 (Windows NT; Windows NT 10.0; de-DE) WindowsPowerShell/5.1', /EscapeDataString/],
    ['GuzzleHttp/7', /rawurlencode/],
    ['Ruby', /url_encode/],
    ['curl/8.5.0', /@uri/],
    ['reqwest/0.12', /utf8_percent_encode/],
    ['Jersey/2.41 (HttpUrlConnection 21)', /URLEncoder/],
    ['Apache-HttpClient/5.3 (Java/21)', /URLEncoder/],
    ['Dart/3.5 (dart:io)', /Uri\.encodeComponent/],
    ['MyApp/1 CFNetwork/1490 Darwin/23', /addingPercentEncoding/],
    [
      'Unknown/1',
      /capital hex digits\. Only the signed text matters; the URL may use another spelling\.$/,
    ],
  ]) {
    const { causes } = examine(withHeaders(request, { 'User-Agent': agent }));
    assert.equal(causes[0].id, 'param-encoding');
    assert.match(causes[0].fix, hint, agent);
  }
});

test('characters cut to one byte', () => {
  const text = canonicalize('GET', host, '/admin/v1/users', { name: 'a€ü' }, now);
  const [date, , , , line] = text.split('\n');
  // As Rust's `c as u8` and Java's `(byte) c` do.
  const cut = [...'a€ü'].map((it) => `%${(it.codePointAt(0) & 255).toString(16).toUpperCase()}`);
  const signed = `name=${cut.join('').replace('%61', 'a')}`;
  const request = {
    method: 'GET',
    url: `https://${host}/admin/v1/users?${line}`,
    headers: { Date: date, ...own(text.replace(line, signed)) },
  };
  const { causes } = examine(request, { now });
  assert.deepEqual(
    causes.map((it) => it.mutation),
    ['ENC-LATIN1'],
  );
});

test('budget, progress and cancelling', async () => {
  const request = sign('GET', window);
  const other = { ...credentials, skey: 'x'.repeat(40) };
  const short = examine(request, { budget: 1000 }, other);
  assert.equal(short.searched, 1000);
  assert.match(short.notes.join(), /ended at its budget of 1,000/);

  const seen = [];
  const whole = diagnose(request, other, { onProgress: (progress) => seen.push(progress) });
  assert.ok(seen.length > 10);
  assert.ok(seen.every(({ searched, total }) => searched > 0 && searched <= total));
  assert.ok(seen.every(({ searched }, i) => i === 0 || searched >= seen[i - 1].searched));
  const stop = new Error('stop');
  const onProgress = () => {
    throw stop;
  };
  assert.throws(() => diagnose(request, other, { onProgress }), stop);

  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  assert.deepEqual(timeless(await diagnoseAsync(request, other)), timeless(whole));
  clearInterval(timer);
  assert.ok(ticks > 3, 'other work goes on meanwhile');
  const controller = new AbortController();
  const running = diagnoseAsync(request, other, {
    signal: controller.signal,
    onProgress: () => controller.abort(stop),
  });
  await assert.rejects(running, stop);
  await assert.rejects(diagnoseAsync(request, other, { signal: AbortSignal.abort(stop) }), stop);
});

test('requests that the clients of Duo and others make', () => {
  for (const { name, text, options, outcome, causes } of vectors) {
    const found = examine(parseRequest(text), options, vectorKeys);
    assert.equal(found.outcome, outcome, name);
    const proven = found.causes.filter((cause) => cause.proven);
    assert.deepEqual(
      proven.map((cause) => (cause.mutation ? `${cause.id} ${cause.mutation}` : cause.id)),
      causes,
      name,
    );
  }
  const [lost] = vectors.filter(({ name }) => name.startsWith('H ruby'));
  const request = parseRequest(lost.text);
  assert.match(examine(request, {}, vectorKeys).notes.join(), /X-Duo-\* headers.*not sent/);
  const [body] = vectors.filter(({ name }) => name.startsWith('K '));
  const valid = examine(parseRequest(body.text), {}, vectorKeys);
  assert.ok(!valid.causes.some((cause) => cause.id === 'duo-side'), 'it does not cover its body');
});

test('X-Duo-* headers that did not arrive', () => {
  const signed = sign('GET', window, { headers: { 'X-Duo-Trace': 'a b' } });
  const { 'X-Duo-Trace': trace, ...headers } = signed.headers;
  const lost = examine({ ...signed, headers }, { intended: { headers: { 'X-Duo-Trace': trace } } });
  assert.deepEqual(
    lost.causes.map((cause) => cause.mutation),
    ['V5-HDRLOST'],
  );
  assert.equal(lost.corrected.headers['X-Duo-Trace'], trace);
});

test('a repeated X-Duo-* header', () => {
  const url = `https://${host}/admin/v1/users`;
  const date = 'Tue, 24 Nov 2026 12:00:00 -0000';
  const empty = createHash('sha512').digest('hex');
  for (const [signed, outcome] of [
    [['x-duo-a', '2'], 'valid'],
    [['x-duo-a', '1'], 'explained'],
    [['x-duo-a', '1', 'x-duo-a', '2'], 'explained'],
  ]) {
    const hash = createHash('sha512').update(signed.join('\0')).digest('hex');
    const text = [date, 'GET', host, '/admin/v1/users', '', empty, hash].join('\n');
    const headers = { Date: date, ...own(text), 'X-Duo-A': ['1', '2'] };
    const found = examine({ method: 'GET', url, headers }, { now });
    assert.equal(found.outcome, outcome);
    const proven = found.causes.filter((it) => it.proven).map((it) => it.mutation);
    assert.deepEqual(proven, outcome === 'valid' ? [] : ['V5-HDRDUP']);
  }
});

test('another request of the same program', () => {
  const request = { ...sign('GET', window), method: 'TRACE', body: 'x' };
  const others = [sign('GET'), withoutQuery(sign('GET', window))];
  const said = examine({ ...request, url: `${request.url}&z=%00` }, { others, budget: 1000 });
  assert.match(said.summary, /Another request from the same program is signed correctly/);
  assert.ok(!ids(said).includes('secret-key'));
  const not = examine(request, { others: others.slice(1), budget: 10 });
  assert.ok(ids(not).includes('secret-key'));
});

test('the request that Duo takes', () => {
  const sent = withoutQuery(sign('GET', window));
  const { corrected } = examine(sent, { intended: { params: window } });
  assert.match(corrected.url, /\?maxtime=1706652000000&mintime=1701381600000$/);
  assert.equal(corrected.method, 'GET');
  const body = { name: 'Zoë', list: [1] };
  const post = sign('POST', body, { dateHeader: 'X-Duo-Date' });
  const other = examine({ ...post, body: null }, { intended: { body } });
  assert.deepEqual(JSON.parse(other.corrected.body), body);
  assert.ok(other.corrected.headers['X-Duo-Date']);
  const form = sign('POST', { a: ['1', '2'] }, { signatureVersion: 2 });
  const wrong = withHeaders(form, own('x'));
  const right = examine(wrong, { budget: 10 });
  assert.equal(right.corrected.body, 'a=1&a=2');
  assert.equal(right.uncorrected, null);
  const valid = examine(sign('GET'));
  assert.deepEqual([valid.corrected, valid.uncorrected], [null, null]);
});

test('why there is no corrected request', () => {
  const refused = withHeaders(sign('GET'), own('x'));
  const { skey } = credentials;
  const post = withHeaders(sign('POST', { a: 1 }), own('x'));
  const binary = Uint8Array.of(0xff, 0xfe);
  for (const [request, reason, message] of [
    [{ ...refused, url: `https://${host}/admin users` }, 'unsignable', /path .*admin%20users/],
    [{ ...refused, url: `https://${host}/${skey} users` }, 'secret-key', /create a new key/],
    [{ ...refused, url: `${refused.url}?a=${skey}` }, 'secret-key', /create a new key/],
    [{ ...post, body: JSON.stringify({ skey }) }, 'secret-key', /create a new key/],
    [withHeaders(post, { 'X-Duo-Key': skey }), 'secret-key', /create a new key/],
    [{ ...post, body: binary }, 'binary-body', /binary/],
  ]) {
    const { outcome, corrected, uncorrected } = examine(request, { budget: 10 });
    assert.notEqual(outcome, 'valid');
    assert.equal(corrected, null);
    assert.equal(uncorrected?.reason, reason);
    assert.match(uncorrected.message, message);
  }
  const { Host: _, ...headers } = refused.headers;
  const nameless = { ...refused, url: '/admin/v1/users', headers };
  assert.throws(() => examine(nameless, { budget: 10 }), { code: 'ERR_DUO_INVALID_REQUEST' });
});

test('requests of other people', () => {
  const file = new URL('../vectors/field.json', import.meta.url);
  for (const { id, text, credentials: keys, options, expect } of JSON.parse(readFileSync(file))) {
    if (expect.parse === 'refused') {
      assert.throws(() => parseRequest(text), { code: 'ERR_DUO_INVALID_TEXT' }, id);
      continue;
    }
    const now = options?.now && new Date(options.now);
    const found = diagnose(parseRequest(text), keys, { ...options, now });
    const outcomes = [expect.outcome, ...(expect.or_ ?? [])];
    assert.ok(outcomes.includes(found.outcome), `${id}: ${found.outcome}`);
    if ('duoCode' in expect) assert.equal(found.duoCode, expect.duoCode, id);
    if (expect.outcome === 'valid') continue;
    const proven = new Set(found.causes.filter((it) => it.proven).map((it) => it.id));
    if (expect.anyof)
      assert.ok(
        expect.causes.some((it) => proven.has(it)),
        id,
      );
    else assert.deepEqual([...proven].sort(), [...expect.causes].sort(), id);
  }
});

test('invalid options', () => {
  const request = sign('GET');
  for (const options of [
    null,
    { budget: 'x' },
    { now: 'today' },
    { signal: AbortSignal.abort() },
    { intended: { param: {} } },
    { intended: { params: 5 } },
    { intended: { body: 5 } },
    { intended: { canonical: 5 } },
    { intended: { headers: 5 } },
    { intended: { headers: { 'X-Duo-A': 5 } } },
    { others: {} },
    { response: { code: 'x' } },
  ]) {
    assert.throws(() => diagnose(request, credentials, options), {
      code: 'ERR_DUO_INVALID_OPTIONS',
    });
  }
  assert.throws(() => diagnose({}, credentials), { code: 'ERR_DUO_INVALID_REQUEST' });
  assert.throws(() => diagnose(request, {}), { code: 'ERR_DUO_INVALID_IKEY' });
});
