// What a program under strict checks may and may not write to the diagnosis. Compiled, never run.

import {
  type Diagnosis,
  decodeText,
  diagnose,
  parseRequest,
  parseRequests,
  render,
  signRequest,
  verify,
} from 'duo-sign/diagnose';

const keys = { ikey: 'a', skey: 'b' };
const request = parseRequest('curl https://api-x.duosecurity.com/');
const diagnosis: Diagnosis = diagnose(request, keys, { intended: { params: { limit: 1 } } });
const why: 'no-host' | 'no-clock' | 'unsignable' | 'secret-key' | 'binary-body' | undefined =
  diagnosis.uncorrected?.reason;
console.log(why, decodeText(new Uint8Array()));
if (diagnosis.corrected) render(diagnosis.corrected, 'curl');
for (const { request, response } of parseRequests('')) console.log(request.url, response?.code);
const verified = verify({ method: 'GET', url: '/', headers: { Host: 'h' } }, keys);
console.log(verified.ok ? verified.signatureVersion : verified.code);
// @ts-expect-error No such format.
render(signRequest('GET', 'h', '/', {}, 0, keys), 'xml');
