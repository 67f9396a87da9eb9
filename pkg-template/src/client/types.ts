import type { Credentials, SignatureVersion, SignedRequest } from '../index.js';

/**
 * What sends requests: the global `fetch`, or a function like it, such as undici's.
 *
 * @example
 * ```ts
 * const logged: FetchLike = (url, init) => {
 *   console.log(init.method, url);
 *   return fetch(url, init);
 * };
 * ```
 */
export type FetchLike = (
  url: string,
  init: {
    method: string;
    headers: Record<string, string>;
    body: SignedRequest['body'];
    redirect: 'manual';
    signal: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
}>;

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
   * `api_hostname` in the answer of `/accounts/v1/account/list`, which `DuoClient.child` finds.
   */
  readonly host: string;
  /** What sends the requests. Default: the global `fetch`. */
  readonly fetch?: FetchLike | undefined;
  /**
   * Milliseconds that one attempt may take until its answer is read. A call that takes longer fails
   * and is not retried. Default: 90 000, since `/auth/v2/auth` waits a minute for the user. With all
   * attempts and waits a call can last for minutes: {@link CallOptions.signal} limits it.
   */
  readonly timeout?: number | undefined;
  /**
   * How many times a refused or failed attempt is retried. Default: 6, as in Duo's clients, which wait
   * 1, 2, 4, 8, 16 and 32 seconds, each with up to a second of jitter.
   */
  readonly maxRetries?: number | undefined;
  /**
   * The longest wait before a retry, in milliseconds, without jitter. If `Retry-After` asks for more,
   * the call is not retried. Default: 60 000.
   */
  readonly maxWait?: number | undefined;
  /** The largest answer to read, in bytes after decompression. Default: 67 108 864 (64 MiB). */
  readonly maxResponseBytes?: number | undefined;
  /** The `User-Agent` header. Default: `duo-sign/` and the version of this package. */
  readonly userAgent?: string | undefined;
  /** The signature version. Default: 5; for forms given to `DuoClient.fetch` 2. */
  readonly signatureVersion?: SignatureVersion | undefined;
  /**
   * Whether to adopt Duo's time when Duo answers 40105 because this machine's clock is off: the
   * attempt is signed again, once, and later requests use that time too. Default: `false`.
   */
  readonly correctClock?: boolean | undefined;
  /**
   * What `DuoClient.fetch` does with a request for another host: `refuse` it (the default), or
   * let it `pass` unsigned.
   */
  readonly otherHosts?: 'refuse' | 'pass' | undefined;
  /**
   * The child account that every request is for: sent as the parameter `account_id`, which `params`
   * must not have then, with the keys of the parent's Accounts API application and the `host` of the
   * child.
   */
  readonly accountId?: string | undefined;
}

/**
 * Options of a single call.
 *
 * @example
 * ```ts
 * const options: CallOptions = { signal: AbortSignal.timeout(5_000) };
 * await duo.request('GET', '/auth/v2/check', {}, options);
 * ```
 */
export interface CallOptions {
  /** Ends the call at any time, even while it waits; the call then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** {@link DuoClientOptions.maxRetries} for this call. */
  readonly maxRetries?: number | undefined;
  /** {@link DuoClientOptions.maxWait} for this call. */
  readonly maxWait?: number | undefined;
}

/**
 * A whole answer.
 *
 * @example
 * ```ts
 * const { metadata }: CallResult = await duo.call('GET', '/admin/v1/users', { limit: 1 });
 * console.log(metadata?.total_objects);
 * ```
 */
export interface CallResult<T = unknown> {
  /** The `response` of Duo's answer; the bytes of an image. */
  readonly response: T;
  /** What Duo says of a list, such as `total_objects`. */
  readonly metadata: Metadata | undefined;
  /** The HTTP status. */
  readonly status: number;
  /** The headers of the answer. */
  readonly headers: Headers;
}

/**
 * One page of a list.
 *
 * @example
 * ```ts
 * for await (const { records, cursor } of duo.pages<User>('/admin/v1/users')) {
 *   await store(records, cursor);
 * }
 * ```
 */
export interface Page<T = unknown> {
  readonly records: readonly T[];
  /**
   * The parameters that ask for the next page, to go on later: `{ ...params, ...cursor }`.
   * `undefined` for the last page.
   */
  readonly cursor: { readonly [name: string]: string } | undefined;
  /** What Duo says of the list, such as `total_objects`. */
  readonly metadata: Metadata | undefined;
}

/**
 * What Duo says of a list.
 *
 * @example
 * ```ts
 * const count = (metadata: Metadata | undefined) => metadata?.total_objects ?? 0;
 * ```
 */
export interface Metadata {
  readonly total_objects?: number;
  readonly next_offset?: unknown;
  readonly prev_offset?: unknown;
  readonly [name: string]: unknown;
}
