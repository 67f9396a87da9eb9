/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Calls the Duo APIs over `fetch`: every attempt signed anew, rate limits waited for, pages followed.
 *
 * @packageDocumentation
 */

import { fields } from './encode.js';
import {
  type Credentials,
  canonicalize,
  DuoSignError,
  type Params,
  type SignatureVersion,
  type SignedRequest,
  Signer,
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
   * and is not repeated. Default: 90 000, since `/auth/v2/auth` waits a minute for the user.
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
   * The child account that every request is for: sent as the parameter `account_id`, with the keys of
   * the parent's Accounts API application and the `host` of the child.
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

  constructor(status: number, code: number | undefined, message: string, detail?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = detail;
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

type Pair = readonly [name: string, value: unknown];

/**
 * A client of one application of Duo's Admin, Auth or Accounts API.
 *
 * An attempt that Duo refuses with 429 is repeated after a wait that doubles each time, or that
 * `Retry-After` asks for. Network errors and answers of 500 and above are repeated only for methods
 * that RFC 9110 section 9.2.2 calls idempotent. Redirects are not followed: the next host would get
 * the signature.
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
  readonly #userAgent: string;
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
    this.#signer = new Signer({ ikey, skey }, { signatureVersion });
    this.#host = host;
    this.#fetch = fetch;
    this.#timeout = timeout;
    this.#maxRetries = maxRetries;
    this.#maxWait = maxWait;
    this.#userAgent = userAgent;
    this.#accountId = accountId;
    // Says now what would be wrong with every request.
    canonicalize('GET', host, '/', {}, 0, { signatureVersion, headers: this.#headers() });
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
    const { response } = await this.#call(method, path, this.#pairs(params), options?.signal);
    return response as T;
  }

  /**
   * Iterates over the records of all pages of a list, from GET requests. Follows both of Duo's
   * cursors: a number goes into `offset`, a list joined by commas into `next_offset`. `limit` in
   * `params` is the size of a page.
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
    // Without an offset Duo starts at 0.
    const start = Array.isArray(pairs) ? pairs.filter(isCursor) : [];
    const seen = new Set([['offset', 0], ...start].map(String));
    for (;;) {
      const answer = await this.#call('GET', path, pairs, options?.signal);
      yield* records(answer.response) as T[];
      const cursor = nextCursor(answer);
      if (cursor === undefined) return;
      if (seen.has(String(cursor))) {
        throw paging(`the cursor of ${path} does not advance: ${cursor[0]} is again ${cursor[1]}`);
      }
      seen.add(String(cursor));
      pairs = [...(pairs as Pair[]).filter((pair) => !isCursor(pair)), cursor];
    }
  }

  /** Wipes the key from memory. The client cannot be used any more. */
  dispose(): void {
    this.#signer.dispose();
  }

  declare [Symbol.dispose]: () => void;

  #headers(): Record<string, string> {
    return { 'User-Agent': this.#userAgent };
  }

  /** Pairs, which do not change when the call is repeated; the core refuses what has none. */
  #pairs(params: Params | undefined): readonly Pair[] | Params {
    const account: Pair[] = this.#accountId === undefined ? [] : [['account_id', this.#accountId]];
    if (params === undefined) return account;
    const read = fields(params);
    if (Array.isArray(read)) return [...read, ...account];
    const isObject = Object.prototype.toString.call(read) === '[object Object]';
    return isObject ? [...Object.entries(read as object), ...account] : params;
  }

  async #call(
    method: string,
    path: string,
    params: readonly Pair[] | Params,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      if (signal?.aborted) throw signal.reason;
      const signed = this.#signer.signRequest(
        method,
        this.#host,
        path,
        params as Params,
        undefined,
        { headers: this.#headers() },
      );
      const outcome = await this.#send(signed, signal);
      if ('answer' in outcome) return outcome.answer;
      const wait = attempt < this.#maxRetries ? this.#wait(outcome, signed.method, attempt) : null;
      if (wait === null) throw outcome.error;
      await sleep(wait, signal);
    }
  }

  /** One attempt. Rejects with what ends the call for good. */
  async #send(signed: SignedRequest, signal: AbortSignal | undefined): Promise<Outcome> {
    const { method, url, headers, body } = signed;
    const controller = new AbortController();
    const send = this.#fetch ?? fetch;
    const exchange = async (): Promise<Outcome> => {
      const init = {
        method,
        headers,
        body,
        redirect: 'manual',
        signal: controller.signal,
      } as const;
      try {
        return await read(await send(url, init), url);
      } catch (cause) {
        return { error: unreachable(url, cause) };
      }
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    let abort: (() => void) | undefined;
    // Not left to `send`, which may be one that knows no signals.
    const ended = new Promise<never>((_, reject) => {
      const end = (reason: unknown) => {
        reject(reason);
        controller.abort(reason);
      };
      abort = () => end(signal?.reason);
      signal?.addEventListener('abort', abort);
      if (this.#timeout <= MAX_TIMER) {
        const late = `no answer from ${this.#host} within ${this.#timeout} ms`;
        timer = setTimeout(() => end(new DuoSignError('ERR_DUO_TIMEOUT', late)), this.#timeout);
      }
    });
    try {
      return await Promise.race([ended, exchange()]);
    } finally {
      clearTimeout(timer);
      if (abort) signal?.removeEventListener('abort', abort);
    }
  }

  /** Milliseconds to wait before the next attempt, or `null` when there is none. */
  #wait({ error, retryAfter }: Failure, method: string, attempt: number): number | null {
    const isRateLimit = error instanceof DuoApiError && error.status === 429;
    const isPassing = error instanceof DuoApiError ? error.status >= 500 : true;
    if (!isRateLimit && !(isPassing && IDEMPOTENT.has(method))) return null;
    if (retryAfter !== undefined && retryAfter > this.#maxWait) return null;
    const backoff = Math.min(2 ** attempt, 32) * 1000;
    return Math.min(retryAfter ?? backoff, this.#maxWait) + Math.random() * 1000;
  }
}

// Node.js 18 has no Symbol.dispose.
if (Symbol.dispose) DuoClient.prototype[Symbol.dispose] = DuoClient.prototype.dispose;

/** RFC 9110 section 9.2.2. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

/** What `setTimeout` can wait; it does not wait at all for more. */
const MAX_TIMER = 2 ** 31 - 1;

interface Failure {
  readonly error: DuoApiError | DuoSignError;
  /** Milliseconds. */
  readonly retryAfter?: number | undefined;
}

type Outcome = { readonly answer: Answer } | Failure;

async function read(response: Response, url: string): Promise<Outcome> {
  const { status, headers } = response;
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    await response.body?.cancel();
    const message =
      `${new URL(url).host} redirects, which Duo's API does not, and the signature is not sent ` +
      'elsewhere: check the API hostname, and proxies on the way';
    return { error: new DuoApiError(status, undefined, message) };
  }
  if (status === 200 && headers.get('Content-Type')?.startsWith('image/')) {
    return { answer: { response: new Uint8Array(await response.arrayBuffer()) } };
  }
  const answer = parse(await response.text());
  if (status === 200 && answer?.stat === 'OK') return { answer };
  const retryAfter = retryTime(headers.get('Retry-After'));
  if (typeof answer?.message !== 'string') {
    const message = `the answer with status ${status} is not from Duo's API: check the API hostname, and proxies on the way`;
    return { error: new DuoApiError(status, undefined, message), retryAfter };
  }
  const code = typeof answer.code === 'number' ? answer.code : undefined;
  const detail = typeof answer.message_detail === 'string' ? answer.message_detail : undefined;
  return { error: new DuoApiError(status, code, answer.message, detail), retryAfter };
}

function parse(text: string): Answer | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 9110 section 10.2.3: seconds or a date; in milliseconds from now. */
function retryTime(value: string | null): number | undefined {
  if (value === null) return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(wait, 0);
}

function unreachable(url: string, cause: unknown): DuoSignError {
  // Node.js and others say "fetch failed", and why in a cause.
  const reason = ((cause as Error)?.cause ?? cause) as Error | undefined;
  const message = `${new URL(url).host} cannot be reached: ${reason?.message || reason}`;
  return new DuoSignError('ERR_DUO_NETWORK', message, undefined, { cause });
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', abort, { once: true });
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
function nextCursor({ metadata, response }: Answer): Pair | undefined {
  // At the top level for lists, within the response for v2 logs.
  const { next_offset: next } = (metadata ?? (response as Answer)?.metadata ?? {}) as {
    next_offset?: unknown;
  };
  if (next === undefined || next === null) return undefined;
  if (Array.isArray(next)) return ['next_offset', next.join(',')];
  // As Duo's Ruby client tells the two apart.
  return [/^\d+$/.test(String(next)) ? 'offset' : 'next_offset', String(next)];
}

function isCursor([name]: Pair): boolean {
  return name === 'offset' || name === 'next_offset';
}

function paging(message: string): DuoSignError {
  return new DuoSignError('ERR_DUO_PAGING', message);
}

function invalid(field: string, message: string): DuoSignError {
  return new DuoSignError('ERR_DUO_INVALID_OPTIONS', `${field} ${message}`, field);
}
