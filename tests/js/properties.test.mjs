// What holds for every call, with what fast-check makes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  canonicalize,
  explain,
  parseRequest,
  render,
  signRequest,
  verify,
} from 'duo-sign/diagnose';
import fc from 'fast-check';

/** Calls of each property. */
const numRuns = Number(process.env.CALLS ?? 2000);
const credentials = {
  ikey: 'DIXXXXXXXXXXXXXXXXXX',
  skey: 'gtdfxv9YgVBYcF6dl2Eq17KUQJN2PLM2ODVTkvoT',
};
const host = 'api-xxxxxxxx.duosecurity.com';
const date = 'Tue, 21 Aug 2012 17:29:18 -0000';
const at = { now: Date.parse(date) };
const formats = ['curl', 'http', 'fetch', 'python', 'httpie', 'powershell'];

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const pairs = fc.array(fc.tuple(text, text), { maxLength: 6 });
const requests = fc.record({
  method: fc.constantFrom('GET', 'POST', 'put', 'PATCH', 'Delete'),
  path: fc.constantFrom('/', '/admin/v1/users', "/a/b~c!$&'()*+,;=:@"),
  params: pairs,
  signatureVersion: fc.constantFrom(1, 2, 4, 5),
  dateHeader: fc.constantFrom('Date', 'X-Duo-Date'),
});

const call = (sign, { method, path, params, signatureVersion, dateHeader }) => {
  // Bodies in JSON have each name once.
  const inJson = signatureVersion >= 4 && ['POST', 'PUT', 'PATCH'].includes(method.toUpperCase());
  const given = inJson ? new Map(params) : params;
  const options = { signatureVersion, dateHeader };
  return sign === signRequest
    ? sign(method, host, path, given, date, credentials, options)
    : sign(method, host, path, given, date, options);
};

const holds = (name, arbitrary, property) =>
  test(`${name}: ${numRuns} calls`, () => fc.assert(fc.property(arbitrary, property), { numRuns }));

holds('the query decodes to the parameters, in any order', pairs, (params) => {
  const url = (params) => signRequest('GET', host, '/', params, date, credentials).url;
  const sorted = (pairs) => pairs.map((pair) => JSON.stringify(pair)).sort();
  const { searchParams } = new URL(url(params));
  assert.deepEqual(sorted([...searchParams]), sorted(params));
  assert.equal(url([...params].reverse()), url(params));
});

holds('what is explained is what is signed, and verifies', requests, (request) => {
  const signed = call(signRequest, request);
  const lines = call(explain, request).map(({ value }) => value);
  assert.equal(lines.join('\n'), signed.canonical);
  assert.equal(call(canonicalize, request), signed.canonical);
  const { signatureVersion } = request;
  assert.deepEqual(verify(signed, credentials, at), {
    ok: true,
    signatureVersion,
    digest: 'sha512',
  });
  const changed = { ...signed, url: signed.url.replace('https://a', 'https://b') };
  assert.equal(verify(changed, credentials, at).code, 40103);
});

holds('what is rendered reads back', fc.tuple(requests, fc.constantFrom(...formats)), (given) => {
  const [request, format] = given;
  const signed = call(signRequest, request);
  // A body with NUL is none for a command line.
  if (signed.body?.includes('\0')) return;
  const read = parseRequest(render(signed, format));
  assert.equal(read.method, signed.method);
  assert.equal(new URL(read.url, `https://${host}`).href, new URL(signed.url).href);
  assert.equal(verify(read, credentials, at).ok, true);
});
