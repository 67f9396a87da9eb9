// What a program under strict checks may and may not write. Compiled, never run.

import {
  canonicalize,
  DuoSignError,
  explain,
  Signer,
  type SignOptions,
  signRequest,
} from 'duo-sign';

const keys = { ikey: 'a', skey: 'b' };
const signed = signRequest('GET', 'h', '/', { a: 1, b: ['x', 2n], c: undefined }, new Date(), keys);
export const response: Promise<Response> = fetch(signed.url, signed);

const signer = new Signer(keys, { signatureVersion: 2 });
signer.signRequest('POST', 'h', '/', new URLSearchParams('a=1'));
const headers = new Headers({ a: 'b' });
signer.signRequest('POST', 'h', '/', new Map([['a', 1]]), undefined, { headers });
signer.signRequest('POST', 'h', '/', [['a', 'b']] as const, 0);
export const options: SignOptions = { body: { a: { b: [1, null] } }, query: { c: true } };

// @ts-expect-error There is no version 3.
canonicalize('GET', 'h', '/', {}, undefined, { signatureVersion: 3 });
// @ts-expect-error Functions cannot be signed.
canonicalize('GET', 'h', '/', { a: () => 1 });
// @ts-expect-error The keys belong together.
new Signer({ ikey: 'a' });

try {
  for (const { label, value } of explain('', '', '')) console.log(label === 'date', value);
} catch (error) {
  if (error instanceof DuoSignError && error.code === 'ERR_DUO_INVALID_HOST')
    console.log(error.field);
  // @ts-expect-error No such code.
  if (error instanceof DuoSignError && error.code === 'ERR_DUO_HOST') console.log(error.field);
}
