/**
 * The codes of {@link DuoSignError}. They are part of the API; the messages are not.
 *
 * @example
 * ```ts
 * function isPassing(code: DuoSignErrorCode): boolean {
 *   return code === 'ERR_DUO_NETWORK' || code === 'ERR_DUO_TIMEOUT';
 * }
 * ```
 */
export type DuoSignErrorCode =
  | 'ERR_DUO_INVALID_METHOD'
  | 'ERR_DUO_INVALID_HOST'
  | 'ERR_DUO_INVALID_PATH'
  | 'ERR_DUO_INVALID_PARAMS'
  | 'ERR_DUO_INVALID_DATE'
  | 'ERR_DUO_INVALID_CREDENTIALS'
  | 'ERR_DUO_INVALID_IKEY'
  | 'ERR_DUO_INVALID_SKEY'
  | 'ERR_DUO_INVALID_OPTIONS'
  | 'ERR_DUO_INVALID_SIGNATURE_VERSION'
  | 'ERR_DUO_INVALID_DIGEST'
  | 'ERR_DUO_INVALID_HEADER'
  | 'ERR_DUO_INVALID_BODY'
  | 'ERR_DUO_INVALID_QUERY'
  | 'ERR_DUO_INVALID_DATE_HEADER'
  | 'ERR_DUO_INVALID_REQUEST'
  | 'ERR_DUO_INVALID_TEXT'
  | 'ERR_DUO_TOO_LARGE'
  | 'ERR_DUO_DISPOSED'
  | 'ERR_DUO_INTERNAL'
  | 'ERR_DUO_WASM_UNAVAILABLE'
  | 'ERR_DUO_NETWORK'
  | 'ERR_DUO_TIMEOUT'
  | 'ERR_DUO_PAGING';

/**
 * Thrown for every input that cannot be signed, and by `DuoClient` when there is no answer. The
 * message says what was wrong and how to fix it, and never holds a secret key.
 *
 * Tell errors apart by `code`: `instanceof` fails when the ES module and the CommonJS build of
 * this package are both loaded; all entries of one of the two share this class.
 *
 * @example
 * ```ts
 * try {
 *   signRequest('GET', host, '/admin/v1/users?limit=1', {}, undefined, credentials);
 * } catch (error) {
 *   if (error instanceof DuoSignError) console.error(error.code, error.field);
 * }
 * ```
 */
export class DuoSignError extends Error {
  /** @internal The name in stack traces, which minifiers would change. */
  static readonly name = 'DuoSignError';
  /** What kind of error this is. */
  readonly code: DuoSignErrorCode;
  /** The argument or option at fault, for example `params`. */
  readonly field: string | undefined;

  constructor(
    code: DuoSignErrorCode,
    message: string,
    field?: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.code = code;
    this.field = field;
  }

  override get name(): 'DuoSignError' {
    return 'DuoSignError';
  }
}
