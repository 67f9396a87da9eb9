import { DuoSignError } from '../index.js';

/**
 * Duo's error codes for how a request is made; there are others.
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
 * Thrown when Duo's answer is not a success. `diagnose` takes it as `response`.
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
  /** @internal The name in stack traces, which minifiers would change. */
  static readonly name = 'DuoApiError';
  /** The HTTP status; 0 for a redirect in a browser, which hides it. */
  readonly status: number;
  /** Duo's code, such as 40103; `undefined` when the answer has none. */
  readonly code: DuoApiErrorCode | undefined;
  /** Duo's `message_detail`, such as the name of a parameter. */
  readonly detail: string | undefined;
  /** Seconds that Duo asks to wait before the next attempt. */
  readonly retryAfter: number | undefined;
  /** Duo's time, from the `Date` of its answer; browsers hide it from other origins. */
  readonly date: Date | undefined;

  constructor(
    status: number,
    code: number | undefined,
    message: string,
    detail?: string,
    retryAfter?: number,
    date?: Date,
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.retryAfter = retryAfter;
    this.date = date;
  }

  override get name(): 'DuoApiError' {
    return 'DuoApiError';
  }
}

export function invalid(field: string, message: string): DuoSignError {
  return new DuoSignError('ERR_DUO_INVALID_OPTIONS', `${field} ${message}`, field);
}

export function paging(message: string): DuoSignError {
  return new DuoSignError('ERR_DUO_PAGING', message);
}
