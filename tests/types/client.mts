// What a program under strict checks may and may not write to the client. Compiled, never run.

import {
  DuoApiError,
  type DuoApiErrorCode,
  DuoClient,
  type DuoClientOptions,
} from 'duo-sign/client';
import * as inJs from 'duo-sign/js';

interface User {
  user_id: string;
}

const duo = new DuoClient({ ikey: 'a', skey: 'b', host: 'h', fetch, timeout: 1000 });
export const users: Promise<User[]> = duo.request<User[]>('GET', '/admin/v1/users', { limit: 1 });
export const unknown: Promise<unknown> = duo.request('GET', '/auth/v2/check');
export const options: DuoClientOptions = {
  ...{ ikey: 'a', skey: 'b', host: 'h' },
  fetch: async (url, init) => new Response(`${url} ${init.method}`),
};
for await (const user of duo.paginate<User>('/admin/v1/users', new URLSearchParams('limit=9'))) {
  user.user_id.trim();
  // @ts-expect-error No such member.
  user.id;
}
const { signal } = new AbortController();
await duo.request('POST', '/x', { nested: { a: [1, null] } }, { signal });
// @ts-expect-error The type of a response is not known without being said.
(await duo.request('GET', '/admin/v1/users')).length;
// @ts-expect-error The host is missing.
new DuoClient({ ikey: 'a', skey: 'b' });
// @ts-expect-error No such option.
await duo.request('GET', '/x', {}, { timeout: 1 });

try {
  inJs.canonicalize('GET', 'h', '/');
} catch (error) {
  if (error instanceof DuoApiError) {
    const code: DuoApiErrorCode | undefined = error.code;
    const detail: string | undefined = error.detail;
    console.log(code === 40103, detail, error.status.toFixed());
    // @ts-expect-error Codes are numbers.
    console.log(error.code === '40103');
  }
}
