// The server that pages come from and report to. What Duo would get, it hands on to the endpoint.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { extname, join, normalize } from 'node:path';
import { text } from 'node:stream/consumers';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
};

/** No WebAssembly: that takes 'wasm-unsafe-eval' in script-src. */
const strict = "default-src 'none'; script-src 'self'; connect-src 'self'";

/**
 * Serves `folder` on 127.0.0.1, and everything under /auth/ and /admin/ from the endpoint. Gives the
 * host, `report(name)` for what a page posts to /result/NAME, and `stop`.
 */
export async function startServer(folder, endpoint) {
  const waiting = new Map();
  const server = http.createServer(async (request, response) => {
    const path = new URL(request.url, 'http://server').pathname;
    // Pages of other servers call too.
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST');
    const wanted = request.headers['access-control-request-headers'];
    if (wanted) response.setHeader('Access-Control-Allow-Headers', wanted);
    if (request.method === 'OPTIONS') return response.end();
    if (/^\/(auth|admin)\//.test(path)) return forward(request, response, endpoint);
    if (path.startsWith('/result/')) {
      const name = decodeURIComponent(path.slice('/result/'.length));
      waiting.get(name)?.(JSON.parse(await text(request)));
      return response.end();
    }
    try {
      const content = await readFile(join(folder, normalize(path)));
      response.setHeader('Content-Type', types[extname(path)] ?? 'application/octet-stream');
      if (path.includes('strict')) response.setHeader('Content-Security-Policy', strict);
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${server.address().port}`,
    report: (name) => new Promise((resolve) => waiting.set(name, resolve)),
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** With the headers as they came, the Host that was signed among them. */
function forward(request, response, endpoint) {
  const { method, url: path, rawHeaders: headers } = request;
  const onward = http.request({ host: '127.0.0.1', port: endpoint.http, method, path, headers });
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode, { 'Content-Type': answer.headers['content-type'] });
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}
