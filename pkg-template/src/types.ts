/**
 * What a query or form holds under one name, or an element of a list there.
 *
 * @example
 * ```ts
 * const values: Scalar[] = ['narroway', 10, 12345678901234567890n, true];
 * ```
 */
export type Scalar = string | number | bigint | boolean;

/**
 * Any JSON value; `undefined` members are left out.
 *
 * @example
 * ```ts
 * const aliases: JsonValue = { alias1: 'narroway', alias2: null };
 * ```
 */
export type JsonValue =
  | Scalar
  | null
  | undefined
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/**
 * Parameters by name: an object, a `Map`, `URLSearchParams`, or other pairs.
 *
 * In a query or form a value is a {@link Scalar} or a list of these (the name is repeated); in a JSON
 * body it is any {@link JsonValue}. `undefined` leaves the parameter out. A name that is repeated
 * among pairs becomes a list in JSON.
 *
 * @example
 * ```ts
 * const params: Params[] = [
 *   { username: 'narroway', group: ['a', 'b'] },
 *   new Map([['limit', 10]]),
 *   new URLSearchParams('limit=10'),
 *   [['group', 'a'], ['group', 'b']],
 * ];
 * ```
 */
export type Params =
  | { readonly [name: string]: JsonValue }
  | Iterable<readonly [name: string, value: JsonValue]>;

/**
 * Header values by name: an object, `Headers`, a `Map`, or other pairs.
 *
 * @example
 * ```ts
 * const headers: HeaderFields = { 'X-Duo-Trace': '1', 'User-Agent': 'inventory/2.0' };
 * ```
 */
export type HeaderFields =
  | { readonly [name: string]: string | undefined }
  | Iterable<readonly [name: string, value: string]>;

/**
 * When the request is made: a `Date`, milliseconds since 1970, or an RFC 2822 string, which is
 * signed and sent unchanged.
 *
 * @example
 * ```ts
 * const dates: RequestDate[] = [new Date(), Date.now(), 'Tue, 21 Aug 2012 17:29:18 -0000'];
 * ```
 */
export type RequestDate = Date | number | string;

/**
 * The keys of an application, as the Duo Admin Panel shows them. The secret key is wiped from the
 * memory of the WebAssembly module; JavaScript strings cannot be wiped.
 *
 * @example
 * ```ts
 * const { DUO_IKEY = '', DUO_SKEY = '' } = process.env;
 * const credentials: Credentials = { ikey: DUO_IKEY, skey: DUO_SKEY };
 * ```
 */
export interface Credentials {
  /** The integration key: 20 characters, the first two of them `DI`. */
  readonly ikey: string;
  /** The secret key: 40 characters. */
  readonly skey: string;
}

/**
 * The version of Duo's signature scheme. There is no version 3.
 *
 * @example
 * ```ts
 * const version: SignatureVersion = 2;
 * ```
 */
export type SignatureVersion = 1 | 2 | 4 | 5;

/**
 * How to sign.
 *
 * @example
 * ```ts
 * const options: SignOptions = { signatureVersion: 5, headers: { 'X-Duo-Trace': '1' } };
 * ```
 */
export interface SignOptions {
  /** The signature version. Default: 5. */
  readonly signatureVersion?: SignatureVersion | undefined;
  /** The hash of the HMAC. `sha1` exists for versions 1 and 2 only. Default: `sha512`. */
  readonly digest?: 'sha512' | 'sha1' | undefined;
  /**
   * Other headers to send. Version 5 signs those whose names start with `x-duo-`. If the date
   * goes into `X-Duo-Date`, it replaces a header of that name here, as in Duo's `duo_hmac`.
   */
  readonly headers?: HeaderFields | undefined;
  /**
   * The body, when `params` are not. A string or `Uint8Array` is signed and sent unchanged; an
   * object becomes the JSON that Duo's Python client sends for it, byte for byte. `fetch` takes no
   * body with GET and HEAD.
   */
  readonly body?: string | Uint8Array | { readonly [name: string]: JsonValue } | null | undefined;
  /** The query of a POST, PUT or PATCH, whose `params` are the body. */
  readonly query?: Params | undefined;
  /**
   * The header that carries the date. Default: `Date`, and `X-Duo-Date` in browsers, where `fetch`
   * drops `Date`.
   */
  readonly dateHeader?: 'Date' | 'X-Duo-Date' | undefined;
}

/**
 * A finished request. Send it as it is: `fetch(signed.url, signed)`.
 *
 * @example
 * ```ts
 * const { method, url, headers, body }: SignedRequest = signed;
 * const response = await fetch(url, { method, headers, body });
 * ```
 */
export interface SignedRequest {
  /** The method, in upper case. */
  method: string;
  /** The URL, `https`, with its query in canonical spelling and order. */
  url: string;
  /** All headers to send, the date, `Authorization` and `Content-Type` among them. */
  headers: Record<string, string>;
  /** The body; `null` when there is none. A given `Uint8Array` is returned itself, not copied. */
  body: string | (Uint8Array & { readonly buffer: ArrayBuffer }) | null;
  /** The canonical string that was signed. */
  canonical: string;
}

/**
 * One line of the canonical string.
 *
 * @example
 * ```ts
 * const [date]: CanonicalLine[] = explain('GET', host, '/admin/v1/users');
 * console.log(date?.label); // 'date'
 * ```
 */
export interface CanonicalLine {
  /** What the line holds. */
  label: 'date' | 'method' | 'host' | 'path' | 'params' | 'body hash' | 'x-duo headers hash';
  /** The line itself. */
  value: string;
  /** The rule that the line follows. */
  note: string;
}

declare global {
  /** Declared here too, since the libraries of TypeScript before 5.2 do not have it. */
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}
