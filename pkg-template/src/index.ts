/**
 * Signs requests for the Duo Security APIs (Admin, Auth, Accounts), and shows exactly what was
 * signed.
 *
 * @packageDocumentation
 */

// Nothing but names, so that a bundler that needs the error alone leaves the core out.
export { DuoSignError, type DuoSignErrorCode } from './error.js';
export { canonicalize, explain, Signer, signRequest } from './sign.js';
export type * from './types.js';
