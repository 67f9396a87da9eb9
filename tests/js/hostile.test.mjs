// Whatever is given for whatever argument: a result or a DuoSignError, and nothing is broken after it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';
import * as duoSign from 'duo-sign';
import * as diagnosis from 'duo-sign/diagnose';

const host = 'api-xxxxxxxx.duosecurity.com';
const date = 'Tue, 21 Aug 2012 17:29:18 -0000';
const vectors = JSON.parse(readFileSync(new URL('../vectors/signing.json', import.meta.url)));
const { input, expected } = vectors.find(
  ({ kind, input }) => kind === 'authorization' && input.sig_version === 2 && !input.body,
);

/** A vector of Duo's own client is still signed rightly. */
function works(api = duoSign) {
  const { ikey, skey, method, host, path, params, date, digest } = input;
  const options = { signatureVersion: 2, digest };
  const signed = api.signRequest(method, host, path, params, date, { ikey, skey }, options);
  assert.equal(signed.headers.Authorization, expected);
}

class Own extends Error {}

/** Runs a call of the API; fails for whatever is thrown that is no DuoSignError, nor the caller's. */
function attempt(call) {
  try {
    return call();
  } catch (error) {
    if (error instanceof Own) return undefined;
    assert.ok(error instanceof duoSign.DuoSignError, error);
    assert.match(error.code, /^ERR_DUO_/);
    return undefined;
  }
}

const detached = () => {
  const bytes = new Uint8Array(8);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
};
const revoked = (target) => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};
const resizable = () => {
  const buffer = new ArrayBuffer(8, { maxByteLength: 64 });
  const bytes = new Uint8Array(buffer, 4);
  buffer.resize(2);
  return bytes;
};
const circular = { k: {} };
circular.k.k = circular;
const throwing = {
  get k() {
    throw new Own();
  },
};
const shrinking = () => {
  const buffer = new ArrayBuffer(64, { maxByteLength: 64 });
  const body = new Uint8Array(buffer);
  return {
    body,
    get query() {
      buffer.resize?.(0);
      return undefined;
    },
  };
};
function* endless() {
  for (;;) yield ['k', 'v'];
}
const foreign = (code) => vm.runInNewContext(code);
const trap = (name, result) => new Proxy({}, { [name]: () => result });

const long = new Array(2 ** 32 - 1);
const iterator = endless();

/** Values of every kind. */
const values = [
  ...[
    undefined,
    null,
    true,
    false,
    0,
    -0,
    1,
    -1,
    1.5,
    -5,
    2 ** 53,
    1.5e21,
    1e-9,
    NaN,
    Infinity,
    5n,
  ],
  ...[
    '',
    'x',
    '0',
    '\0',
    '\ud800',
    'é😀',
    'a\r\nb',
    'x'.repeat(3000),
    Symbol('x'),
    Symbol.iterator,
  ],
  ...[
    () => 1,
    class A {},
    {},
    [],
    Object.create(null),
    new (class B {})(),
    new Date(),
    new Date(NaN),
  ],
  ...[
    /x/,
    new Map(),
    new Map([['k', 'v']]),
    new Set(['k']),
    new WeakMap(),
    new Error('x'),
    Promise.resolve(),
  ],
  ...[
    new Uint8Array(3),
    detached(),
    resizable(),
    new Uint16Array(3),
    new DataView(new ArrayBuffer(3)),
  ],
  ...[
    new ArrayBuffer(3),
    new SharedArrayBuffer(3),
    new Uint8Array(new SharedArrayBuffer(3)),
    Buffer.from('x'),
  ],
  ...[
    new URLSearchParams('a=1'),
    new Headers({ a: 'b' }),
    new Proxy({}, {}),
    revoked({}),
    revoked([]),
  ],
  ...[
    revoked(() => 1),
    revoked(new Uint8Array(3)),
    circular,
    throwing,
    [[]],
    [['k']],
    [['k', 'v']],
  ],
  ...[new Array(5), long, { length: 5 }, { [Symbol.iterator]: 5 }, iterator],
  ...[{ [Symbol.iterator]: () => 5 }, { [Symbol.iterator]: () => ({ next: 5 }) }],
  ...[{ [Symbol.iterator]: () => ({ next: () => 5 }) }, { [Symbol.toStringTag]: 'Map' }],
  ...[
    { toJSON: () => 1 },
    { __proto__: { k: 1 } },
    JSON.parse('{"__proto__":"x"}'),
    { k: circular },
  ],
  ...[trap('ownKeys', 5), trap('ownKeys', ['a', 'a']), trap('get', 5), trap('getPrototypeOf', 5)],
  ...[
    foreign('({ k: 1 })'),
    foreign('new Date(0)'),
    foreign('new Uint8Array(3)'),
    foreign('new Map()'),
  ],
  ...[
    { signatureVersion: 2 },
    { body: detached() },
    { headers: { 'X-Duo-A': 'b' } },
    { query: endless() },
  ],
  ...[
    { headers: revoked({}) },
    { body: circular },
    { params: { k: 1 } },
    { code: 40103, date: Symbol('x') },
  ],
  ...[
    { ikey: 'DIX', skey: 'x' },
    { method: 'GET', url: `https://${host}/`, headers: { Date: date } },
  ],
];

const credentials = {
  ikey: 'DIWJ8X6AEYOR5OMC6TQ1',
  skey: 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep',
};
const signed = duoSign.signRequest('GET', host, '/auth/v2/check', {}, date, credentials);
const received = { ...signed, headers: { Host: host, ...signed.headers } };
const limited = { budget: 10 };

/** Every public function with good arguments; each of them is then replaced by every value. */
const functions = [
  [duoSign.signRequest, ['POST', host, '/x', { k: 1 }, date, credentials, { headers: {} }]],
  [duoSign.canonicalize, ['GET', host, '/x', { k: 1 }, date, {}]],
  [duoSign.explain, ['GET', host, '/x', { k: 1 }, date, {}]],
  [(...args) => new duoSign.Signer(...args).dispose(), [credentials, {}]],
  [
    (...args) => new duoSign.Signer(credentials).signRequest(...args),
    ['GET', host, '/x', {}, date, {}],
  ],
  [diagnosis.signRequest, ['POST', host, '/x', { k: 1 }, date, credentials, { headers: {} }]],
  [diagnosis.verify, [received, credentials, {}]],
  [diagnosis.diagnose, [received, credentials, limited]],
  [diagnosis.parseRequest, ['GET / HTTP/1.1\nHost: x']],
  [diagnosis.render, [signed, 'curl']],
];

/** The members of arguments that are objects. */
const members = [
  [
    (options) => duoSign.signRequest('POST', host, '/x', undefined, date, credentials, options),
    ['signatureVersion', 'digest', 'headers', 'body', 'query', 'dateHeader', 'other'],
    {},
  ],
  [(keys) => duoSign.signRequest('GET', host, '/x', {}, date, keys), ['ikey', 'skey'], credentials],
  [
    (request) => diagnosis.verify(request, credentials),
    ['method', 'url', 'headers', 'body'],
    received,
  ],
  [
    (options) => diagnosis.verify(received, credentials, options),
    ['now', 'clockSkew', 'other'],
    {},
  ],
  [
    (options) => diagnosis.diagnose(received, credentials, options),
    ['now', 'clockSkew', 'response', 'budget', 'onProgress', 'intended', 'signal', 'other'],
    limited,
  ],
  [
    (intended) => diagnosis.diagnose(received, credentials, { ...limited, intended }),
    ['params', 'body', 'canonical', 'other'],
    {},
  ],
  [(request) => diagnosis.render(request, 'http'), ['method', 'url', 'headers', 'body'], signed],
  [
    (params) => duoSign.signRequest('POST', host, '/x', params, date, credentials),
    ['k', '__proto__', ''],
    {},
  ],
  [(params) => duoSign.signRequest('GET', host, '/x', params, date, credentials), ['k', 'é'], {}],
];

test('values of every kind for every argument and member', { timeout: 600_000 }, () => {
  let count = 0;
  for (const [call, args] of functions) {
    for (let i = 0; i < args.length; i++) {
      for (const value of values) {
        attempt(() => call(...args.with(i, value)));
        count++;
      }
    }
  }
  for (const [call, names, good] of members) {
    for (const name of names) {
      for (const value of values) {
        const object = { ...good };
        Object.defineProperty(object, name, { value, enumerable: true });
        attempt(() => call(object));
        count++;
      }
    }
  }
  assert.ok(count > 5000, `${count} calls`);
  works();
  works(diagnosis);
});

test('200,000 calls with random arguments', { timeout: 600_000 }, () => {
  let seed = 1;
  const random = (count) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * count);
  };
  // Those that take long to be refused, and the endless one, which has an end once it was read.
  const quick = values.filter((it) => it !== long && it !== iterator);
  const cheap = functions.filter(([call]) => call !== diagnosis.diagnose);
  const pick = (list) => list[random(list.length)];
  for (let i = 0; i < 200_000; i++) {
    const [call, args] = pick(cheap);
    let made = args;
    for (let n = 0; n <= random(3); n++) {
      const value = pick(quick);
      made = made.with(random(args.length), random(4) ? value : { k: value, body: value });
    }
    attempt(() => call(...made));
  }
  works();
  works(diagnosis);
});

test('detached and foreign views, thousands of times', () => {
  const signer = new duoSign.Signer(credentials);
  for (let i = 0; i < 5000; i++) {
    for (const body of [detached(), new Float64Array(4), resizable()]) {
      attempt(() => signer.signRequest('POST', host, '/x', undefined, date, { body }));
      attempt(() => diagnosis.verify({ ...received, body }, credentials));
      attempt(() => diagnosis.render({ ...signed, body }, 'http'));
    }
    attempt(() => signer.signRequest('POST', host, '/x', undefined, date, shrinking()));
  }
  const body = detached();
  const refused = { code: 'ERR_DUO_INVALID_BODY', message: /^body is a detached Uint8Array/ };
  assert.throws(() => signer.signRequest('POST', host, '/x', undefined, date, { body }), refused);
  const shrunk = { code: 'ERR_DUO_INVALID_BODY', message: /changed its length/ };
  if (ArrayBuffer.prototype.resize) {
    const call = () => signer.signRequest('POST', host, '/x', undefined, date, shrinking());
    assert.throws(call, shrunk);
  }
  works();
  works(diagnosis);
});

test('a Date of another realm is the same time', () => {
  const sign = (date) => duoSign.signRequest('GET', host, '/x', { a: 1 }, date, credentials);
  const time = Date.UTC(2012, 7, 21, 17, 29, 18);
  assert.deepEqual(sign(foreign(`new Date(${time})`)), sign(new Date(time)));
  assert.equal(sign(foreign(`new Date(${time})`)).headers.Date, 'Tue, 21 Aug 2012 17:29:18 -0000');
});

test('engines without isWellFormed judge texts as those with it', {
  skip: !''.isWellFormed,
}, (t) => {
  const { isWellFormed } = String.prototype;
  t.after(() => {
    String.prototype.isWellFormed = isWellFormed;
  });
  delete String.prototype.isWellFormed;
  const units = ['a', 'é', '\ud800', '\udbff', '\udc00', '\udfff', '\ue000', '\ufffd'];
  const texts = units.flatMap((a) => units.flatMap((b) => units.map((c) => a + b + c)));
  for (const text of texts) {
    const call = () => duoSign.signRequest('GET', host, '/x', { text }, date, credentials);
    if (isWellFormed.call(text)) assert.doesNotThrow(call);
    else assert.throws(call, /half of a surrogate pair/);
  }
});

test('limits hold for all of a request, and are quick to tell', () => {
  const many = (length, value) => Array.from({ length }, (_, i) => [`x-${i}`, value]);
  const sign = (params, options) =>
    duoSign.signRequest('POST', host, '/x', params, date, credentials, options);
  assert.equal(Object.keys(sign({}, { headers: many(20_000, 'v') }).headers).length, 20_003);
  assert.throws(() => sign({}, { headers: [...many(20_000, 'v'), ['X-7', 'w']] }), {
    code: 'ERR_DUO_INVALID_HEADER',
  });
  for (const call of [
    () => sign({ k: 'x'.repeat(2 ** 24) }),
    () => sign({ k: 'x'.repeat(2 ** 23), j: 'x'.repeat(2 ** 23) }),
    () => sign({ k: new Array(2 ** 20 + 1).fill(1) }),
    () => sign(undefined, { body: new Uint8Array(2 ** 26 + 1) }),
    () => sign(endless()),
    () => sign({}, { headers: endless() }),
    () => diagnosis.verify({ ...received, body: new Uint8Array(2 ** 26 + 1) }, credentials),
    () => diagnosis.verify({ ...received, headers: endless() }, credentials),
    () => diagnosis.parseRequest('x'.repeat(2 ** 24 + 1)),
    () => diagnosis.render({ ...signed, body: 'x'.repeat(2 ** 24) }, 'http'),
  ]) {
    assert.throws(call, { name: 'DuoSignError', code: 'ERR_DUO_TOO_LARGE' });
  }
  works();
});

/** Runs a script in a process of its own, whose prototypes it may ruin. */
function run(script, ...flags) {
  const cwd = new URL('../..', import.meta.url);
  return execFileSync(process.execPath, [...flags, '-e', script], { cwd, encoding: 'utf8' });
}

test('poisoned prototypes', () => {
  const poisons = [
    'Array.prototype[Symbol.iterator] = poison',
    'Object.getPrototypeOf([][Symbol.iterator]()).next = poison',
    'Map.prototype[Symbol.iterator] = poison; Map.prototype.entries = poison; Map.prototype.get = poison',
    'Object.getPrototypeOf(new Map().entries()).next = poison',
    'for (const k of ["get", "set", "value", "writable"]) Object.defineProperty(Object.prototype, k, { __proto__: null, get: poison, set: poison })',
    'for (const k of ["Date", "url", "body", "headers", "Authorization"]) Object.defineProperty(Object.prototype, k, { __proto__: null, set: poison })',
    'Object.prototype.toString = poison; Object.keys = poison; Array.isArray = poison',
    'Object.prototype.toJSON = undefined; Array.prototype.push = Array.prototype.map = Array.prototype.find = poison',
    'String.prototype.slice = poison; Function.prototype.call = poison; Function.prototype.apply = poison',
    'Uint8Array.prototype.__proto__.set = poison; Uint8Array.prototype.__proto__.subarray = poison',
    'Date.now = poison; Date.prototype.getTime = poison; Date.prototype[Symbol.toPrimitive] = poison',
  ];
  for (const poisoning of poisons) {
    const output = run(`
      const api = require('duo-sign/diagnose');
      const { DuoSignError } = api;
      const credentials = ${JSON.stringify(credentials)};
      const request = ${JSON.stringify(received)};
      const wanted = api.signRequest('GET', 'h', '/', { a: 1 }, 0, credentials).headers.Authorization;
      const say = process.stdout.write.bind(process.stdout);
      const poison = function () { throw new Error('poisoned'); };
      const calls = [
        () => api.signRequest('GET', 'h', '/', { a: 1 }, 0, credentials),
        () => api.signRequest('GET', 'h', '/', new Map([['a', 1]]), 0, credentials),
        () => api.signRequest('POST', 'h', '/', [['a', 1]], 0, credentials, { headers: { 'X-A': 'b' } }),
        () => api.explain('GET', 'h', '/', {}, new Date(0)),
        () => new api.Signer(credentials).signRequest('GET', 'h', '/', { a: 1 }),
        () => api.verify(request, credentials),
        () => api.diagnose(request, credentials, { budget: 10 }),
        () => api.parseRequest('GET / HTTP/1.1\\nHost: x'),
        () => api.render(request, 'curl'),
      ];
      const argument = new Map([['a', 1]]);
      ${poisoning};
      for (let i = 0; i < calls.length; i++) {
        try {
          const result = calls[i]();
          if (i === 0 && result.headers.Authorization !== wanted) say('wrong ');
        } catch (error) {
          if (error instanceof DuoSignError || i === 1 && error.message === 'poisoned') continue;
          say(i + ': ' + error.stack + ' ');
        }
      }
      say('done');`);
    assert.equal(output, 'done', poisoning);
  }
});

for (const entry of ['duo-sign', 'duo-sign/diagnose', 'duo-sign/js']) {
  test(`${entry}: a trap poisons nothing, and signers of before say what to do`, () => {
    const output = run(`
      let fails = false;
      const fail = () => { if (fails) throw new RangeError('no memory left'); };
      // Memory cannot grow, or what wasm2js makes of that.
      const { Instance } = WebAssembly;
      WebAssembly.Instance = function (...args) {
        const { exports } = new Instance(...args);
        return { exports: { ...exports, core_sign(...args) { fail(); return exports.core_sign(...args); } } };
      };
      const Buffer = globalThis.ArrayBuffer;
      globalThis.ArrayBuffer = new Proxy(Buffer, { construct(_, args) { fail(); return new Buffer(...args); } });
      const { Signer, signRequest, DuoSignError } = require('${entry}');
      const credentials = ${JSON.stringify(credentials)};
      const call = ['GET', 'h', '/', { k: 1 }, 0];
      const wanted = signRequest(...call, credentials).headers.Authorization;
      const signer = new Signer(credentials);
      const seen = [];
      const body = new Uint8Array(2 ** 23);
      fails = true;
      try {
        signer.signRequest('POST', 'h', '/', undefined, 0, { body });
      } catch (error) {
        seen.push(error instanceof DuoSignError, error.code, error.cause.message);
      }
      fails = false;
      for (const test of [() => signer.signRequest(...call), () => signer.dispose()]) {
        try { test(); seen.push('no error'); } catch (error) { seen.push(error.code, error.message); }
      }
      seen.push(signRequest(...call, credentials).headers.Authorization === wanted);
      seen.push(new Signer(credentials).signRequest(...call).headers.Authorization === wanted);
      console.log(JSON.stringify(seen));`);
    assert.deepEqual(JSON.parse(output), [
      true,
      'ERR_DUO_INTERNAL',
      'no memory left',
      'ERR_DUO_DISPOSED',
      'this signer was lost when the core failed: make a new one',
      'no error',
      true,
      true,
    ]);
  });
}

test('a stack that is nearly full', () => {
  const output = run(`
    const { Signer, DuoSignError } = require('duo-sign');
    const credentials = ${JSON.stringify(credentials)};
    const call = ['GET', 'h', '/', { k: [1, 2] }, 0];
    const wanted = new Signer(credentials).signRequest(...call).headers.Authorization;
    let signer = new Signer(credentials);
    const codes = new Set();
    let signs = 0;
    function deeper() {
      try { deeper(); } catch { }
      try {
        if (signer.signRequest(...call).headers.Authorization !== wanted) throw new Error('wrong');
        signs++;
      } catch (error) {
        if (error instanceof DuoSignError) {
          codes.add(error.code);
          if (error.code === 'ERR_DUO_DISPOSED') try { signer = new Signer(credentials); } catch { }
        } else if (!(error instanceof RangeError)) codes.add(error.message);
      }
      if (signs > 100) throw 0;
    }
    try { deeper(); } catch { }
    codes.delete('ERR_DUO_INTERNAL');
    codes.delete('ERR_DUO_DISPOSED');
    console.log(signs > 100, [...codes].join());`);
  assert.equal(output, 'true \n');
});
