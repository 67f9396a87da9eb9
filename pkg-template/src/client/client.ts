import { outward } from '../caller.js';
import { pairs } from '../encode.js';
import {
  type Credentials,
  DuoSignError,
  type Params,
  type SignedRequest,
  type SignOptions,
} from '../index.js';
import { DuoApiError, invalid } from './error.js';
import { type Answer, dateOf, exchange, type Failure, parse, sender } from './exchange.js';
import { prepare, sendSigned } from './fetch.js';
import { type Pairs, pages } from './paging.js';
import { callOptions, checkAccount, checkHost, type Settings, settingsOf } from './settings.js';
import { MAX_TIMER, reasonOf, sleep } from './signals.js';
import type { CallOptions, CallResult, DuoClientOptions, Page } from './types.js';

/**
 * What {@link DuoClient} does, for code that is to be tested with a double.
 *
 * @example
 * ```ts
 * const double: Pick<DuoClientLike, 'request'> = { request: async () => [] as never };
 * ```
 */
export type DuoClientLike = Pick<
  DuoClient,
  'request' | 'call' | 'paginate' | 'pages' | 'fetch' | 'child' | 'dispose'
>;

/**
 * What {@link createFetch} takes besides the keys.
 *
 * @example
 * ```ts
 * const options: FetchOptions = { host, otherHosts: 'pass' };
 * ```
 */
export type FetchOptions = Omit<DuoClientOptions, keyof Credentials>;

/** The settings of a client that is made from another. */
class Derived {
  readonly settings: Settings;

  constructor(settings: Settings) {
    this.settings = settings;
  }
}

/** In milliseconds, as in Duo's clients. */
const MAX_JITTER = 1000;

/** RFC 9110 section 9.2.2, as far as `fetch` sends them. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/**
 * A client of one application of Duo's Admin, Auth or Accounts API.
 *
 * An attempt that Duo refuses with 429 is retried after a wait that doubles each time, or that
 * `Retry-After` sets. Answers of 500 and above, and network errors after which Duo may have the
 * request, are retried only for methods that RFC 9110 section 9.2.2 calls idempotent. Redirects are
 * not followed, since the next host would get the signature; if `fetch` follows them anyway (React
 * Native's does), the call fails.
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
  readonly #settings: Settings;
  #accounts: Promise<unknown> | undefined;

  /**
   * @throws {@link DuoSignError} if the keys, the host or another option is invalid.
   */
  constructor(options: DuoClientOptions) {
    this.#settings = options instanceof Derived ? options.settings : settingsOf(options);
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
    return (await this.call<T>(method, path, params, options)).response;
  }

  /**
   * Makes one call like {@link DuoClient.request}, and returns the whole answer.
   *
   * @throws As {@link DuoClient.request}.
   *
   * @example
   * ```ts
   * const { response, metadata } = await duo.call<User[]>('GET', '/admin/v1/users', { limit: 10 });
   * console.log(response.length, 'of', metadata?.total_objects);
   * ```
   */
  async call<T = unknown>(
    method: string,
    path: string,
    params?: Params,
    options?: CallOptions,
  ): Promise<CallResult<T>> {
    const answer = await this.#call(method, path, this.#pairs(params), options);
    return answer as CallResult<T>;
  }

  /**
   * Iterates over the records of all pages of a list, from GET requests; see {@link DuoClient.pages}.
   *
   * @throws As {@link DuoClient.pages}.
   *
   * @example
   * ```ts
   * const params = { mintime: Date.now() - 86_400_000, maxtime: Date.now() };
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
    for await (const { records } of this.pages<T>(path, params, options)) yield* records;
  }

  /**
   * Iterates over the pages of a list, from GET requests, each with the cursor of the next.
   *
   * Duo's cursors are followed as its clients do: a number goes into `offset`, a list joined by commas
   * into `next_offset`; `offset` or `next_offset` in `params` is where to start. The logs of version 1
   * (`/admin/v1/logs/…`) have no cursor: they are followed by `mintime`, and the records of a page's
   * last second come with the next page, so that none is lost or duplicated. `limit` in `params` is the
   * size of a page. Default: the largest that the endpoint documents, 100 to 1,000 records.
   *
   * @throws {@link DuoApiError} when Duo refuses a page.
   * @throws {@link DuoSignError} with `ERR_DUO_PAGING` when an answer is not a page, when the cursor does
   * not advance, after ten pages without a record, and when a page of a version 1 log is full of
   * records of one second; else as {@link DuoClient.request}.
   *
   * @example
   * ```ts
   * for await (const { records, cursor } of duo.pages<User>('/admin/v1/users')) {
   *   await store(records, cursor);
   * }
   * ```
   */
  async *pages<T = unknown>(
    path: string,
    params?: Params,
    options?: CallOptions,
  ): AsyncGenerator<Page<T>, void, undefined> {
    const get = (pairs: Pairs) => this.#call('GET', path, pairs, options);
    const given = this.#pairs(params);
    // What is no list of parameters is refused by the signer.
    if (!Array.isArray(given)) await get(given);
    yield* pages(path, given, get) as AsyncGenerator<Page<T>, void, undefined>;
  }

  /**
   * A client for a child account, with the keys of this client, which must be those of the parent's
   * Accounts API application. The child's host is found once, by `/accounts/v1/account/list`.
   *
   * @param accountId - The `account_id` of the child.
   * @throws {@link DuoSignError} with `ERR_DUO_INVALID_OPTIONS` when there is no such child; else as
   * {@link DuoClient.request}.
   *
   * @example
   * ```ts
   * const child = await duo.child('DAXXXXXXXXXXXXXXXXXX');
   * for await (const { username } of child.paginate<User>('/admin/v1/users')) console.log(username);
   * ```
   */
  async child(accountId: string): Promise<DuoClient> {
    checkAccount(accountId);
    if (this.#settings.accountId !== undefined) {
      throw invalid(
        'accountId',
        'is that of a child already: call this on the client of the parent',
      );
    }
    this.#accounts ??= this.request('POST', '/accounts/v1/account/list');
    let accounts: unknown;
    try {
      accounts = await this.#accounts;
    } catch (error) {
      this.#accounts = undefined;
      throw error;
    }
    const list = Array.isArray(accounts) ? accounts : [];
    const host = list.find((it) => it?.account_id === accountId)?.api_hostname;
    if (typeof host !== 'string') {
      throw invalid('accountId', `${accountId} is not one of the ${list.length} child accounts`);
    }
    checkHost(host, this.#settings);
    const settings = { ...this.#settings, host, accountId };
    return new DuoClient(new Derived(settings) as unknown as DuoClientOptions);
  }

  /**
   * Sends any request of the Fetch API, signed: a drop-in for `fetch`, for libraries that take one. A
   * path alone is resolved against the API hostname. The query, JSON, text, bytes or stream of the request is
   * read once; the query is sent in its canonical spelling. A form is signed by version 2, and the text
   * fields of `FormData` become the JSON that Duo takes. `Authorization` and the date are set here.
   *
   * One attempt is made (two by {@link DuoClientOptions.correctClock}), and every answer is returned
   * unchanged, including redirects. Only the request's `signal` limits the time.
   *
   * @throws {@link DuoSignError} for a request that cannot be signed; else what `fetch` throws.
   *
   * @example
   * ```ts
   * const { fetch } = duo;
   * const response = await fetch('/admin/v1/users?limit=10');
   * ```
   */
  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const settings = this.#settings;
    const sign = (method: string, path: string, params: Params | undefined, options: SignOptions) =>
      this.#sign(method, path, params, options);
    const prepared = await prepare(settings, sign, input, init);
    if (!prepared) return sender(settings.send)(input as string, init as RequestInit);
    const response = await sendSigned(settings, prepared.sign(), prepared.init);
    if (!settings.correctClock || response.status !== 401) return response;
    const { code } = parse(await response.clone().text()) ?? {};
    if (!this.#correct(code, dateOf(response.headers.get('Date')))) return response;
    return sendSigned(settings, prepared.sign(), prepared.init);
  };

  /**
   * Wipes the key from memory. Neither the client nor those of its children can be used afterwards; a
   * call that is waiting fails instead of being retried.
   */
  dispose(): void {
    this.#settings.signer.dispose();
  }

  declare [Symbol.dispose]: () => void;

  /** The pairs of an object or iterable, with the account; the core refuses what has none. */
  #pairs(params: Params | undefined): Pairs {
    const read = readPairs(params === undefined ? {} : params);
    const isObject = Object.prototype.toString.call(read) === '[object Object]';
    const isPlain = isObject && typeof (read as { toJSON?: unknown }).toJSON !== 'function';
    const pairs = Array.isArray(read) ? read : isPlain ? Object.entries(read as object) : undefined;
    const { accountId } = this.#settings;
    if (pairs === undefined || accountId === undefined) return (pairs ?? params) as Pairs;
    if (pairs.some((pair) => Array.isArray(pair) && pair[0] === 'account_id')) {
      throw new DuoSignError(
        'ERR_DUO_INVALID_PARAMS',
        'params.account_id is given beside the option accountId: leave it out',
        'params',
      );
    }
    return [...pairs, ['account_id', accountId]];
  }

  #sign(
    method: string,
    path: string,
    params: Params | undefined,
    options: SignOptions = {},
  ): SignedRequest {
    const { signer, host, userAgent, clock } = this.#settings;
    const given = options.headers as Record<string, string> | undefined;
    const headers = given?.['user-agent'] ? given : { 'User-Agent': userAgent, ...given };
    const date = clock.offset === 0 ? undefined : Date.now() + clock.offset;
    return signer.signRequest(method, host, path, params, date, { ...options, headers });
  }

  async #call(
    method: string,
    path: string,
    params: Pairs,
    options: CallOptions | undefined,
  ): Promise<Answer> {
    const { signal, ...policy } = callOptions(options, this.#settings);
    let signed = this.#sign(method, path, params as Params);
    let attempt = 0;
    for (let isCorrected = false; ; ) {
      if (signal?.aborted) throw reasonOf(signal);
      const outcome = await exchange(signed, this.#settings, signal);
      if ('answer' in outcome) return outcome.answer;
      const { error } = outcome;
      const { code, date } = error as Partial<DuoApiError>;
      if (!isCorrected && this.#correct(code, date)) isCorrected = true;
      else {
        const wait =
          attempt < policy.maxRetries ? waitOf(outcome, signed.method, attempt, policy) : null;
        if (wait === null) throw error;
        attempt++;
        await sleep(wait, signal);
      }
      // The same request with a new date, whatever became of the parameters meanwhile.
      const [, query] = signed.url.split('?');
      const pairs = query?.split('&').map((pair) => pair.split('=').map(decodeURIComponent));
      const { body } = signed;
      signed = this.#sign(method, path, [], { body: body ?? undefined, query: pairs as Params });
    }
  }

  /** Whether to try again by Duo's time, which is kept. */
  #correct(code: unknown, date: Date | undefined): boolean {
    const { correctClock, clock } = this.#settings;
    if (!correctClock || code !== 40105 || date === undefined) return false;
    const offset = date.getTime() - Date.now();
    // The date of an answer is in seconds.
    if (Math.abs(offset - clock.offset) < 2000) return false;
    clock.offset = offset;
    return true;
  }
}

// Node.js 18 has no Symbol.dispose.
if (Symbol.dispose) DuoClient.prototype[Symbol.dispose] = DuoClient.prototype.dispose;

/** Parameters, read once; what the caller's own code throws comes through. */
function readPairs(params: unknown): unknown {
  try {
    return pairs(params);
  } catch (error) {
    throw outward(error);
  }
}

/** Milliseconds to wait before the next attempt, or `null` when there is none. */
function waitOf(
  { error, isUnsent }: Failure,
  method: string,
  attempt: number,
  { maxWait }: { readonly maxWait: number },
): number | null {
  const answered = error instanceof DuoApiError;
  if (!answered && error.code !== 'ERR_DUO_NETWORK') return null;
  const isPassing = !answered || error.status >= 500;
  const isRateLimit = answered && error.status === 429;
  if (!isRateLimit && !isUnsent && !(isPassing && IDEMPOTENT.has(method))) return null;
  const asked = answered && error.retryAfter !== undefined ? error.retryAfter * 1000 : undefined;
  const most = Math.min(maxWait, MAX_TIMER - MAX_JITTER);
  if (asked !== undefined && asked > most) return null;
  const backoff = Math.min(2 ** attempt, 32) * 1000;
  return Math.min(asked ?? backoff, most) + Math.random() * Math.min(MAX_JITTER, most);
}

/**
 * A `fetch` that signs what goes to the API hostname, for what takes a `fetch`: axios, ky,
 * openapi-fetch, SDKs. It is {@link DuoClient.fetch} of a client with these options.
 *
 * @throws {@link DuoSignError} if the keys, the host or another option is invalid.
 *
 * @example
 * ```ts
 * const fetch = createFetch({ ikey, skey }, { host });
 * const response = await fetch('/admin/v1/users?limit=10');
 * ```
 */
export function createFetch(credentials: Credentials, options: FetchOptions): DuoClient['fetch'] {
  if (typeof credentials !== 'object' || credentials === null) {
    throw new DuoSignError(
      'ERR_DUO_INVALID_CREDENTIALS',
      'credentials is not an object: give { ikey, skey }',
      'credentials',
    );
  }
  const { ikey, skey } = credentials;
  return new DuoClient({ ...options, ikey, skey }).fetch;
}
