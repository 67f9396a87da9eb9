// The work that is measured, for Node.js and browsers: what each subject does to sign a request.

import { AwsClient } from 'aws4fetch';
import CryptoJS from 'crypto-js';

export const host = 'api-xxxxxxxx.duosecurity.com';
export const path = '/admin/v1/users';
export const keys = {
  ikey: 'DIWJ8X6AEYOR5OMC6TQ1',
  skey: 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep',
};

/** Dates that vary, as they do for requests that come one after the other. */
export const dates = Array.from({ length: 512 }, (_, i) =>
  new Date(1_345_570_158_000 + i * 61_000).toUTCString().replace('GMT', '-0000'),
);

const fields = (count, name, value) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [name(i), value(i)]));
const two = { username: 'root', limit: '10' };
const ten = fields(
  10,
  (i) => `name${(i * 7) % 10}`,
  (i) => `value ${i}`,
);
const small = fields(
  12,
  (i) => `field${i}`,
  (i) => `value ${i}`,
);
const large = {
  users: Array.from({ length: 700 }, (_, i) => ({
    username: `user${i}`,
    realname: `Real Name ${i}`,
    email: `user${i}@example.com`,
    status: 'active',
  })),
};
const thousand = fields(
  1000,
  (i) => `k${(i * 7919) % 1000}`,
  (i) => `v${i}`,
);

/** Name, signature version, method, params, body as text or bytes, rounds of one measurement. */
export const works = [
  { name: 'v5 GET, 2 params', version: 5, params: two, rounds: 1000 },
  { name: 'v5 GET, 10 params', version: 5, params: ten, rounds: 600 },
  { name: 'v2 GET, 2 params', version: 2, params: two, rounds: 1000 },
  { name: 'v2 GET, 10 params', version: 2, params: ten, rounds: 600 },
  { name: 'POST, 300 B of JSON', version: 5, json: small, rounds: 600 },
  { name: 'POST, 90 KB of JSON', version: 5, json: large, rounds: 6 },
  { name: 'POST, 1 MiB of bytes', version: 5, bytes: new Uint8Array(2 ** 20).fill(120), rounds: 1 },
  { name: 'v5 GET, 1,000 params', version: 5, params: thousand, rounds: 8 },
];

/** This package: a kept `Signer`, and the complete result. */
export function ours({ Signer }, { version, params, json, bytes }) {
  const signer = new Signer(keys, { signatureVersion: version });
  if (bytes)
    return (date) => signer.signRequest('POST', host, path, undefined, date, { body: bytes });
  const method = json ? 'POST' : 'GET';
  return (date) => signer.signRequest(method, host, path, json ?? params, date);
}

const encode = (text) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/**
 * What users write: header, URL and body. `sha512` and `hmac` give hexadecimal digits, or promises of
 * them; with `url` false just the header.
 */
export function written({ sha512, hmac, base64 }, { version, params = {}, json, bytes }) {
  return (date) => {
    const method = json || bytes ? 'POST' : 'GET';
    const body = json ? JSON.stringify(json) : (bytes ?? '');
    const query = Object.keys(params)
      .sort()
      .map((name) => `${encode(name)}=${encode(params[name])}`)
      .join('&');
    const finish = (signature) => ({
      method,
      url: `https://${host}${path}${query && `?${query}`}`,
      headers: {
        Date: date,
        Authorization: `Basic ${base64(`${keys.ikey}:${signature}`)}`,
        ...(body && { 'Content-Type': 'application/json' }),
      },
      body: body || null,
    });
    const lines = [date, method, host, path, query];
    if (version < 5) return then(hmac(lines.join('\n')), finish);
    return then(sha512(body), (hash) =>
      then(sha512(''), (empty) => then(hmac([...lines, hash, empty].join('\n')), finish)),
    );
  };
}

const then = (value, next) => (value instanceof Promise ? value.then(next) : next(value));
const bytesOf = (text) => (typeof text === 'string' ? new TextEncoder().encode(text) : text);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Hashes of packages and of the platform, which everyone can use in the same place. */
export async function hashes() {
  const [{ sha512 }, { hmac }, { bytesToHex }, wasm] = await Promise.all([
    import('@noble/hashes/sha2.js'),
    import('@noble/hashes/hmac.js'),
    import('@noble/hashes/utils.js'),
    import('hash-wasm'),
  ]);
  const hasher = await wasm.createSHA512();
  const keyed = await wasm.createHMAC(wasm.createSHA512(), keys.skey);
  const key = bytesOf(keys.skey);
  const { subtle } = globalThis.crypto;
  const algorithm = { name: 'HMAC', hash: 'SHA-512' };
  const imported = await subtle.importKey('raw', key, algorithm, false, ['sign']);
  const words = (data) => (typeof data === 'string' ? data : CryptoJS.lib.WordArray.create(data));
  const base64 = btoa;
  return {
    'noble-hashes': {
      base64,
      sha512: (data) => bytesToHex(sha512(bytesOf(data))),
      hmac: (text) => bytesToHex(hmac(sha512, key, bytesOf(text))),
    },
    'hash-wasm': {
      base64,
      sha512: (data) => hasher.init().update(data).digest(),
      hmac: (text) => keyed.init().update(text).digest(),
    },
    WebCrypto: {
      base64,
      sha512: async (data) => hex(new Uint8Array(await subtle.digest('SHA-512', bytesOf(data)))),
      hmac: async (text) => hex(new Uint8Array(await subtle.sign('HMAC', imported, bytesOf(text)))),
    },
    'crypto-js': {
      base64,
      sha512: (data) => CryptoJS.SHA512(words(data)).toString(),
      hmac: (text) => CryptoJS.HmacSHA512(text, keys.skey).toString(),
    },
  };
}

/** Another service's signature, for scale: SHA-256 and other lines. */
export function aws4fetchOf({ params = {}, json, bytes }) {
  const client = new AwsClient({ accessKeyId: keys.ikey, secretAccessKey: keys.skey });
  const url = `https://${host}${path}?${new URLSearchParams(params)}`;
  const aws = { service: 's', region: 'r' };
  return (date) => {
    const body = json ? JSON.stringify(json) : bytes;
    const options = { method: body ? 'POST' : 'GET', body, headers: { 'X-Date': date }, aws };
    return client.sign(url, options);
  };
}

/** Runs all subjects in turn, again and again; gives microseconds of one call for each. */
export async function measure(subjects, rounds, clock, { times = 40 } = {}) {
  const samples = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
  for (let time = 0; time < times; time++) {
    for (const [name, run] of Object.entries(subjects)) {
      const start = clock();
      for (let i = 0; i < rounds; i++) {
        const result = run(dates[(time * rounds + i) % dates.length]);
        if (result instanceof Promise) await result;
      }
      samples[name].push((clock() - start) / rounds);
    }
  }
  // The first quarter is warming up.
  const median = (list) =>
    list.slice(times / 4).sort((a, b) => a - b)[Math.floor(list.length * 0.375)];
  return Object.fromEntries(Object.entries(samples).map(([name, list]) => [name, median(list)]));
}
