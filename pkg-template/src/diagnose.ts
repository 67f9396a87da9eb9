/// <reference lib="esnext.disposable" preserve="true" />
/**
 * All of `duo-sign`, and the receiver's side: is a request signed rightly?
 *
 * @packageDocumentation
 */

import { call } from './core.js';
import { encode, fields } from './encode.js';
import { DuoSignError } from './error.js';
import type { Credentials, HeaderFields, SignatureVersion } from './types.js';

export * from './index.js';

/**
 * A request as it came in.
 *
 * @example
 * ```ts
 * const request: ReceivedRequest = {
 *   method: 'GET',
 *   url: '/auth/v2/check',
 *   headers: [['Host', host], ['Date', 'Tue, 21 Aug 2012 17:29:18 -0000']],
 * };
 * ```
 */
export interface ReceivedRequest {
  /** The method. */
  readonly method: string;
  /** The URL; its path and query alone are enough when there is a `Host` header. */
  readonly url: string;
  /** All headers; a name may be there more than once in pairs, or have a list of values. */
  readonly headers:
    | HeaderFields
    | { readonly [name: string]: string | readonly string[] | undefined };
  /** The body, byte for byte as it arrived. */
  readonly body?: string | Uint8Array | null | undefined;
}

/**
 * How to verify.
 *
 * @example
 * ```ts
 * const options: VerifyOptions = { clockSkew: 60_000 };
 * ```
 */
export interface VerifyOptions {
  /** When the request was received, in milliseconds since 1970. Default: now. */
  readonly now?: Date | number | undefined;
  /** How far its date may be off, in milliseconds. Default: 300 000, as in Duo's mock server. */
  readonly clockSkew?: number | undefined;
}

/**
 * What {@link verify} finds: how the request is signed, or the code and message that Duo refuses it
 * with.
 *
 * @example
 * ```ts
 * const result: Verification = verify(request, credentials);
 * console.log(result.ok ? result.signatureVersion : result.message);
 * ```
 */
export type Verification =
  | { ok: true; signatureVersion: SignatureVersion; digest: 'sha512' | 'sha1' }
  | { ok: false; code: 40101 | 40102 | 40103 | 40104 | 40105; message: string };

/**
 * Does what Duo does with a received request, as Duo's own clients imply it: decodes the query and a
 * form body, canonicalises them again, compares the path as it stands, and hashes the body.
 *
 * @param request - The request as it came in, or as somebody reports it.
 * @param credentials - The keys of the application.
 * @param options - When it came in.
 * @throws {@link DuoSignError} for input that is no request, with `ERR_DUO_INVALID_REQUEST`, and for
 * keys that are none.
 *
 * @example
 * ```ts
 * const result = verify(request, credentials);
 * if (!result.ok) console.error(result.code, result.message);
 * ```
 */
export function verify(
  request: ReceivedRequest,
  credentials: Credentials,
  options: VerifyOptions = {},
): Verification {
  for (const [name, value] of Object.entries({ request, credentials, options })) {
    if (typeof value === 'object' && value !== null) continue;
    throw new DuoSignError(CODES[name] as 'ERR_DUO_INVALID_REQUEST', `${name} is no object`, name);
  }
  const { method, url, headers, body } = request;
  const { now = Date.now(), clockSkew = 300_000, ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    const message = `there is no option ${unknown}: the options are now and clockSkew`;
    throw new DuoSignError('ERR_DUO_INVALID_OPTIONS', message, 'options');
  }
  const seconds = [Number(now) / 1000, Number(clockSkew) / 1000];
  const keys = [credentials.ikey, credentials.skey];
  const text = encode([...keys, method, url, fields(headers), body, ...seconds]);
  const bytes = ArrayBuffer.isView(body) ? (body as Uint8Array) : undefined;
  return JSON.parse(call((core) => core.verify(text, bytes)));
}

const CODES: Record<string, string> = {
  request: 'ERR_DUO_INVALID_REQUEST',
  credentials: 'ERR_DUO_INVALID_CREDENTIALS',
  options: 'ERR_DUO_INVALID_OPTIONS',
};
