// How the command line reaches Duo: through the proxy that HTTPS_PROXY and NO_PROXY name, and with the
// certificate authorities of --cacert.

import http, { type Agent, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { type Arguments, type Options, readFile, text, UsageError } from './command.js';

export const NETWORK: Options = {
  cacert: { type: 'string', value: 'FILE', help: 'trust the certificate authorities in this file' },
};

/** What connects to a URL. */
export function agentFor(url: string, given: Arguments, maxSockets = 100): Agent {
  const file = text(given, 'cacert');
  const options = {
    keepAlive: true,
    maxSockets,
    ...(file !== undefined && { ca: readFile(file) }),
  };
  if (url.startsWith('http:')) return new http.Agent(options);
  const proxy = getProxyForUrl(url);
  if (proxy === '') return new https.Agent(options);
  if (!URL.canParse(proxy)) throw new UsageError('HTTPS_PROXY is no URL');
  // The certificate is that of the host behind the proxy.
  return Object.assign(new HttpsProxyAgent(proxy, options), { options });
}

/** A `fetch` over such an agent, as `DuoClient` takes it. */
export function fetchBy(agent: Agent): (url: string, init: RequestInit) => Promise<Response> {
  return (url, { method = 'GET', headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const request = https.request(url, {
        agent,
        method,
        headers: {
          ...(headers as Record<string, string>),
          'Accept-Encoding': 'identity',
          ...(body && { 'Content-Length': Buffer.byteLength(body as string) }),
        },
        ...(signal && { signal }),
      });
      request.once('error', reject);
      request.once('response', (answer) => resolve(responseOf(answer)));
      request.end(body as string | Uint8Array | null);
    });
}

function responseOf(answer: IncomingMessage): Response {
  const headers = new Headers();
  for (let i = 0; i < answer.rawHeaders.length; i += 2) {
    headers.append(answer.rawHeaders[i] as string, answer.rawHeaders[i + 1] as string);
  }
  const { statusCode: status = 502, statusMessage: statusText = '' } = answer;
  const isEmpty = [204, 304].includes(status);
  const body = isEmpty ? null : (Readable.toWeb(answer) as ReadableStream);
  return new Response(body, { status, statusText, headers });
}
