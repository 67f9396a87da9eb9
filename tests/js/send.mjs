// Sends requests to the endpoint, and verifies each besides.

import http from 'node:http';
import { verify } from 'duo-sign/diagnose';

/** The clock, also where a test sets the signer's wrong. */
const { now } = Date;

const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });

/**
 * Sends a signed request to the endpoint exactly as it is, whatever host it is signed for. Gives
 * the status and Duo's answer, with which `verify` has to agree.
 */
export function send(endpoint, signed) {
  const [, host, target] = signed.url.match(/^https:\/\/([^/]+)(\/.*)$/s);
  // Lower case, so that the host of a request that came with one is not repeated.
  const all = Object.entries({ Host: host, ...signed.headers });
  const headers = Object.fromEntries(all.map(([name, value]) => [name.toLowerCase(), value]));
  const body = signed.body === null ? undefined : Buffer.from(signed.body);
  if (body) headers['content-length'] = String(body.length);
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: endpoint.http, path: target, headers, agent };
    const request = http.request({ ...options, method: signed.method }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => {
        const answer = { status: response.statusCode, ...JSON.parse(text) };
        const received = { method: signed.method, url: target, headers, body };
        const found = verify(received, credentials(endpoint.keys, headers.authorization), {
          now: now(),
        });
        if (!agrees(found, answer)) {
          const [ours, theirs] = [found, answer].map((it) => JSON.stringify(it));
          const sent = JSON.stringify(received);
          return reject(new Error(`verify says ${ours}, the endpoint ${theirs}: ${sent}`));
        }
        resolve(answer);
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

export function closeConnections() {
  agent.destroy();
}

function agrees({ ok, code, signatureVersion, digest }, { status, code: theirCode, response }) {
  if (status !== 200) return !ok && code === theirCode;
  return ok && signatureVersion === response.signature_version && digest === response.digest;
}

/** The keys that the header is for, or any. */
function credentials(keys, authorization = '') {
  const [ikey] = atob(/^Basic ([\w+/]+=*)$/i.exec(authorization)?.[1] ?? '').split(':');
  const known = ikey in keys ? ikey : Object.keys(keys)[0];
  return { ikey: known, skey: keys[known] };
}
