// A Cloudflare Worker: GET /users/NAME gives the user's record from the Admin API. Put Cloudflare
// Access or your own check of the caller before it.
//
// wrangler secret put DUO_IKEY (DUO_SKEY, DUO_HOST); wrangler deploy

import { DuoClient } from 'duo-sign/client';

// Kept from request to request, with its key schedule.
let duo;

export default {
  async fetch(request, env) {
    const [, collection, name] = new URL(request.url).pathname.split('/');
    if (collection !== 'users' || !name) return new Response('Not found', { status: 404 });
    duo ??= new DuoClient({ ikey: env.DUO_IKEY, skey: env.DUO_SKEY, host: env.DUO_HOST });
    try {
      const params = { username: decodeURIComponent(name) };
      const users = await duo.request('GET', '/admin/v1/users', params, { signal: request.signal });
      return Response.json(users);
    } catch (error) {
      return Response.json({ error: error.message, code: error.code }, { status: 502 });
    }
  },
};
