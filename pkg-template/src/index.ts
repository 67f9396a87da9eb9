/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Signs requests for the Duo Security APIs (Admin, Auth, Accounts), and shows exactly what was
 * signed.
 *
 * @packageDocumentation
 */

import { call, type WasmSigner } from './core.js';
import { encode, fields } from './encode.js';
import { DuoSignError } from './error.js';
import type {
  CanonicalLine,
  Credentials,
  Params,
  RequestDate,
  SignedRequest,
  SignOptions,
} from './types.js';

export { DuoSignError, type DuoSignErrorCode } from './error.js';
export type * from './types.js';

/**
 * Signs one request, and returns it finished: URL with its query, headers, body.
 *
 * Parameters go into the JSON body of POST, PUT and PATCH (into a form body under signature
 * versions 1 and 2), and into the query of every other method. To sign many requests with the same
 * keys, {@link Signer} is faster.
 *
 * @param method - The HTTP method, in any case.
 * @param host - The API hostname, such as `api-xxxxxxxx.duosecurity.com`.
 * @param path - The path of the endpoint, percent-encoded, without the query.
 * @param params - The parameters.
 * @param date - When the request is made; `undefined` for now.
 * @param credentials - The keys of the application.
 * @param options - How to sign.
 * @throws {@link DuoSignError} for every input that cannot be signed.
 *
 * @example
 * ```ts
 * const signed = signRequest(
 *   'GET', 'api-xxxxxxxx.duosecurity.com', '/admin/v1/users', { limit: 10 }, undefined,
 *   { ikey: process.env.DUO_IKEY, skey: process.env.DUO_SKEY },
 * );
 * const response = await fetch(signed.url, signed);
 * ```
 */
export function signRequest(
  method: string,
  host: string,
  path: string,
  params: Params | undefined,
  date: RequestDate | undefined,
  credentials: Credentials,
  options?: SignOptions,
): SignedRequest {
  return call((core) => {
    const text = keys(credentials) + request(method, host, path, params, date, options);
    return finished(core.sign_once(text, bytes(options)), options);
  });
}

/**
 * Signs requests with the keys of one application.
 *
 * The HMAC key schedule is computed once. {@link Signer.dispose}, or `using`, wipes it from
 * memory; a signer that is garbage-collected is wiped too.
 *
 * @example
 * ```ts
 * using signer = new Signer({ ikey, skey }, { signatureVersion: 2 });
 * const signed = signer.signRequest('POST', host, '/auth/v2/preauth', { username: 'narroway' });
 * ```
 */
export class Signer {
  #core: WasmSigner | undefined;
  readonly #defaults: SignOptions;

  /**
   * @param credentials - The keys of the application.
   * @param defaults - Options for every request; those of a call come before them, one by one.
   * @throws {@link DuoSignError} for keys that are none.
   */
  constructor(credentials: Credentials, defaults: SignOptions = {}) {
    this.#core = call((core) => new core.WasmSigner(keys(credentials)));
    this.#defaults = defaults;
  }

  /**
   * Signs one request; see {@link signRequest}.
   *
   * @throws {@link DuoSignError} for every input that cannot be signed.
   */
  signRequest(
    method: string,
    host: string,
    path: string,
    params?: Params,
    date?: RequestDate,
    options?: SignOptions,
  ): SignedRequest {
    const signer = this.#core;
    if (!signer) {
      throw new DuoSignError('ERR_DUO_DISPOSED', 'this signer is disposed: make a new one');
    }
    const all = isObject(options)
      ? { ...this.#defaults, ...options }
      : options === undefined
        ? this.#defaults
        : options;
    return call(() => {
      const text = request(method, host, path, params, date, all);
      return finished(signer.sign(text, bytes(all)), all);
    });
  }

  /** Wipes the key from memory. The signer cannot be used any more. */
  dispose(): void {
    this.#core?.free();
    this.#core = undefined;
  }

  declare [Symbol.dispose]: () => void;

  static {
    // Node.js 18 has no Symbol.dispose.
    if (Symbol.dispose) Signer.prototype[Symbol.dispose] = Signer.prototype.dispose;
  }
}

/**
 * The canonical string of a request: the text that is signed. Takes what {@link signRequest} takes,
 * without keys.
 *
 * @throws {@link DuoSignError} for every input that cannot be signed.
 *
 * @example
 * ```ts
 * canonicalize('GET', host, '/admin/v1/users', { limit: 10 }, 'Tue, 21 Aug 2012 17:29:18 -0000');
 * ```
 */
export function canonicalize(
  method: string,
  host: string,
  path: string,
  params?: Params,
  date?: RequestDate,
  options?: SignOptions,
): string {
  return call((core) =>
    core.canonicalize(request(method, host, path, params, date, options), bytes(options)),
  );
}

/**
 * The canonical string line by line, with labels and rules.
 *
 * @throws {@link DuoSignError} for every input that cannot be signed.
 *
 * @example
 * ```ts
 * for (const { label, value, note } of explain('GET', host, '/admin/v1/users', { limit: 10 })) {
 *   console.log(label, value, note);
 * }
 * ```
 */
export function explain(
  method: string,
  host: string,
  path: string,
  params?: Params,
  date?: RequestDate,
  options?: SignOptions,
): CanonicalLine[] {
  return call((core) =>
    core.explain(request(method, host, path, params, date, options), bytes(options)),
  );
}

function keys(credentials: Credentials): string {
  if (!isObject(credentials)) {
    throw new DuoSignError(
      'ERR_DUO_INVALID_CREDENTIALS',
      'credentials is not an object: give { ikey, skey }',
      'credentials',
    );
  }
  return encode([credentials.ikey, credentials.skey]);
}

function request(
  method: string,
  host: string,
  path: string,
  params: Params | undefined,
  date: RequestDate | undefined,
  options: SignOptions | undefined,
): string {
  return encode([method, host, path, fields(params), time(date), wire(options)]);
}

function time(date: RequestDate | undefined): number | string {
  if (date === undefined) return Date.now();
  // Not by `instanceof`, which fails for a Date of another realm.
  return typeof (date as Date | null)?.valueOf() === 'number' ? Number(date) : (date as string);
}

/** The options, with their iterables read. */
function wire(options: SignOptions | undefined): unknown {
  if (!isObject(options)) {
    return options === undefined && dropsDate() ? { dateHeader: 'X-Duo-Date' } : options;
  }
  return {
    ...options,
    headers: fields(options.headers),
    query: fields(options.query),
    dateHeader: options.dateHeader ?? (dropsDate() ? 'X-Duo-Date' : undefined),
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

let drops: boolean | undefined;

/** Whether this is a browser, whose `fetch` drops a `Date` header (Fetch, "forbidden header"). */
function dropsDate(): boolean {
  if (drops === undefined) {
    drops =
      typeof Request === 'function' &&
      !new Request('https://localhost', { headers: { Date: 'x' } }).headers.has('Date');
  }
  return drops;
}

function bytes(options: SignOptions | undefined): Uint8Array | undefined {
  const body = options?.body;
  return ArrayBuffer.isView(body) ? (body as Uint8Array) : undefined;
}

/** The core returns JSON, without the body when that is the one given. */
function finished(json: string, options: SignOptions | undefined): SignedRequest {
  const signed = JSON.parse(json);
  if (signed.body === undefined) signed.body = options?.body;
  return signed;
}
