// The request that Duo takes in place of a refused one, in the thread that computes.

import {
  type Credentials,
  type Diagnosis,
  render,
  type SignatureVersion,
  type SignedRequest,
  verify,
} from 'duo-sign/diagnose';

/** The corrected request, or why there is none. */
export type Corrected =
  | { request: SignedRequest; version: SignatureVersion; curl: string }
  | { missing: string };

/** `undefined` when nothing is to be corrected. */
export function correct(
  { corrected, uncorrected }: Diagnosis,
  credentials: Credentials,
): Corrected | undefined {
  if (uncorrected) return { missing: uncorrected.message };
  if (!corrected) return undefined;
  const verified = verify(corrected, credentials);
  if (!verified.ok) throw new Error(verified.message);
  return {
    request: corrected,
    version: verified.signatureVersion,
    curl: render(corrected, 'curl'),
  };
}
