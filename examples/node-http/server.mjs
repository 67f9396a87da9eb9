// A function of (request, response), as Google Cloud Functions and others run it, and a server around
// it: any request is answered with whether Duo can be reached with these keys.
//
// PORT=8080 DUO_IKEY=… DUO_SKEY=… DUO_HOST=… node server.mjs

import http from 'node:http';
import { DuoClient } from 'duo-sign/client';

const { DUO_IKEY: ikey = '', DUO_SKEY: skey = '', DUO_HOST: host = '', PORT = 8080 } = process.env;
const duo = new DuoClient({ ikey, skey, host, maxRetries: 0 });

export async function health(_request, response) {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  try {
    const { signal } = gone;
    reply(response, 200, await duo.request('GET', '/auth/v2/check', {}, { signal }));
  } catch ({ name, code, message }) {
    reply(response, 502, { error: `${name}: ${message}`, code });
  }
}

function reply(response, status, value) {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(value));
}

const server = http.createServer(health);
server.listen(PORT, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
