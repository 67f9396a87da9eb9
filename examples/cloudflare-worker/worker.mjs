// A Cloudflare Worker: GET /users/NAME gives the user's record from the Admin API.
//
// wrangler secret put DUO_IKEY (DUO_SKEY, DUO_HOST); wrangler deploy

import { DuoApiError, DuoClient } from 'duo-sign/client';

export default {
  async fetch(request, env) {
    const [, collection, name] = new URL(request.url).pathname.split('/');
    if (collection !== 'users' || !name) return new Response('Not found', { status: 404 });
    const duo = new DuoClient({ ikey: env.DUO_IKEY, skey: env.DUO_SKEY, host: env.DUO_HOST });
    try {
      const params = { username: decodeURIComponent(name) };
      const users = await duo.request('GET', '/admin/v1/users', params, { signal: request.signal });
      return Response.json(users);
    } catch (error) {
      if (!(error instanceof DuoApiError)) throw error;
      return Response.json({ error: `Duo: ${error.message}`, code: error.code }, { status: 502 });
    }
  },
};
