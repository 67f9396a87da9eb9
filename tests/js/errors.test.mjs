// What bad input gets: a code, the field, and a message with the fix.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { canonicalize, DuoSignError, Signer, signRequest } from 'duo-sign';

const secret = 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep';
const good = {
  method: 'GET',
  host: 'api-xxxxxxxx.duosecurity.com',
  path: '/admin/v1/users',
  params: {},
  date: 'Tue, 21 Aug 2012 17:29:18 -0000',
  credentials: { ikey: 'DIWJ8X6AEYOR5OMC6TQ1', skey: secret },
  options: {},
};

function sign(change) {
  const { method, host, path, params, date, credentials, options } = { ...good, ...change };
  return signRequest(method, host, path, params, date, credentials, options);
}

const circular = {};
circular.one = circular;
circular.two = [circular];
const deep = Array.from({ length: 150 }).reduce((value) => ({ k: value }), 'x');
const wide = Array.from({ length: 30_000 }).reduce((value) => [value], 'x');
const post = { method: 'POST' };
const v2 = { signatureVersion: 2 };
const params = (value) => ({ params: { k: value } });
const header = (name, value) => ({ options: { headers: { [name]: value } } });
const skey = (value) => ({ credentials: { ...good.credentials, skey: value } });
const ikey = (value) => ({ credentials: { ...good.credentials, ikey: value } });

/** code, field, then changes to a good request with the message that each gets. */
const table = [
  [
    'ERR_DUO_INVALID_METHOD',
    'method',
    [
      [{ method: '' }, /^method is empty: use/],
      [{ method: 'GE T' }, /the character U\+0020: use/],
      [{ method: undefined }, /^method is undefined: it must be a string/],
      [{ method: 'G\ud800' }, /half of a surrogate pair: it must be well-formed Unicode/],
    ],
  ],
  [
    'ERR_DUO_INVALID_HOST',
    'host',
    [
      [{ host: '' }, /^host is empty: give the API hostname/],
      [{ host: 'https://api-x.duosecurity.com' }, /leave out `https:\/\/`/],
      [{ host: 'api-x.duosecurity.com/admin' }, /path, query or fragment/],
      [{ host: 'user@api-x.duosecurity.com' }, /user info/],
      [{ host: ' api-x.duosecurity.com' }, /white space/],
      [{ host: 'api-x.duosecurity.com:443' }, /leave the port out/],
      [{ host: 7 }, /^host is a number/],
      [{ host: '127.1' }, /looks like an IP address/],
      [{ host: '[0:0::1]' }, /looks like an IP address/],
    ],
  ],
  [
    'ERR_DUO_INVALID_PATH',
    'path',
    [
      [{ path: '' }, /does not start with `\/`/],
      [{ path: 'admin/v1/users' }, /does not start with `\/`/],
      [{ path: '/admin/v1/users?limit=1' }, /put the query into params/],
      [{ path: '/admin/v1/users#x' }, /put the query into params/],
      [{ path: '/admin/v1/ü x' }, /use `\/admin\/v1\/%C3%BC%20x`/],
      [{ path: '/a/../b' }, /`\.\.` segment/],
      [{ path: null }, /^path is null/],
    ],
  ],
  [
    'ERR_DUO_INVALID_PARAMS',
    'params',
    [
      [params(null), /^params\.k is null/],
      [params({}), /^params\.k is an object/],
      [params({ a: 1 }), /^params\.k is an object/],
      [params(NaN), /^params\.k is NaN/],
      [params(Infinity), /^params\.k is Infinity/],
      [params(1.5), /^params\.k is a number that is not a safe integer/],
      [params(2 ** 60), /^params\.k is a number that is not a safe integer/],
      [params(() => 1), /^params\.k is a function/],
      [params(Symbol('x')), /^params\.k is a symbol/],
      [params(new Date()), /^params\.k is a Date object/],
      [params(new Map()), /^params\.k is a Map object/],
      [params({ toJSON: () => 'x' }), /^params\.k is an object with toJSON/],
      [params(new Uint8Array(1)), /^params\.k is a Uint8Array/],
      [params(['a', undefined]), /^params\.k\[1\] is undefined/],
      [params(Object.assign(new Array(3), { 0: 'a', 2: 'c' })), /^params\.k\[1\] is undefined/],
      [params(['a', ['b']]), /^params\.k\[1\] is a list/],
      [params('\ud83d'), /^params\.k is text with half of a surrogate pair/],
      [{ params: { 'k\udc00': 1 } }, /half of a surrogate pair/],
      [params(['😀', '\ude00😀']), /^params\.k\[1\] is text with half of a surrogate pair/],
      [{ ...params(NaN), ...post }, /^params\.k is NaN/],
      [{ ...params({ a: [1, undefined] }), ...post }, /^params\.k\.a\[1\] is undefined/],
      [{ ...params({ a: Symbol('x') }), ...post }, /^params\.k\.a is a symbol/],
      [{ ...params(circular), ...post }, /nested too deeply, or contains itself/],
      [{ ...params(deep), ...post }, /nested too deeply/],
      [{ ...params(wide), ...post }, /nested too deeply/],
      [{ params: null }, /^params is null/],
      [{ params: 'a=1' }, /^params is a string/],
      [{ params: [['k']] }, /^params\[0\] is an array: it must be a pair/],
      [{ params: [[1, 'a']] }, /^params\[0\]\[0\] is a number: it must be a name/],
      [{ params: new Map([['k', null]]) }, /^params\.k is null/],
      [{ params: new Map([['k', NaN]]) }, /^params\.k is NaN/],
      [{ params: { 'a\nb': null } }, /^params\.a<U\+000A>b is null/],
    ],
  ],
  [
    'ERR_DUO_INVALID_DATE',
    'date',
    [
      [{ date: '2012-08-21T17:29:18Z' }, /not an RFC 2822 date/],
      [{ date: 'Tue, 21 Aug 2012 17:29:18 -0000\r\nX: y' }, /control character/],
      [{ date: new Date('x') }, /outside the years 1900 to 9999/],
      [{ date: NaN }, /outside the years 1900 to 9999/],
      [{ date: Infinity }, /outside the years 1900 to 9999/],
      [{ date: 8.64e15 }, /outside the years 1900 to 9999/],
      [{ date: 1.5e21 }, /outside the years 1900 to 9999/],
      [{ date: -1.5e300 }, /outside the years 1900 to 9999/],
      [{ date: Object.create(null) }, /^date is an object/],
      [{ date: `${good.date} (é)` }, /characters outside ASCII/],
      [{ date: {} }, /^date is an object/],
      [{ date: null }, /^date is null/],
    ],
  ],
  [
    'ERR_DUO_INVALID_CREDENTIALS',
    'credentials',
    [
      [{ credentials: undefined }, /give \{ ikey, skey \}/],
      [{ credentials: null }, /give \{ ikey, skey \}/],
      [{ credentials: secret }, /give \{ ikey, skey \}/],
    ],
  ],
  [
    'ERR_DUO_INVALID_IKEY',
    'ikey',
    [
      [ikey(''), /^ikey is empty/],
      [ikey('DI:X'), /^ikey has a colon/],
      [ikey('DIX\n'), /copied with a newline\?/],
      [ikey(undefined), /^ikey is undefined/],
      [
        { credentials: { ikey: secret, skey: good.credentials.ikey } },
        /^ikey has 40 characters, like a secret key, which must not be sent: give the integration key/,
      ],
    ],
  ],
  [
    'ERR_DUO_INVALID_SKEY',
    'skey',
    [
      [skey(''), /^skey is empty/],
      [skey(`${secret}\n`), /copied with a newline\?/],
      [skey(` ${secret}`), /white space around it/],
      [skey(`"${secret}"`), /quotes around it/],
      [skey(`${secret}\n${secret}`), /line break/],
      [skey(`${secret}\ud800`), /half of a surrogate pair/],
      [skey(null), /^skey is null/],
      [skey(good.credentials.ikey), /^skey looks like an integration key .*: give the secret key/],
      [skey([secret]), /^skey is an array/],
    ],
  ],
  [
    'ERR_DUO_INVALID_SIGNATURE_VERSION',
    'signatureVersion',
    [
      [{ options: { signatureVersion: 3 } }, /use 5$/],
      [{ options: { signatureVersion: 260 } }, /use 5$/],
      [{ options: { signatureVersion: '5' } }, /use 5$/],
    ],
  ],
  [
    'ERR_DUO_INVALID_DIGEST',
    'digest',
    [
      [{ options: { digest: 'sha256' } }, /use `sha512`/],
      [{ options: { digest: 'sha1' } }, /use `sha512`/],
      [{ options: { digest: 'sha1', signatureVersion: 4 } }, /use `sha512`/],
    ],
  ],
  [
    'ERR_DUO_INVALID_HEADER',
    'headers',
    [
      [header('X-Duo-A', 'a\rb'), /header `x-duo-a` has a control character/],
      [header('X-Duo-A', 'a\nb'), /header `x-duo-a` has a control character/],
      [header('X-Duo-A', 'a\0b'), /header `x-duo-a` has a control character/],
      [header('X-Duo-A', 'é'), /outside ASCII/],
      [header('X-Duo-A', ' a'), /white space around its value/],
      [header('X-Duo-A', null), /^headers\.X-Duo-A is null/],
      [header('X-Duo-A', 1), /^headers\.X-Duo-A is an integer: it must be a string/],
      [header('X-Duo-A', NaN), /^headers\.X-Duo-A is NaN: it must be a string/],
      [header('X Duo', 'a'), /characters that HTTP does not allow/],
      [header('Authorization', 'a'), /set by signing/],
      [{ options: { headers: { 'x-duo-a': 'A', 'X-Duo-A': 'B' } } }, /is duplicated/],
      [
        { ...post, options: { ...v2, headers: { 'content-type': 'application/json' } } },
        /must be `application\/x-www-form-urlencoded`/,
      ],
      [{ options: { headers: 'x' } }, /^headers is a string/],
    ],
  ],
  [
    'ERR_DUO_INVALID_BODY',
    'body',
    [
      [{ ...post, params: { k: 1 }, options: { body: '{}' } }, /into the option query/],
      [{ options: { ...v2, body: 'a=1' } }, /cannot be signed/],
      [{ method: 'DELETE', options: { signatureVersion: 1, body: 'a=1' } }, /cannot be signed/],
      [{ ...post, options: { ...v2, body: { a: 1 } } }, /is JSON/],
      [{ ...post, options: { body: [1] } }, /not a JSON object/],
      [{ ...post, options: { body: 7 } }, /^body is a number/],
      [
        { ...post, options: { body: { [Symbol.toStringTag]: 'Uint8Array' } } },
        /^body is a Uint8Array object/,
      ],
      [{ ...post, options: { body: new ArrayBuffer(1) } }, /^body is a ArrayBuffer object/],
      [{ ...post, options: { body: 'a\ud800' } }, /half of a surrogate pair/],
      [{ ...post, options: { body: circular } }, /contains itself/],
    ],
  ],
  [
    'ERR_DUO_INVALID_QUERY',
    'query',
    [
      [{ params: { a: 1 }, options: { query: { b: 1 } } }, /together with params/],
      [{ ...post, options: { query: { b: null } } }, /^query\.b is null/],
    ],
  ],
  [
    'ERR_DUO_INVALID_DATE_HEADER',
    'dateHeader',
    [[{ options: { dateHeader: 'X-Date' } }, /`Date` nor `X-Duo-Date`/]],
  ],
  [
    'ERR_DUO_INVALID_OPTIONS',
    'options',
    [
      [{ options: { signaturVersion: 5 } }, /unknown option `signaturVersion`/],
      [{ options: null }, /^options is null/],
      [{ options: 5 }, /^options is a number/],
      [{ options: [] }, /^options is an array/],
      [{ options: new Map([['signatureVersion', 2]]) }, /^options is a Map object/],
      [{ options: { 'a\n': 1 } }, /unknown option `a<U\+000A>`/],
    ],
  ],
];

for (const [code, field, cases] of table) {
  test(`${code}: ${cases.length} inputs`, () => {
    sign({});
    for (const [change, message] of cases) {
      const check = (error) => {
        assert.ok(error instanceof DuoSignError, error);
        assert.equal(error.name, 'DuoSignError');
        assert.match(error.stack, /^DuoSignError: /);
        assert.deepEqual([error.code, error.field], [code, field], error.message);
        assert.match(error.message, message);
        assert.ok(!inspect(error, { depth: 9 }).includes(secret), error.message);
        return true;
      };
      assert.throws(() => sign(change), check);
      const { method, host, path, params, date, credentials, options } = { ...good, ...change };
      // The other entrances say the same.
      assert.throws(
        () => new Signer(credentials, {}).signRequest(method, host, path, params, date, options),
        check,
      );
      if (!('credentials' in change)) {
        assert.throws(() => canonicalize(method, host, path, params, date, options), check);
      }
    }
  });
}

test('ERR_DUO_DISPOSED', () => {
  const signer = new Signer(good.credentials);
  signer.dispose();
  signer.dispose();
  assert.throws(() => signer.signRequest('GET', good.host, '/'), { code: 'ERR_DUO_DISPOSED' });
});

test('ERR_DUO_TOO_LARGE', () => {
  for (const change of [
    params('é'.repeat(2 ** 24)),
    { ...post, options: { body: 'x'.repeat(2 ** 24 + 1) } },
  ]) {
    assert.throws(() => sign(change), { code: 'ERR_DUO_TOO_LARGE' });
  }
  sign({ ...post, options: { body: new Uint8Array(2 ** 26) } });
});

test('ERR_DUO_INVALID_OPTIONS: defaults of a signer', () => {
  for (const defaults of [null, 'abc', [], new Map()]) {
    assert.throws(() => new Signer(good.credentials, defaults), {
      code: 'ERR_DUO_INVALID_OPTIONS',
    });
  }
});

test("what the caller's own code throws comes through as it is", () => {
  const disposing = new Signer(good.credentials);
  const dispose = {
    get k() {
      disposing.dispose();
      return 1;
    },
  };
  const call = () => disposing.signRequest('GET', good.host, '/', dispose, good.date);
  assert.throws(call, { code: 'ERR_DUO_DISPOSED' });
  for (const thrown of [null, { code: 'E', message: 'm' }, new RangeError('own')]) {
    const k = {
      get inner() {
        throw thrown;
      },
    };
    try {
      sign({ params: { k } });
      assert.fail('should have thrown');
    } catch (error) {
      assert.equal(error, thrown);
    }
  }
});

test('an error that nobody catches is shown by its name, and not with all of the core', () => {
  const calls = [
    "require('duo-sign').signRequest('GET', '', '/', {}, undefined, { ikey: 'i', skey: 's' })",
    "require('duo-sign').canonicalize('GET', 'h', '/?a=1')",
    "new (require('duo-sign').Signer)({ ikey: 'a:b', skey: 's' })",
    "require('duo-sign/js').signRequest('GET', 'h', '/')",
    "require('duo-sign/diagnose').parseRequest('curl')",
    "new (require('duo-sign/client').DuoClient)({ ikey: 'i', skey: 's', host: 'a b' })",
    "new (require('duo-sign/client').DuoClient)({ ikey: 'i', skey: 's', host: 'h', timeout: 'x' })",
  ];
  for (const call of calls) {
    const [, name] = /require\('([^']+)'\)/.exec(call);
    const module = `import * as it from '${name}'; ${call.replace(/require\([^)]+\)/, 'it')}`;
    for (const args of [
      ['-e', call],
      ['--input-type=module', '-e', module],
    ]) {
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      assert.equal(status, 1);
      assert.match(stderr, /^DuoSignError: /m, call);
      assert.ok(stderr.length < 10_000, `${args}: ${stderr.length} characters`);
    }
  }
});

test('the codes in the declarations and in docs/errors.md are these', () => {
  const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
  const codes = (text) => [...new Set(text.match(/ERR_DUO_[A-Z_]+/g))].sort();
  const declared = codes(read('../../pkg/dist/error.d.ts').split('export declare class')[0]);
  const others = [
    'INVALID_REQUEST',
    'INVALID_TEXT',
    'TOO_LARGE',
    'DISPOSED',
    'INTERNAL',
    'WASM_UNAVAILABLE',
    'NETWORK',
    'TIMEOUT',
    'PAGING',
  ];
  const tested = [...table.map(([code]) => code), ...others.map((name) => `ERR_DUO_${name}`)];
  assert.deepEqual(declared, tested.sort());
  assert.deepEqual(codes(read('../../docs/errors.md')), declared);
});

test('a signer shows no secret', () => {
  const signer = new Signer(good.credentials);
  const shown = inspect(signer, { depth: 9, showHidden: true }) + JSON.stringify(signer);
  assert.ok(!shown.includes(secret));
});
