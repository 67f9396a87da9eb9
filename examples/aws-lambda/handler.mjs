// An AWS Lambda function behind an API Gateway HTTP API (payload format 2.0): which factors may this
// user authenticate with? Put an authorizer before it.
//
// Bundle it: esbuild handler.mjs --bundle --platform=node --format=cjs --outfile=index.js

import { DuoClient } from 'duo-sign/client';

const { DUO_IKEY: ikey = '', DUO_SKEY: skey = '', DUO_HOST: host = '' } = process.env;
// Outside the handler: the key schedule is kept for the next invocation.
// API Gateway itself waits for half a minute.
const duo = new DuoClient({ ikey, skey, host, timeout: 10_000, maxRetries: 2, maxWait: 3_000 });

export async function handler(event) {
  const body = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
  const { username } = JSON.parse(body);
  try {
    const preauth = await duo.request('POST', '/auth/v2/preauth', { username });
    return reply(200, preauth);
  } catch (error) {
    return reply(502, { error: error.message, code: error.code });
  }
}

const reply = (statusCode, value) => ({
  statusCode,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(value),
});
