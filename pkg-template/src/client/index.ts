/**
 * Calls the Duo APIs over `fetch`: every attempt signed anew, rate limits waited for, pages followed.
 *
 * @packageDocumentation
 */

export { DuoSignError, type DuoSignErrorCode } from '../index.js';
export { createFetch, DuoClient, type DuoClientLike, type FetchOptions } from './client.js';
export { DuoApiError, type DuoApiErrorCode } from './error.js';
export type {
  CallOptions,
  CallResult,
  DuoClientOptions,
  FetchLike,
  Metadata,
  Page,
} from './types.js';
