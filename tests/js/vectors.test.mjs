// Every vector of Duo's Python clients, through the public API.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { canonicalize, DuoSignError, explain, signRequest } from 'duo-sign';

const vectors = JSON.parse(
  readFileSync(new URL('../vectors/signing.json', import.meta.url), 'utf8'),
);
const host = 'api-xxxxxxxx.duosecurity.com';
const date = 'Tue, 21 Aug 2012 17:29:18 -0000';
const credentials = { ikey: 'DIX', skey: 'secret' };

const paramsLine = (params) =>
  canonicalize('GET', host, '/', params ?? undefined, date).split('\n')[4];
const line = (label, lines) => lines.find((it) => it.label === label).value;

/** The call that a vector describes: its params are the query unless the version signs a form. */
function call(input) {
  const { sig_version: signatureVersion, params, body, x_duo_headers: given } = input;
  const headers = { ...given };
  // The date is an argument here, so that it cannot differ from the header's.
  const inXDuoDate = headers['x-duo-date'] === input.date && input.date !== undefined;
  if (inXDuoDate) delete headers['x-duo-date'];
  const hashesBody = signatureVersion >= 4;
  const isPost = ['POST', 'PUT', 'PATCH'].includes(input.method.toUpperCase());
  const options = {
    signatureVersion,
    digest: input.digest,
    headers,
    dateHeader: inXDuoDate ? 'X-Duo-Date' : 'Date',
    query: hashesBody && isPost ? params : undefined,
    body: hashesBody ? (body ?? '') : undefined,
  };
  const form = options.query ? undefined : params;
  return [input.method, input.host, input.path, form ?? undefined, input.date ?? date, options];
}

/** Inputs that make sense to Python's functions and to no receiver: what this package says to them. */
const refusals = [
  [({ date }) => date === 'date_string', 'ERR_DUO_INVALID_DATE'],
  [({ path }) => path?.includes('ü'), 'ERR_DUO_INVALID_PATH'],
  [({ headers }) => Object.values(headers ?? {}).includes(' v '), 'ERR_DUO_INVALID_HEADER'],
];

const checks = {
  canon_params: ({ params }, expected) => assert.equal(paramsLine(params), expected),
  normalize_params({ params }, expected) {
    const members = Object.values(params ?? {}).flat();
    // Python passes on None, which it cannot encode later, and takes a dict's keys for values.
    if (members.some((it) => it === null || typeof it === 'object' || it % 1)) {
      return assert.throws(() => paramsLine(params), { code: 'ERR_DUO_INVALID_PARAMS' });
    }
    assert.equal(paramsLine(params), paramsLine(expected));
  },
  wire_params({ params }, expected) {
    assert.equal(paramsLine(params), paramsLine(new URLSearchParams(expected)));
  },
  canonical_string: (input, expected) => assert.equal(canonicalize(...call(input)), expected),
  authorization(input, expected) {
    const [method, host, path, params, date, options] = call(input);
    const signed = signRequest(method, host, path, params, date, input, options);
    assert.equal(signed.headers.Authorization, expected);
  },
  body_hash({ body }, expected) {
    const lines = explain('POST', host, '/', {}, date, { body: body ?? '' });
    assert.equal(line('body hash', lines), expected);
  },
  x_duo_headers_hash({ headers }, expected) {
    const { 'x-duo-date': xDuoDate, ...others } = headers ?? {};
    const dateHeader = xDuoDate ? 'X-Duo-Date' : 'Date';
    const lines = explain('GET', host, '/', {}, xDuoDate ?? date, { headers: others, dateHeader });
    assert.equal(line('x-duo headers hash', lines), expected);
  },
  extract_x_duo_headers({ headers }, expected) {
    const names = Object.keys(headers ?? {}).map((name) => name.toLowerCase());
    // One name in several cases is an error here, as it is in duo_hmac's own validation.
    if (new Set(names).size < names.length) {
      return assert.throws(() => canonicalize('GET', host, '/', {}, date, { headers }), {
        code: 'ERR_DUO_INVALID_HEADER',
      });
    }
    const signed = (headers) =>
      line(
        'x-duo headers hash',
        explain('GET', host, '/', {}, date, { headers, dateHeader: 'Date' }),
      );
    assert.equal(signed(headers ?? {}), signed(expected));
  },
  validate_x_duo_headers({ headers }, expected, vector) {
    // Spaces in header names, as in Python's test, are not HTTP.
    const pairs = headers?.map(([name, value]) => [name?.replaceAll(' ', '-'), value]);
    const run = () => canonicalize('GET', host, '/', {}, date, { headers: pairs });
    assert.equal(expected.ok, vector.python.duo_hmac === 'ok');
    if (expected.ok) run();
    else assert.throws(run, { code: 'ERR_DUO_INVALID_HEADER' });
  },
  json_body({ params }, expected) {
    // A double is all that JavaScript has: 1.0 is 1, and a larger integer is a bigint.
    if ('big' in params) {
      params = { ...params, big: 12345678901234567890n };
      expected = expected.replace('"fl":1.0', '"fl":1');
    }
    assert.equal(signRequest('POST', host, '/', params, date, credentials).body, expected);
    assert.equal(
      signRequest('POST', host, '/', {}, date, credentials, { body: params }).body,
      expected,
    );
  },
  request(input, expected) {
    const { method, path, params, sig_version: signatureVersion } = input;
    const options = { signatureVersion, dateHeader: 'Date' };
    const signed = signRequest(method, host, path, params, date, credentials, options);
    const url = new URL(signed.url);
    assert.equal(signed.method, expected.method);
    // duo_client sends a `?` even without parameters.
    if (expected.uri) assert.equal(url.pathname + url.search, expected.uri.replace(/\?$/, ''));
    if (expected.query_decoded) {
      assert.equal(url.pathname, expected.path);
      assert.equal(url.search.slice(1), paramsLine(expected.query_decoded));
    }
    if (expected.body_json) assert.deepEqual(JSON.parse(signed.body), expected.body_json);
    if ('body' in expected) assert.equal(signed.body, expected.body);
    if (expected.content_type) assert.equal(signed.headers['Content-Type'], expected.content_type);
  },
  hmac_components(input, expected) {
    const { method, api_host, path, params, headers } = input;
    const signed = signRequest(method, api_host, path, params ?? undefined, input.date, input, {
      headers: headers ?? undefined,
      dateHeader: 'X-Duo-Date',
    });
    const lower = (it) =>
      Object.fromEntries(Object.entries(it).map(([k, v]) => [k.toLowerCase(), v]));
    assert.deepEqual(lower(signed.headers), lower(expected.headers));
    assert.equal(signed.body, expected.body);
    const query = new URLSearchParams(expected.uri.split('?')[1] ?? '');
    assert.equal(new URL(signed.url).search.slice(1), paramsLine(query));
  },
  date_format({ utc }, expected) {
    for (const date of [new Date(utc), Date.parse(utc), Date.parse(utc) + 999]) {
      assert.equal(canonicalize('GET', host, '/', {}, date).split('\n')[0], expected);
    }
  },
  error(input, expected) {
    const { op, method = 'GET', path = '/', params, sig_version: signatureVersion } = input;
    const run = (params) => canonicalize(method, host, path, params, date, { signatureVersion });
    if (expected.error === 'ValueError') {
      const code = params === '' ? 'ERR_DUO_INVALID_PARAMS' : 'ERR_DUO_INVALID_SIGNATURE_VERSION';
      return assert.throws(() => run(params), { code });
    }
    const values = Object.values(params);
    if (
      values.every(
        (it) => typeof it === 'string' || typeof it === 'boolean' || Number.isInteger(it),
      )
    ) {
      // Bare booleans and integers are taken as if in a list, where Python takes them too.
      const listed = Object.fromEntries(Object.entries(params).map(([k, v]) => [k, [v]]));
      return assert.equal(run(params), run(listed), op);
    }
    assert.throws(() => run(params), { code: 'ERR_DUO_INVALID_PARAMS' });
  },
};

test('every vector', (t) => {
  const counts = {};
  for (const vector of vectors) {
    const { kind, input, expected } = vector;
    const refusal = refusals.find(([applies]) => applies(input));
    try {
      checks[kind](input, expected, vector);
      assert.ok(!refusal, 'was expected to be refused');
      counts[kind] = (counts[kind] ?? 0) + 1;
    } catch (error) {
      if (refusal && error instanceof DuoSignError && error.code === refusal[1]) {
        counts.refused = (counts.refused ?? 0) + 1;
        continue;
      }
      error.message = `${vector.source} (${kind}): ${error.message}\n${JSON.stringify(input)}`;
      throw error;
    }
  }
  t.diagnostic(`${vectors.length} vectors: ${JSON.stringify(counts)}`);
  assert.equal(
    Object.values(counts).reduce((a, b) => a + b),
    vectors.length,
  );
});
