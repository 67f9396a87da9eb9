/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Calls the Duo APIs over `fetch`: every attempt signed anew, rate limits waited for, pages followed.
 *
 * @packageDocumentation
 */

import { outward } from './caller.js';
import { pairs } from './encode.js';
import {
  type Credentials,
  canonicalize,
  DuoSignError,
  type Params,
  type SignatureVersion,
  type SignedRequest,
  Signer,
  type SignOptions,
} from './index.js';

export { DuoSignError, type DuoSignErrorCode } from './index.js';

/**
 * How to reach Duo.
 *
 * @example
 * ```ts
 * const options: DuoClientOptions = { ikey, skey, host, timeout: 10_000, maxRetries: 2 };
 * ```
 */
export interface DuoClientOptions extends Credentials {
  /**
   * The API hostname, such as `api-xxxxxxxx.duosecurity.com`. A child account has its own:
   * `api_hostname` in the answer of `/accounts/v1/account/list`.
   */
  readonly host: string;
  /** What sends the requests. Default: the global `fetch`. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /**
   * Milliseconds that one attempt may take until its answer is read. A call that takes longer fails
   * and is not repeated. Default: 90 000, since `/auth/v2/auth` waits a minute for the user. With all
   * attempts and waits a call can last for minutes: {@link CallOptions.signal} bounds it.
   */
  readonly timeout?: number | undefined;
  /**
   * How often a refused or failed attempt is repeated. Default: 6, as in Duo's clients, which wait
   * 1, 2, 4, 8, 16 and 32 seconds, each with up to a second of jitter.
   */
  readonly maxRetries?: number | undefined;
  /**
   * The longest wait before a repetition, in milliseconds, without jitter. An answer whose
   * `Retry-After` asks for more is not repeated. Default: 60 000.
   */
  readonly maxWait?: number | undefined;
  /** The `User-Agent` header. Default: `duo-sign/` and the version of this package. */
  readonly userAgent?: string | undefined;
  /** The signature version. Default: 5. */
  readonly signatureVersion?: SignatureVersion | undefined;
  /**
   * The child account that every request is for: sent as the parameter `account_id`, which `params`
   * must not have then, with the keys of the parent's Accounts API application and the `host` of the
   * child.
   */
  readonly accountId?: string | undefined;
}

/**
 * What a single call can be given.
 *
 * @example
 * ```ts
 * const options: CallOptions = { signal: AbortSignal.timeout(5_000) };
 * await duo.request('GET', '/auth/v2/check', {}, options);
 * ```
 */
export interface CallOptions {
  /** Ends the call at any time, also while it waits; it then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Duo's error codes that have to do with how a request is made; there are others.
 *
 * @example
 * ```ts
 * const isSigning = (code: DuoApiErrorCode) => code === 40103;
 * ```
 */
export type DuoApiErrorCode =
  | 40002
  | 40101
  | 40102
  | 40103
  | 40104
  | 40105
  | 40301
  | 40401
  | 42901
  | (number & {});

/**
 * Thrown for an answer of Duo that is not a success.
 *
 * @example
 * ```ts
 * try {
 *   await duo.request('GET', '/admin/v1/users/DUXXXXXXXXXXXXXXXXXX');
 * } catch (error) {
 *   if (error instanceof DuoApiError && error.status === 404) return undefined;
 *   throw error;
 * }
 * ```
 */
export class DuoApiError extends Error {
  /** The HTTP status; 0 for a redirect in a browser, which hides it. */
  readonly status: number;
  /** Duo's code, such as 40103; `undefined` when the answer has none. */
  readonly code: DuoApiErrorCode | undefined;
  /** Duo's `message_detail`, such as the name of a parameter. */
  readonly detail: string | undefined;
  /** Seconds that Duo asks to wait before the next attempt. */
  readonly retryAfter: number | undefined;

  constructor(
    status: number,
    code: number | undefined,
    message: string,
    detail?: string,
    retryAfter?: number,
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }

  override get name(): 'DuoApiError' {
    return 'DuoApiError';
  }
}

interface Answer {
  readonly stat?: unknown;
  readonly response?: unknown;
  readonly metadata?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly message_detail?: unknown;
}

/** Parameters, read once; what the caller's own code throws comes through. */
function readPairs(params: unknown): unknown {
  try {
    return pairs(params);
  } catch (error) {
    throw outward(error);
  }
}

type Pair = readonly [name: string, value: unknown];
type Pairs = readonly Pair[];

/**
 * A client of one application of Duo's Admin, Auth or Accounts API.
 *
 * An attempt that Duo refuses with 429 is repeated after a wait that doubles each time, or that
 * `Retry-After` asks for. Network errors and answers of 500 and above are repeated only for methods
 * that RFC 9110 section 9.2.2 calls idempotent. Redirects are not followed, since the next host would
 * get the signature; a `fetch` that follows them all the same (that of React Native does) makes the
 * call fail.
 *
 * @example
 * ```ts
 * const { DUO_IKEY: ikey = '', DUO_SKEY: skey = '', DUO_HOST: host = '' } = process.env;
 * const duo = new DuoClient({ ikey, skey, host });
 * const user = await duo.request<User>('POST', '/admin/v1/users', { username: 'narroway' });
 * for await (const { username } of duo.paginate<User>('/admin/v1/users')) console.log(username);
 * ```
 */
export class DuoClient {
  readonly #signer: Signer;
  readonly #host: string;
  readonly #fetch: DuoClientOptions['fetch'];
  readonly #timeout: number;
  readonly #maxRetries: number;
  readonly #maxWait: number;
  readonly #accountId: string | undefined;

  /**
   * @throws {@link DuoSignError} for keys, a host or other options that are none.
   */
  constructor(options: DuoClientOptions) {
    if (typeof options !== 'object' || options === null) {
      throw invalid('options', 'is not an object: give { ikey, skey, host }');
    }
    const {
      ikey,
      skey,
      host,
      fetch,
      timeout = 90_000,
      maxRetries = 6,
      maxWait = 60_000,
      userAgent = `duo-sign/${VERSION}`,
      signatureVersion,
      accountId,
      ...others
    } = options;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) throw invalid(unknown, 'is no option of DuoClient: leave it out');
    if (fetch !== undefined && typeof fetch !== 'function') {
      throw invalid('fetch', 'is not a function: give one like the global fetch, or leave it out');
    }
    for (const [name, value] of Object.entries({ timeout, maxRetries, maxWait })) {
      if (typeof value === 'number' && value >= 0) continue;
      throw invalid(name, 'is not a number from 0 on: give one, Infinity for no limit');
    }
    if (accountId !== undefined && (typeof accountId !== 'string' || accountId === '')) {
      throw invalid(
        'accountId',
        'is not an account_id: give it as /accounts/v1/account/list has it',
      );
    }
    // Says now what would be wrong with every request.
    const headers = { 'User-Agent': userAgent };
    canonicalize('GET', host, '/', {}, 0, { signatureVersion, headers });
    this.#signer = new Signer({ ikey, skey }, { signatureVersion, headers });
    this.#host = host;
    this.#fetch = fetch;
    this.#timeout = timeout;
    this.#maxRetries = maxRetries;
    this.#maxWait = maxWait;
    this.#accountId = accountId;
  }

  /**
   * Makes one call.
   *
   * @param method - The HTTP method, in any case.
   * @param path - The path of the endpoint, its variable segments percent-encoded (RFC 3986).
   * @param params - The parameters: the JSON body of POST, PUT and PATCH, else the query.
   * @returns The `response` of Duo's answer; the bytes of an image, as a `Uint8Array`.
   * @throws {@link DuoApiError} when Duo refuses.
   * @throws {@link DuoSignError} for input that cannot be signed, and when there is no answer.
   *
   * @example
   * ```ts
   * const users = await duo.request<User[]>('GET', '/admin/v1/users', { username: 'narroway' });
   * ```
   */
  async request<T = unknown>(
    method: string,
    path: string,
    params?: Params,
    options?: CallOptions,
  ): Promise<T> {
    const { response } = await this.#call(method, path, this.#pairs(params), options);
    return response as T;
  }

  /**
   * Iterates over the records of all pages of a list, from GET requests. Follows both of Duo's
   * cursors: a number goes into `offset`, a list joined by commas into `next_offset`. `limit` in
   * `params` is the size of a page; `offset` or `next_offset` there is where to start.
   *
   * @throws {@link DuoApiError} when Duo refuses a page.
   * @throws {@link DuoSignError} with `ERR_DUO_PAGING` when the answer is no page, or when the
   * cursor does not advance; else as {@link DuoClient.request}.
   *
   * @example
   * ```ts
   * const params = { mintime: Date.now() - 86_400_000, maxtime: Date.now(), limit: 1000 };
   * for await (const log of duo.paginate<AuthLog>('/admin/v2/logs/authentication', params)) {
   *   console.log(log.result, log.user.name);
   * }
   * ```
   */
  async *paginate<T = unknown>(
    path: string,
    params?: Params,
    options?: CallOptions,
  ): AsyncGenerator<T, void, undefined> {
    let pairs = this.#pairs(params);
    const given = Array.isArray(pairs) ? pairs.filter(isCursor) : [];
    const others = Array.isArray(pairs) ? pairs.filter((pair) => !isCursor(pair)) : pairs;
    const start = given.map(([name, value]): Pair => [name, list(value)]);
    if (start.length > 0) pairs = [...others, ...start];
    const seen = new Set(start.map(([, value]) => value));
    let last = Number(start.find(([name]) => name === 'offset')?.[1] ?? 0);
    for (;;) {
      const answer = await this.#call('GET', path, pairs, options);
      yield* records(answer.response) as T[];
      const cursor = nextCursor(answer);
      if (cursor === undefined) return;
      const [name, value] = cursor;
      if (name === 'offset' ? Number(value) <= last : seen.has(value)) {
        throw paging(`the cursor of ${path} does not advance: ${name} is ${value} again`);
      }
      if (name === 'offset') last = Number(value);
      seen.add(value);
      pairs = [...others, cursor];
    }
  }

  /**
   * Wipes the key from memory. The client cannot be used any more; a call that waits fails when it
   * would be repeated.
   */
  dispose(): void {
    this.#signer.dispose();
  }

  declare [Symbol.dispose]: () => void;

  /** The pairs of an object or iterable, with the account; the core refuses what has none. */
  #pairs(params: Params | undefined): Pairs {
    const read = readPairs(params === undefined ? {} : params);
    const isObject = Object.prototype.toString.call(read) === '[object Object]';
    const isPlain = isObject && typeof (read as { toJSON?: unknown }).toJSON !== 'function';
    const pairs = Array.isArray(read) ? read : isPlain ? Object.entries(read as object) : undefined;
    if (pairs === undefined || this.#accountId === undefined) return (pairs ?? params) as Pairs;
    if (pairs.some((pair) => Array.isArray(pair) && pair[0] === 'account_id')) {
      throw new DuoSignError(
        'ERR_DUO_INVALID_PARAMS',
        'params.account_id is given beside the option accountId: leave it out',
        'params',
      );
    }
    return [...pairs, ['account_id', this.#accountId]];
  }

  async #call(
    method: string,
    path: string,
    params: Pairs,
    options: CallOptions | undefined,
  ): Promise<Answer> {
    const signal = readSignal(options);
    const sign = (params: Pairs, options?: SignOptions) =>
      this.#signer.signRequest(method, this.#host, path, params as Params, undefined, options);
    let signed = sign(params);
    for (let attempt = 0; ; attempt++) {
      if (signal?.aborted) throw reasonOf(signal);
      const outcome = await this.#send(signed, signal);
      if ('answer' in outcome) return outcome.answer;
      const wait = attempt < this.#maxRetries ? this.#wait(outcome, signed.method, attempt) : null;
      if (wait === null) throw outcome.error;
      await sleep(wait, signal);
      // The same request with a new date, whatever became of the parameters meanwhile.
      const [, query] = signed.url.split('?');
      const pairs = query?.split('&').map((pair) => pair.split('=').map(decodeURIComponent));
      signed = sign([], { body: signed.body ?? undefined, query: pairs as unknown as Params });
    }
  }

  /** One attempt. Rejects with what ends the call for good. */
  async #send(signed: SignedRequest, signal: AbortSignal | undefined): Promise<Outcome> {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let forget: (() => void) | undefined;
    // Not left to `fetch`, which may be one that knows no signals.
    const ended = new Promise<never>((_, reject) => {
      const end = (reason: unknown) => {
        reject(reason);
        controller.abort(reason);
      };
      forget = signal && onAbort(signal, () => end(reasonOf(signal)));
      if (this.#timeout <= MAX_TIMER) {
        const late = `no answer from ${this.#host} within ${this.#timeout} ms`;
        timer = setTimeout(() => end(new DuoSignError('ERR_DUO_TIMEOUT', late)), this.#timeout);
      }
    });
    try {
      return await Promise.race([ended, this.#exchange(signed, controller.signal)]);
    } finally {
      clearTimeout(timer);
      forget?.();
    }
  }

  async #exchange(signed: SignedRequest, signal: AbortSignal): Promise<Outcome> {
    const { method, url, headers, body } = signed;
    const send = this.#fetch ?? (typeof fetch === 'function' ? fetch : undefined);
    if (!send) throw invalid('fetch', 'is missing here as a global function: give one');
    let response: Response;
    try {
      response = await send(url, { method, headers, body, redirect: 'manual', signal });
    } catch (cause) {
      return this.#unreachable(cause);
    }
    if (typeof response?.status !== 'number' || typeof response.headers?.get !== 'function') {
      throw invalid(
        'fetch',
        'gives something else than a Response: give one like the global fetch',
      );
    }
    if (isRedirected(response, url)) {
      // Whether that succeeds does not matter.
      Promise.resolve(response.body?.cancel?.()).catch(() => undefined);
      const message =
        `${this.#host} redirects, which Duo's API does not, and the signature is not sent ` +
        'elsewhere: check the API hostname, and proxies on the way';
      return { error: new DuoApiError(response.status, undefined, message) };
    }
    try {
      return await read(response);
    } catch (cause) {
      return this.#unreachable(cause);
    }
  }

  #unreachable(cause: unknown): Failure {
    const message = `${this.#host} cannot be reached: ${describe(cause)}`;
    return { error: new DuoSignError('ERR_DUO_NETWORK', message, undefined, { cause }) };
  }

  /** Milliseconds to wait before the next attempt, or `null` when there is none. */
  #wait({ error }: Failure, method: string, attempt: number): number | null {
    const answered = error instanceof DuoApiError;
    const isPassing = !answered || error.status >= 500;
    const isRateLimit = answered && error.status === 429;
    if (!isRateLimit && !(isPassing && IDEMPOTENT.has(method))) return null;
    const asked = answered && error.retryAfter !== undefined ? error.retryAfter * 1000 : undefined;
    const most = Math.min(this.#maxWait, MAX_TIMER - MAX_JITTER);
    if (asked !== undefined && asked > most) return null;
    const backoff = Math.min(2 ** attempt, 32) * 1000;
    return Math.min(asked ?? backoff, most) + Math.random() * Math.min(MAX_JITTER, most);
  }
}

// Node.js 18 has no Symbol.dispose.
if (Symbol.dispose) DuoClient.prototype[Symbol.dispose] = DuoClient.prototype.dispose;

/** RFC 9110 section 9.2.2, as far as `fetch` sends them. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** What `setTimeout` can wait, in milliseconds; it does not wait at all for more. */
const MAX_TIMER = 2 ** 31 - 1;
/** In milliseconds, as in Duo's clients. */
const MAX_JITTER = 1000;

interface Failure {
  readonly error: DuoApiError | DuoSignError;
}

type Outcome = { readonly answer: Answer } | Failure;

function isRedirected({ type, status, redirected, url: end }: Response, url: string): boolean {
  if (type === 'opaqueredirect' || (status >= 300 && status < 400) || redirected) return true;
  const host = (url: string) => url.split('/')[2];
  return Boolean(end) && host(end) !== host(url);
}

async function read(response: Response): Promise<Outcome> {
  const { status, headers } = response;
  if (status === 200 && headers.get('Content-Type')?.toLowerCase().startsWith('image/')) {
    return { answer: { response: new Uint8Array(await response.arrayBuffer()) } };
  }
  const answer = parse(await response.text());
  if (status === 200 && answer?.stat === 'OK') return { answer };
  const { code, message, message_detail: detail } = answer ?? {};
  const unknown =
    `the answer with status ${status} is not as Duo's API gives it: check the API hostname, the ` +
    'path, and proxies on the way';
  return {
    error: new DuoApiError(
      status,
      typeof code === 'number' ? code : undefined,
      typeof message === 'string' ? message : unknown,
      typeof detail === 'string' ? detail : undefined,
      retryTime(headers.get('Retry-After')),
    ),
  };
}

function parse(text: string): Answer | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 9110 section 10.2.3: seconds, or a date to come, in seconds from now. */
function retryTime(value: string | null): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  // `Date.parse` takes much that is no date: `7, 7` is one in 2001.
  const isDate = /^[A-Z][a-z]{2,8},? /.test(value);
  const wait = isDate ? (Date.parse(value) - Date.now()) / 1000 : 0;
  return wait > 0 ? wait : undefined;
}

/** Why a request failed: Node.js says "fetch failed", and more in causes. */
function describe(error: unknown): string {
  const { cause, errors, message, code, name } = (error ?? {}) as Error & {
    errors?: unknown[];
    code?: string;
  };
  if (cause instanceof Error) return describe(cause);
  return message || code || (errors?.length && describe(errors[0])) || name || 'no reason is given';
}

function readSignal(options: CallOptions | undefined): AbortSignal | undefined {
  if (options === undefined) return undefined;
  const { signal, ...others } = Object(options) as CallOptions;
  const [unknown] = Object.keys(others);
  if (typeof options !== 'object' || options === null || unknown !== undefined) {
    throw invalid(unknown ?? 'options', 'is no option of a call: give { signal }, or nothing');
  }
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
    throw invalid('signal', 'is no AbortSignal: give the signal of an AbortController');
  }
  return signal;
}

/** The reason of an abort, which React Native does not keep. */
function reasonOf(signal: AbortSignal): unknown {
  return signal.reason ?? Object.assign(new Error('the call was aborted'), { name: 'AbortError' });
}

const aborts = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Runs `run` when the signal aborts; gives a function that takes this back. One listener for each
 * signal, since Node.js warns of a leak where there are many.
 */
function onAbort(signal: AbortSignal, run: () => void): () => void {
  let runs = aborts.get(signal);
  if (!runs) {
    runs = new Set();
    aborts.set(signal, runs);
    const all = runs;
    signal.addEventListener('abort', () => {
      for (const run of all) run();
    });
  }
  runs.add(run);
  return () => runs.delete(run);
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(reasonOf(signal));
    const timer = setTimeout(() => {
      forget?.();
      resolve();
    }, milliseconds);
    const forget =
      signal &&
      onAbort(signal, () => {
        clearTimeout(timer);
        reject(reasonOf(signal));
      });
  });
}

/** The records of a page: the list itself, or the one list beside the metadata (v2 logs). */
function records(response: unknown): readonly unknown[] {
  if (Array.isArray(response)) return response;
  const [list, ...others] = Object.values(response ?? {}).filter(Array.isArray);
  if (list && others.length === 0) return list;
  throw paging('the answer is no page of a list: call request instead');
}

/** The parameter that asks for the next page. */
function nextCursor({ metadata, response }: Answer): [name: string, value: string] | undefined {
  // At the top level for lists, within the response for v2 logs.
  const next = nextOffset(metadata) ?? nextOffset((response as Answer | null)?.metadata);
  const isCursor = typeof next === 'string' || typeof next === 'number' || Array.isArray(next);
  if (next !== undefined && !isCursor) throw paging('next_offset is neither a number nor a list');
  const value = String(list(next) ?? '');
  // As Duo's Go client, which takes an empty cursor for the end.
  if (value === '') return undefined;
  // As Duo's Ruby client tells the two apart.
  return [!Array.isArray(next) && /^\d+$/.test(value) ? 'offset' : 'next_offset', value];
}

function nextOffset(metadata: unknown): unknown {
  return (metadata as { next_offset?: unknown } | null | undefined)?.next_offset ?? undefined;
}

/** A cursor as a parameter holds it: a list is one value. */
function list(cursor: unknown): unknown {
  return Array.isArray(cursor) ? cursor.join(',') : cursor;
}

function isCursor(pair: Pair): boolean {
  return Array.isArray(pair) && (pair[0] === 'offset' || pair[0] === 'next_offset');
}

function paging(message: string): DuoSignError {
  return new DuoSignError('ERR_DUO_PAGING', message);
}

function invalid(field: string, message: string): DuoSignError {
  return new DuoSignError('ERR_DUO_INVALID_OPTIONS', `${field} ${message}`, field);
}
