// A Next.js route handler, as deployed on Vercel: POST /api/preauth {"username": "…"} tells with which
// factors a user may authenticate. Check who calls before you deploy it.

import { DuoClient } from 'duo-sign/client';

// Made by the first request, since a build has no credentials, and kept.
let duo;

export async function POST(request) {
  const { username } = await request.json();
  const { DUO_IKEY: ikey = '', DUO_SKEY: skey = '', DUO_HOST: host = '' } = process.env;
  duo ??= new DuoClient({ ikey, skey, host });
  try {
    const signal = request.signal;
    return Response.json(await duo.request('POST', '/auth/v2/preauth', { username }, { signal }));
  } catch (error) {
    return Response.json({ error: error.message, code: error.code }, { status: 502 });
  }
}
