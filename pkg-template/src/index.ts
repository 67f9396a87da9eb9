/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Signs requests for the Duo Security APIs (Admin, Auth, Accounts), and shows exactly what was
 * signed.
 *
 * @packageDocumentation
 */

import { call, type WasmSigner } from './core.js';
import { encode, fields, typeOf } from './encode.js';
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
 * const { DUO_IKEY: ikey = '', DUO_SKEY: skey = '', DUO_HOST: host = '' } = process.env;
 * const params = { limit: 10 };
 * const signed = signRequest('GET', host, '/admin/v1/users', params, undefined, { ikey, skey });
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
  const read = readOptions(options);
  const text = keys(credentials) + request(method, host, path, params, date, read);
  return finished(
    call((core) => core.sign_once(text, bytes(read))),
    read,
  );
}

/**
 * Signs requests with the keys of one application.
 *
 * The HMAC key schedule is computed once. {@link Signer.dispose}, or `using`, wipes it from
 * memory. A signer that is garbage-collected is wiped too, but no sooner, and only where there is a
 * `FinalizationRegistry`: a program that makes many should dispose of each.
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
    const text = keys(credentials);
    if (!isOptions(defaults)) {
      throw new DuoSignError(
        'ERR_DUO_INVALID_OPTIONS',
        'defaults is not an object: give options such as { signatureVersion: 2 }, or leave it out',
        'options',
      );
    }
    this.#defaults = readOptions(defaults);
    this.#core = call((core) => new core.WasmSigner(text));
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
    const read = this.#merge(readOptions(options));
    const text = request(method, host, path, params, date, read);
    // Last, since reading the arguments may run code of the caller.
    const signer = this.#core;
    if (!signer) {
      throw new DuoSignError('ERR_DUO_DISPOSED', 'this signer is disposed: make a new one');
    }
    return finished(
      call(() => signer.sign(text, bytes(read))),
      read,
    );
  }

  #merge(options: SignOptions | undefined): SignOptions {
    if (options === undefined) return this.#defaults;
    if (!isOptions(options)) return options;
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    return { ...this.#defaults, ...Object.fromEntries(given) };
  }

  /** Wipes the key from memory. The signer cannot be used any more. */
  dispose(): void {
    const core = this.#core;
    this.#core = undefined;
    core?.free();
  }

  declare [Symbol.dispose]: () => void;
}

// Node.js 18 has no Symbol.dispose.
if (Symbol.dispose) Signer.prototype[Symbol.dispose] = Signer.prototype.dispose;

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
  const read = readOptions(options);
  const text = request(method, host, path, params, date, read);
  return call((core) => core.canonicalize(text, bytes(read)));
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
  const read = readOptions(options);
  const text = request(method, host, path, params, date, read);
  return call((core) => core.explain(text, bytes(read)));
}

function keys(credentials: Credentials): string {
  if (typeof credentials !== 'object' || credentials === null) {
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
  const isDate = typeof date === 'object' && date !== null && typeOf(date) === 'Date';
  return isDate ? Number(date) : (date as number | string);
}

const optionNames = [
  'signatureVersion',
  'digest',
  'headers',
  'body',
  'query',
  'dateHeader',
] as const satisfies readonly (keyof SignOptions)[];

/**
 * The options, each read once, so that what is signed and what is returned cannot differ; whatever
 * is no options object goes to the core as it is, to be refused there.
 */
function readOptions<T extends SignOptions | undefined>(options: T): T {
  if (!isOptions(options)) return options;
  const read: Record<string, unknown> = {};
  // Those that do not exist are read too: the core names them.
  for (const name of new Set([...optionNames, ...Object.keys(options)])) {
    read[name] = (options as Record<string, unknown>)[name];
  }
  return read as T;
}

function isOptions(value: unknown): value is SignOptions {
  return typeof value === 'object' && value !== null && typeOf(value) === 'Object';
}

/** The options as the core takes them. */
function wire(options: SignOptions | undefined): unknown {
  const dateHeader = dropsDate() ? 'X-Duo-Date' : undefined;
  if (options === undefined) return dateHeader && { dateHeader };
  if (!isOptions(options)) return options;
  return {
    ...options,
    headers: fields(options.headers),
    query: fields(options.query),
    dateHeader: options.dateHeader === undefined ? dateHeader : options.dateHeader,
  };
}

let drops: boolean | undefined;

/** Whether this is a browser, whose `fetch` drops a `Date` header (Fetch, "forbidden header"). */
function dropsDate(): boolean {
  if (drops === undefined) {
    // Asked first, since Node.js loads all of `fetch` for the second question.
    const isBrowserLike = 'document' in globalThis || 'WorkerGlobalScope' in globalThis;
    drops =
      isBrowserLike &&
      'Request' in globalThis &&
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
