/**
 * Calls the Duo APIs over `fetch`: every attempt signed anew, rate limits waited for, pages followed.
 *
 * @packageDocumentation
 */
/// <reference lib="esnext.disposable" preserve="true" />
import { type Credentials, type Params, type SignatureVersion } from './index.js';
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
export type DuoApiErrorCode = 40002 | 40101 | 40102 | 40103 | 40104 | 40105 | 40301 | 40401 | 42901 | (number & {});
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
export declare class DuoApiError extends Error {
    /** The HTTP status; 0 for a redirect in a browser, which hides it. */
    readonly status: number;
    /** Duo's code, such as 40103; `undefined` when the answer has none. */
    readonly code: DuoApiErrorCode | undefined;
    /** Duo's `message_detail`, such as the name of a parameter. */
    readonly detail: string | undefined;
    /** Seconds that Duo asks to wait before the next attempt. */
    readonly retryAfter: number | undefined;
    constructor(status: number, code: number | undefined, message: string, detail?: string, retryAfter?: number);
    get name(): 'DuoApiError';
}
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
export declare class DuoClient {
    #private;
    /**
     * @throws {@link DuoSignError} for keys, a host or other options that are none.
     */
    constructor(options: DuoClientOptions);
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
    request<T = unknown>(method: string, path: string, params?: Params, options?: CallOptions): Promise<T>;
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
    paginate<T = unknown>(path: string, params?: Params, options?: CallOptions): AsyncGenerator<T, void, undefined>;
    /**
     * Wipes the key from memory. The client cannot be used any more; a call that waits fails when it
     * would be repeated.
     */
    dispose(): void;
    [Symbol.dispose]: () => void;
}
