// Canonical strings and signatures of this package, for the suites of Duo's clients. Called itself, it
// answers a JSON array of arguments a line, for the suites in Python.

import { createInterface } from 'node:readline';
import { canonicalize as ofPackage, signRequest } from 'duo-sign';
import { whenCalled } from '../../tools/run.mjs';

/** As the package takes what the clients have: parameters apart from the body. */
function given({ method, host, path, params, date, version, digest, body, headers, dateHeader }) {
  const options = { signatureVersion: version, digest, headers: headers ?? {}, dateHeader };
  const hasBody = version >= 4 && ['POST', 'PUT', 'PATCH'].includes(method.toUpperCase());
  if (hasBody || body)
    return [method, host, path, {}, date, { ...options, query: params, body: body ?? '' }];
  return [method, host, path, params, date, options];
}

export function canonicalize(request) {
  return ofPackage(...given(request));
}

/** The line of the parameters alone. */
export function canonicalParams(params) {
  const request = { method: 'GET', host: 'a', path: '/', params, date, version: 2 };
  return canonicalize(request).split('\n')[4];
}

/** The last line of version 5: the hash of these headers. */
export function hashOfHeaders(headers) {
  const request = { method: 'GET', host: 'a', path: '/', params: {}, date, version: 5, headers };
  return canonicalize(request).split('\n')[6];
}

/** The line before it. */
export function hashOfBody(body) {
  const request = { method: 'POST', host: 'a', path: '/', params: {}, date, version: 5, body };
  return canonicalize(request).split('\n')[5];
}

export function authorization(request) {
  const args = given(request);
  const options = args.pop();
  const { ikey, skey } = request;
  return signRequest(...args, { ikey, skey }, options).headers.Authorization;
}

const date = 'Tue, 21 Aug 2012 17:29:18 -0000';
const calls = { canonicalize, canonicalParams, hashOfHeaders, hashOfBody, authorization };

await whenCalled(import.meta.url, async () => {
  for await (const line of createInterface({ input: process.stdin })) {
    const [name, argument] = JSON.parse(line);
    let answer;
    try {
      answer = { value: calls[name](argument) };
    } catch (error) {
      answer = { error: error.message };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
});
