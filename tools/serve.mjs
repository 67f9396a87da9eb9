// Serves www/dist/ on 127.0.0.1, with the headers of its _headers file, compressed.

import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { extname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from './build.mjs';
import { Problem, say, whenCalled } from './run.mjs';
import { setup } from './setup.mjs';
import { dist } from './www.mjs';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const codings = { br: brotliCompressSync, gzip: (bytes) => gzipSync(bytes, { level: 9 }) };

/** Gives the URL, and `stop`. The port is any free one without `port`. */
export async function servePage(port = 0) {
  const rules = readHeaders();
  const names = readdirSync(dist).filter((name) => extname(name) in types);
  const files = new Map(names.map((name) => [`/${name}`, readFileSync(join(dist, name))]));
  const packed = new Map();
  const server = http.createServer(({ url, method, headers }, response) => {
    const [pathname] = url.split('?');
    const path = pathname === '/' ? '/index.html' : pathname;
    const file = files.get(path);
    if (!file || !['GET', 'HEAD'].includes(method)) return response.writeHead(404).end();
    for (const [name, value] of rules(path)) response.setHeader(name, value);
    response.setHeader('Content-Type', types[extname(path)]);
    response.setHeader('Vary', 'Accept-Encoding');
    const accepted = (headers['accept-encoding'] ?? '').split(/\s*,\s*/);
    const coding = Object.keys(codings).find((name) => accepted.includes(name));
    if (coding) response.setHeader('Content-Encoding', coding);
    const key = `${coding} ${path}`;
    if (!packed.has(key)) packed.set(key, coding ? codings[coding](file) : file);
    response.end(method === 'HEAD' ? undefined : packed.get(key));
  });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Problem(`port ${port} cannot be used (${error.code}): set PORT to another one`);
  }
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The headers that _headers has for a path. */
function readHeaders() {
  const rules = [];
  for (const line of readFileSync(join(dist, '_headers'), 'utf8').split('\n')) {
    if (line.startsWith('/')) rules.push({ path: line.trim(), headers: [] });
    const [, name, value] = line.match(/^\s+([\w-]+): (.+)$/) ?? [];
    if (name) rules.at(-1).headers.push([name, value]);
  }
  const isFor = (rule, path) =>
    rule === path || (rule.endsWith('*') && path.startsWith(rule.slice(0, -1)));
  return (path) => rules.filter((rule) => isFor(rule.path, path)).flatMap(({ headers }) => headers);
}

await whenCalled(import.meta.url, async () => {
  await setup();
  await build();
  const { url } = await servePage(Number(process.env.PORT ?? 8000));
  say(`The page is at ${url}`);
});
