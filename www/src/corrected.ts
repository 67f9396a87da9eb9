// The request that Duo takes in place of a refused one, in the thread that computes.

import {
  type Credentials,
  type Diagnosis,
  type DuoSignError,
  type ReceivedRequest,
  render,
  type SignatureVersion,
  type SignedRequest,
  signRequest,
  verify,
} from 'duo-sign/diagnose';

/** The corrected request, or why there is none. */
export type Corrected =
  | { request: SignedRequest; version: SignatureVersion; curl: string }
  | { missing: string };

/** `undefined` when nothing is to be corrected. */
export function correct(
  { outcome, corrected }: Diagnosis,
  sent: ReceivedRequest,
  credentials: Credentials,
): Corrected | undefined {
  if (outcome === 'valid') return undefined;
  const verified = corrected && verify(corrected, credentials);
  if (!verified?.ok) return { missing: whyNot(sent, credentials) };
  return {
    request: corrected as SignedRequest,
    version: verified.signatureVersion,
    curl: render(corrected as SignedRequest, 'curl'),
  };
}

/** What keeps a request from being signed: signing its first line says it, unless it is the rest. */
function whyNot({ method, url, headers, body }: ReceivedRequest, credentials: Credentials): string {
  const [, authority, path = ''] = /^(?:\w+:\/\/([^/?#]*))?([^?#]*)/.exec(url) ?? [];
  const pairs = headers as [string, string][];
  const host = authority ?? pairs.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? '';
  try {
    signRequest(method, host, path || '/', undefined, undefined, credentials, {
      headers: xDuo(pairs),
    });
  } catch (error) {
    return `${(error as DuoSignError).message}.`;
  }
  if (typeof body !== 'string') return 'its body is bytes that are not text.';
  return 'the secret key is in it: take it out, and use another key from now on.';
}

const xDuo = (pairs: [string, string][]) =>
  pairs.filter(([name]) => /^x-duo-(?!date$)/i.test(name));
