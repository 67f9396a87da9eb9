// `using`, which TypeScript has from 5.2 on. Compiled, never run.

import { Signer } from 'duo-sign';
import { DuoClient } from 'duo-sign/client';

using signer = new Signer({ ikey: 'a', skey: 'b' });
using duo = new DuoClient({ ikey: 'a', skey: 'b', host: 'h' });
export const signed = signer.signRequest('GET', 'h', '/');
export const users = duo.request('GET', '/admin/v1/users');
