// The checks that the package passes in every runtime. Imports nothing, so that each runtime and
// bundler can take it: `tests/js/vectors.test.mjs` and `tests/runtimes/` give it the package.

const host = 'api-xxxxxxxx.duosecurity.com';
const date = 'Tue, 21 Aug 2012 17:29:18 -0000';
const credentials = { ikey: 'DIX', skey: 'secret' };

let api;

const paramsLine = (params) =>
  api.canonicalize('GET', host, '/', params ?? undefined, date).split('\n')[4];
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
  canon_params: ({ params }, expected) => equal(paramsLine(params), expected),
  normalize_params({ params }, expected) {
    const members = Object.values(params ?? {}).flat();
    // Python passes on None, which it cannot encode later, and takes a dict's keys for values.
    if (members.some((it) => it === null || typeof it === 'object' || it % 1)) {
      return throws(() => paramsLine(params), 'ERR_DUO_INVALID_PARAMS');
    }
    equal(paramsLine(params), paramsLine(expected));
  },
  wire_params({ params }, expected) {
    equal(paramsLine(params), paramsLine(new URLSearchParams(expected)));
  },
  canonical_string: (input, expected) => equal(api.canonicalize(...call(input)), expected),
  authorization(input, expected) {
    const [method, host, path, params, date, options] = call(input);
    const signed = api.signRequest(method, host, path, params, date, input, options);
    equal(signed.headers.Authorization, expected);
  },
  body_hash({ body }, expected) {
    const lines = api.explain('POST', host, '/', {}, date, { body: body ?? '' });
    equal(line('body hash', lines), expected);
  },
  x_duo_headers_hash({ headers }, expected) {
    const { 'x-duo-date': xDuoDate, ...others } = headers ?? {};
    const dateHeader = xDuoDate ? 'X-Duo-Date' : 'Date';
    const lines = api.explain('GET', host, '/', {}, xDuoDate ?? date, {
      headers: others,
      dateHeader,
    });
    equal(line('x-duo headers hash', lines), expected);
  },
  extract_x_duo_headers({ headers }, expected) {
    const names = Object.keys(headers ?? {}).map((name) => name.toLowerCase());
    // One name in several cases is an error here, as it is in duo_hmac's own validation.
    if (new Set(names).size < names.length) {
      return throws(
        () => api.canonicalize('GET', host, '/', {}, date, { headers }),
        'ERR_DUO_INVALID_HEADER',
      );
    }
    const signed = (headers) =>
      line(
        'x-duo headers hash',
        api.explain('GET', host, '/', {}, date, { headers, dateHeader: 'Date' }),
      );
    equal(signed(headers ?? {}), signed(expected));
  },
  validate_x_duo_headers({ headers }, expected, vector) {
    // Spaces in header names, as in Python's test, are not HTTP.
    const pairs = headers?.map(([name, value]) => [name?.replaceAll(' ', '-'), value]);
    const run = () => api.canonicalize('GET', host, '/', {}, date, { headers: pairs });
    equal(expected.ok, vector.python.duo_hmac === 'ok');
    if (expected.ok) run();
    else throws(run, 'ERR_DUO_INVALID_HEADER');
  },
  json_body({ params }, expected) {
    // A double is all that JavaScript has: 1.0 is 1, and a larger integer is a bigint.
    if ('big' in params) {
      params = { ...params, big: 12345678901234567890n };
      expected = expected.replace('"fl":1.0', '"fl":1');
    }
    equal(api.signRequest('POST', host, '/', params, date, credentials).body, expected);
    equal(
      api.signRequest('POST', host, '/', {}, date, credentials, { body: params }).body,
      expected,
    );
  },
  request(input, expected) {
    const { method, path, params, sig_version: signatureVersion } = input;
    const options = { signatureVersion, dateHeader: 'Date' };
    const signed = api.signRequest(method, host, path, params, date, credentials, options);
    const url = new URL(signed.url);
    equal(signed.method, expected.method);
    // duo_client sends a `?` even without parameters.
    if (expected.uri) equal(url.pathname + url.search, expected.uri.replace(/\?$/, ''));
    if (expected.query_decoded) {
      equal(url.pathname, expected.path);
      equal(url.search.slice(1), paramsLine(expected.query_decoded));
    }
    if (expected.body_json) equal(JSON.parse(signed.body), expected.body_json);
    if ('body' in expected) equal(signed.body, expected.body);
    if (expected.content_type) equal(signed.headers['Content-Type'], expected.content_type);
  },
  hmac_components(input, expected) {
    const { method, api_host, path, params, headers } = input;
    const signed = api.signRequest(method, api_host, path, params ?? undefined, input.date, input, {
      headers: headers ?? undefined,
      dateHeader: 'X-Duo-Date',
    });
    const lower = (it) =>
      Object.fromEntries(Object.entries(it).map(([k, v]) => [k.toLowerCase(), v]));
    equal(lower(signed.headers), lower(expected.headers));
    equal(signed.body, expected.body);
    const query = new URLSearchParams(expected.uri.split('?')[1] ?? '');
    equal(new URL(signed.url).search.slice(1), paramsLine(query));
  },
  date_format({ utc }, expected) {
    for (const date of [new Date(utc), Date.parse(utc), Date.parse(utc) + 999]) {
      equal(api.canonicalize('GET', host, '/', {}, date).split('\n')[0], expected);
    }
  },
  error(input, expected) {
    const { op, method = 'GET', path = '/', params, sig_version: signatureVersion } = input;
    const run = (params) =>
      api.canonicalize(method, host, path, params, date, { signatureVersion });
    if (expected.error === 'ValueError') {
      const code = params === '' ? 'ERR_DUO_INVALID_PARAMS' : 'ERR_DUO_INVALID_SIGNATURE_VERSION';
      return throws(() => run(params), code);
    }
    const values = Object.values(params);
    if (
      values.every(
        (it) => typeof it === 'string' || typeof it === 'boolean' || Number.isInteger(it),
      )
    ) {
      // Bare booleans and integers are taken as if in a list, where Python takes them too.
      const listed = Object.fromEntries(Object.entries(params).map(([k, v]) => [k, [v]]));
      return equal(run(params), run(listed), op);
    }
    throws(() => run(params), 'ERR_DUO_INVALID_PARAMS');
  },
};

function equal(actual, expected, what = '') {
  const [a, b] = [actual, expected].map(text);
  if (a !== b) throw new Error(`${what} expected ${b}, got ${a}`);
}

function text(value) {
  const sorted = (_, it) =>
    it && typeof it === 'object' && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).sort(([a], [b]) => (a < b ? -1 : 1)))
      : it;
  return JSON.stringify(value, sorted) ?? 'undefined';
}

function throws(run, code) {
  let thrown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  equal(thrown?.code, code, 'error code');
}

/** Runs every vector; gives how many passed, by kind, and what failed. */
export function checkVectors(module, vectors) {
  api = module;
  const passed = {};
  const failed = [];
  for (const vector of vectors) {
    const { kind, input, expected, source } = vector;
    const refusal = refusals.find(([applies]) => applies(input));
    let outcome = kind;
    try {
      if (refusal) {
        throws(() => checks[kind](input, expected, vector), refusal[1]);
        outcome = 'refused';
      } else checks[kind](input, expected, vector);
      passed[outcome] = (passed[outcome] ?? 0) + 1;
    } catch (error) {
      failed.push(`${source} (${kind}): ${error.message}\n${JSON.stringify(input)}`);
    }
  }
  return { passed, failed };
}

/** Counts how often WebAssembly is started from now on. */
export function countInstances() {
  let instances = 0;
  if (typeof WebAssembly === 'object') {
    WebAssembly.Instance = class extends WebAssembly.Instance {
      constructor(...args) {
        super(...args);
        instances++;
      }
    };
  }
  return () => instances;
}

/**
 * All that a runtime is asked: every vector, and where `keys.host` can be reached, a signed request
 * and a call of the client. Gives a report that can be sent as JSON.
 *
 * Counts when the package is imported already: an import that started the core would be seen as one
 * without WebAssembly.
 */
export async function suite({ module, DuoClient, vectors, keys, count = countInstances() }) {
  const { passed, failed } = checkVectors(module, vectors);
  const core = ['js', 'wasm'][count()] ?? `${count()} instances`;
  const report = { passed: 0, failed, core };
  for (const count of Object.values(passed)) report.passed += count;
  if (typeof fetch !== 'function') return report;
  report.answers = [];
  try {
    // The endpoint speaks HTTP too, for runtimes that cannot be told to trust its certificate.
    const plain = (url, init) => fetch(url.replace(/^https:/, 'http:'), init);
    const { ikey, skey, host } = keys;
    const params = { 'a b': ["!'()*", 'ü'] };
    const signed = module.signRequest('GET', host, '/auth/v2/check', params, undefined, keys);
    report.answers.push((await plain(signed.url, signed)).status);
    const client = new DuoClient({ ikey, skey, host, fetch: plain, maxRetries: 0 });
    const answer = await client.request('POST', '/admin/v1/users', params);
    report.answers.push(`v${answer.signature_version}`);
  } catch (error) {
    failed.push(`calling the endpoint: ${error.name}: ${error.message}`);
  }
  return report;
}
