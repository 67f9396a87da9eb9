// A Next.js route handler, as deployed on Vercel: POST /api/preauth {"username": "…"}.

import { DuoApiError, DuoClient } from 'duo-sign/client';

export async function POST(request) {
  const { username } = await request.json();
  // In the handler: a build has no credentials.
  const { DUO_IKEY: ikey, DUO_SKEY: skey, DUO_HOST: host } = process.env;
  const duo = new DuoClient({ ikey, skey, host });
  try {
    const signal = request.signal;
    return Response.json(await duo.request('POST', '/auth/v2/preauth', { username }, { signal }));
  } catch (error) {
    if (!(error instanceof DuoApiError)) throw error;
    return Response.json({ error: `Duo: ${error.message}`, code: error.code }, { status: 502 });
  }
}
