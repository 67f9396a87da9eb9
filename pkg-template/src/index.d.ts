/**
 * Signs requests for the Duo Security APIs (Admin, Auth, Accounts), and shows exactly what was
 * signed.
 *
 * @packageDocumentation
 */
/// <reference lib="esnext.disposable" preserve="true" />
import type { CanonicalLine, Credentials, Params, RequestDate, SignedRequest, SignOptions } from './types.js';
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
export declare function signRequest(method: string, host: string, path: string, params: Params | undefined, date: RequestDate | undefined, credentials: Credentials, options?: SignOptions): SignedRequest;
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
export declare class Signer {
    #private;
    /**
     * @param credentials - The keys of the application.
     * @param defaults - Options for every request; those of a call come before them, one by one.
     * @throws {@link DuoSignError} for keys that are none.
     */
    constructor(credentials: Credentials, defaults?: SignOptions);
    /**
     * Signs one request; see {@link signRequest}.
     *
     * @throws {@link DuoSignError} for every input that cannot be signed.
     */
    signRequest(method: string, host: string, path: string, params?: Params, date?: RequestDate, options?: SignOptions): SignedRequest;
    /** Wipes the key from memory. The signer cannot be used any more. */
    dispose(): void;
    [Symbol.dispose]: () => void;
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
export declare function canonicalize(method: string, host: string, path: string, params?: Params, date?: RequestDate, options?: SignOptions): string;
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
export declare function explain(method: string, host: string, path: string, params?: Params, date?: RequestDate, options?: SignOptions): CanonicalLine[];
