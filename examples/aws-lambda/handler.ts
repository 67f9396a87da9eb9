// An AWS Lambda function behind an API Gateway HTTP API (payload format 2.0): which factors may this
// user authenticate with? Put an authorizer before it.
//
// Install:   npm install duo-sign && npm install --save-dev esbuild @types/aws-lambda @types/node
// Bundle it: npx esbuild handler.ts --bundle --platform=node --format=cjs --outfile=index.js

import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { DuoApiError, DuoClient } from 'duo-sign/client';

/** What `/auth/v2/preauth` says, as far as it is used here. */
interface Preauth {
  result: string;
  devices?: { device: string; capabilities?: string[] }[];
}

const { DUO_IKEY: ikey = '', DUO_SKEY: skey = '', DUO_HOST: host = '' } = process.env;
// Outside the handler: the key schedule is kept for the next invocation.
// API Gateway itself waits for half a minute.
const duo = new DuoClient({ ikey, skey, host, timeout: 10_000, maxRetries: 2, maxWait: 3_000 });

export async function handler(
  event: APIGatewayProxyEventV2,
): Promise<APIGatewayProxyStructuredResultV2> {
  const username = usernameOf(event);
  if (username === undefined) return reply(400, { error: 'expected JSON with a username' });
  try {
    return reply(200, await duo.request<Preauth>('POST', '/auth/v2/preauth', { username }));
  } catch (error) {
    console.error(error);
    const code = error instanceof DuoApiError ? error.code : undefined;
    return reply(502, { error: 'Duo gives no answer', code });
  }
}

function usernameOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): string | undefined {
  try {
    const text = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString();
    const { username } = JSON.parse(text);
    return typeof username === 'string' ? username : undefined;
  } catch {
    return undefined;
  }
}

const reply = (statusCode: number, value: unknown): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(value),
});
