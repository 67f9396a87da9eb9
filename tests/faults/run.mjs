// What becomes of a call when the other side misbehaves: `npm run test:faults` prints the table. Nothing may
// hang, end a process, be repeated that must not be, or send credentials elsewhere.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { build } from '../../tools/build.mjs';
import { root, say, whenCalled } from '../../tools/run.mjs';
import { setup } from '../../tools/setup.mjs';
import { startEndpoint } from '../js/oracle.mjs';

const ikey = 'DIWJ8X6AEYOR5OMC6TQ1';
const skey = 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep';
const cli = join(root, 'pkg', 'dist', 'cli.js');
const MB = 2 ** 20;

const head = (status, headers = '') => `HTTP/1.1 ${status}\r\n${headers}Connection: close\r\n\r\n`;
const json = (status, text) =>
  `${head(status, `Content-Type: application/json\r\nContent-Length: ${text.length}\r\n`)}${text}`;
const ok = '{"stat":"OK","response":{"time":1}}';
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Writes so many chunks, as fast as they are taken. */
function stream(socket, first, chunk, count) {
  const chunks = function* () {
    yield first;
    for (let i = 0; i < count; i++) yield chunk(i);
  };
  // Whoever has enough hangs up.
  pipeline(Readable.from(chunks()), socket).catch(() => {});
}

/** What the server does with a connection, once a request is there. */
const faults = {
  'closes without an answer': (socket) => socket.end(),
  'resets the connection': (socket) => socket.resetAndDestroy(),
  'never answers': () => {},
  'answers with garbage': (socket) => socket.end('\x00\x01 nothing of HTTP\r\n\r\n'),
  'ends within the headers': (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Le'),
  'ends within the body': (socket) =>
    socket.end(head('200 OK', 'Content-Length: 100\r\n') + ok.slice(0, 9)),
  'resets within the body': async (socket) => {
    socket.write(head('200 OK', 'Content-Length: 100\r\n') + ok.slice(0, 9));
    await wait(50);
    socket.resetAndDestroy();
  },
  'sends more than Content-Length': (socket) =>
    socket.end(`${head('200 OK', 'Content-Length: 2\r\n')}{}${ok}`),
  'sends two lengths': (socket) =>
    socket.end(`${head('200 OK', 'Content-Length: 2\r\nContent-Length: 35\r\n')}${ok}`),
  'sends byte by byte': async (socket) => {
    socket.setNoDelay(true);
    for (const byte of json('200 OK', ok)) {
      if (socket.destroyed) return;
      socket.write(byte);
      await wait(2);
    }
    socket.end();
  },
  'sends 100 MB': (socket) => {
    const chunk = Buffer.alloc(MB, 32);
    stream(socket, head('200 OK', `Content-Length: ${100 * MB}\r\n`), () => chunk, 100);
  },
  'sends 200 MB in 200 KB of gzip': (socket) => {
    // A member for each megabyte, since compressing all of it takes as long as a client waits.
    const bomb = Buffer.concat(Array(200).fill(gzipSync(Buffer.alloc(MB, 32))));
    const headers = `Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n`;
    socket.write(head('200 OK', headers));
    socket.end(bomb);
  },
  'sends headers without end': (socket) =>
    stream(socket, 'HTTP/1.1 200 OK\r\n', (i) => `X-${i}: ${'x'.repeat(1000)}\r\n`, 1000),
  'answers with a page': (socket) =>
    socket.end(`${head('200 OK', 'Content-Type: text/html\r\n')}<html>blocked</html>`),
  'redirects elsewhere': (socket, { elsewhere }) =>
    socket.end(head('302 Found', `Location: ${elsewhere}\r\nContent-Length: 0\r\n`)),
  'answers 429 again and again': (socket) =>
    socket.end(json('429 Too Many', '{"stat":"FAIL","code":42901,"message":"Too Many"}')),
  'answers 503': (socket) => socket.end(json('503 Down', 'down')),
};

/** Those with another server: what listens, if anything does. */
const servers = {
  'does not listen': () => undefined,
  'has a certificate of nobody': ({ endpoint }) => `https://127.0.0.1:${endpoint.https}`,
  'speaks no TLS': ({ plain }) => `https://127.0.0.1:${plain}`,
};

/**
 * By fault: what a GET through the proxy gives (a status, or that the connection broke), what DuoClient
 * throws for it, and how many times it sends a POST; `ok` where the call succeeds.
 */
const wanted = {
  'closes without an answer': ['502', 'ERR_DUO_NETWORK', 1],
  'resets the connection': ['502', 'ERR_DUO_NETWORK', 1],
  'never answers': ['504', 'ERR_DUO_TIMEOUT', 1],
  'answers with garbage': ['502', 'ERR_DUO_NETWORK', 1],
  'ends within the headers': ['502', 'ERR_DUO_NETWORK', 1],
  'ends within the body': ['broken', 'ERR_DUO_NETWORK', 1],
  'resets within the body': ['broken', 'ERR_DUO_NETWORK', 1],
  'sends more than Content-Length': ['broken', 'DuoApiError 200', 1],
  'sends two lengths': ['502', 'ERR_DUO_NETWORK', 1],
  'sends byte by byte': ['200', 'ok', 1],
  'sends 100 MB': ['200', 'ERR_DUO_TOO_LARGE', 1],
  'sends 200 MB in 200 KB of gzip': ['200', 'ERR_DUO_TOO_LARGE', 1],
  'sends headers without end': ['502', 'ERR_DUO_NETWORK', 1],
  'answers with a page': ['200', 'DuoApiError 200', 1],
  'redirects elsewhere': ['302', 'DuoApiError 302', 1],
  'answers 429 again and again': ['429', 'DuoApiError 429', 2],
  'answers 503': ['503', 'DuoApiError 503', 1],
  'does not listen': ['502', 'ERR_DUO_NETWORK', 0],
  'has a certificate of nobody': ['502', 'ERR_DUO_NETWORK', 0],
  'speaks no TLS': ['504', 'ERR_DUO_TIMEOUT', 0],
  'was restarted': ['200', 'ok', 1],
};

/** Prints the table, and throws when a row is not as it has to be. */
export async function testFaults() {
  say('Testing what becomes of calls when the other side misbehaves');
  const { DuoClient } = await import('duo-sign/client');
  let visitors = 0;
  const stranger = http.createServer((_, response) => {
    visitors++;
    response.end('{}');
  });
  const elsewhere = `http://127.0.0.1:${await listening(stranger)}/`;
  const endpoint = await startEndpoint({ [ikey]: skey });
  let fault;
  let requests = [];
  const hostile = net.createServer((socket) => {
    socket.on('error', () => {});
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      requests.push(text.slice(0, text.indexOf(' ')));
      text = '';
      faults[fault](socket, { elsewhere });
    });
  });
  const port = await listening(hostile);
  const context = { endpoint, plain: port };
  const children = [];
  const proxyTo = async (upstream) => {
    const child = await startProxy(upstream);
    children.push(child);
    return child;
  };
  const client = (upstream) =>
    new DuoClient({
      ...{ ikey, skey, host: 'api-1a2b3c4d.duosecurity.com' },
      ...{ timeout: 3000, maxRetries: 1, maxWait: 1, maxResponseBytes: 10 * MB },
      fetch: (url, init) => fetch(url.replace(/^https:\/\/[^/]+/, upstream), init),
    });
  const rows = [];
  const add = (name, ...found) => {
    rows.push([name, ...found.map(String)]);
    console.log(`  ${name.padEnd(32)} ${found[0].padEnd(8)} ${found[1].padEnd(18)} ${found[2]}`);
  };
  console.log(
    `  ${'the other side'.padEnd(32)} ${'proxy'.padEnd(8)} ${'DuoClient'.padEnd(18)} POSTs`,
  );
  try {
    const proxy = await proxyTo(`http://127.0.0.1:${port}`);
    const duo = client(`http://127.0.0.1:${port}`);
    for (fault of Object.keys(faults)) {
      const through = await get(proxy.url);
      const thrown = await outcome(() => duo.request('GET', '/auth/v2/check'));
      requests = [];
      await outcome(() => duo.request('POST', '/admin/v1/users', { a: 1 }));
      add(fault, through, thrown, requests.filter((it) => it === 'POST').length);
    }
    for (const [name, server] of Object.entries(servers)) {
      const upstream = server(context) ?? 'http://127.0.0.1:1';
      const other = await proxyTo(upstream);
      const thrown = await outcome(() => client(upstream).request('GET', '/auth/v2/check'));
      fault = 'answers 503';
      requests = [];
      await outcome(() => client(upstream).request('POST', '/admin/v1/users'));
      add(name, await get(other.url), thrown, requests.filter((it) => it === 'POST').length);
    }
    add('was restarted', ...(await restarted(proxyTo, client)));
    // What it went through, it survived.
    assert.equal((await fetch(`${proxy.url}/.duo-sign/health`)).status, 204);
    assert.equal(visitors, 0, 'nothing is sent elsewhere');
    await testServe();
    for (const [name, ...found] of rows) assert.deepEqual(found, wanted[name].map(String), name);
    assert.equal(rows.length, Object.keys(wanted).length);
  } finally {
    for (const { child } of children) child.kill();
    hostile.close();
    stranger.close();
    await endpoint.stop();
  }
}

async function listening(server, port = 0) {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

/** A server that is ended and started again between two requests on kept connections. */
async function restarted(proxyTo, client) {
  let posts = 0;
  const start = async (port) => {
    const server = http.createServer((request, response) => {
      posts += request.method === 'POST' ? 1 : 0;
      request.resume();
      response.end(ok);
    });
    return { server, port: await listening(server, port) };
  };
  const first = await start();
  const upstream = `http://127.0.0.1:${first.port}`;
  const [proxy, duo] = [await proxyTo(upstream), client(upstream)];
  await get(proxy.url);
  await duo.request('GET', '/auth/v2/check');
  first.server.closeAllConnections();
  first.server.close();
  await once(first.server, 'close');
  const second = await start(first.port);
  const found = [
    await get(proxy.url),
    await outcome(() => duo.request('GET', '/auth/v2/check')),
    await outcome(() => duo.request('POST', '/auth/v2/check')).then(() => posts),
  ];
  second.server.closeAllConnections();
  second.server.close();
  return found;
}

async function startProxy(upstream) {
  return startCommand(['proxy', '--upstream', upstream, '--timeout', '2']);
}

async function startCommand(args) {
  const child = spawn(process.execPath, [cli, ...args], {
    env: {
      PATH: process.env.PATH,
      DUO_IKEY: ikey,
      DUO_SKEY: skey,
      DUO_HOST: 'api-1a2b3c4d.duosecurity.com',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [first] = await once(lines, 'line');
  return { child, url: first.replace('listening on ', '') };
}

/** The status of a GET, all of its body read; `broken` when the connection ends before. */
function get(url) {
  return new Promise((resolve) => {
    const request = http.get(`${url}/auth/v2/check?a=b`, { agent: false }, (response) => {
      response.on('error', () => resolve('broken'));
      response.on('end', () => resolve(String(response.statusCode)));
      response.resume();
    });
    request.setTimeout(20_000, () => resolve('hangs'));
    request.on('error', () => resolve('broken'));
  });
}

async function outcome(call) {
  const late = wait(20_000).then(() => 'hangs');
  const ended = call().then(
    () => 'ok',
    ({ name, code, status }) => (name === 'DuoApiError' ? `${name} ${status}` : code),
  );
  return Promise.race([ended, late]);
}

/** Programs that misbehave towards `duo-sign serve`: it answers, or hangs up, and goes on. */
async function testServe() {
  const { child, url } = await startCommand(['serve']);
  const { port } = new URL(url);
  const say = (text, ends = true) =>
    new Promise((resolve) => {
      const socket = net.connect(Number(port), '127.0.0.1');
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk;
        if (ends) socket.end();
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(answer.slice(9, 12) || 'nothing'));
      socket.write(text);
      setTimeout(() => (ends ? socket.end() : socket.destroy()), ends ? 5000 : 50);
    });
  const local = `Host: 127.0.0.1:${port}\r\n`;
  const rows = {
    'no HTTP': ['nonsense\r\n\r\n', '400'],
    'half a request': [`GET / HTTP/1.1\r\n${local}`, '400'],
    'a body that does not come': [
      `POST / HTTP/1.1\r\n${local}Content-Length: 9\r\n\r\nabc`,
      'nothing',
    ],
    '11 MB of body': [
      `POST / HTTP/1.1\r\n${local}Content-Length: ${11 * MB}\r\n\r\n${'x'.repeat(11 * MB)}`,
      '413',
    ],
    'a header of 1 MB': [`GET / HTTP/1.1\r\n${local}X: ${'x'.repeat(MB)}\r\n\r\n`, '431'],
    'two hosts': [`GET / HTTP/1.1\r\n${local}Host: evil.example\r\n\r\n`, '401'],
    'a foreign host': ['GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n', '421'],
    'a target with NUL': [`GET /%00 HTTP/1.1\r\n${local}\r\n`, '401'],
    TLS: ['\x16\x03\x01\x02\x00', '400'],
  };
  try {
    console.log('  to duo-sign serve');
    for (const [name, [text, status]] of Object.entries(rows)) {
      const found = await say(text, name !== 'a body that does not come');
      console.log(`  ${name.padEnd(32)} ${found}`);
      assert.equal(found, status, name);
    }
    assert.equal((await fetch(`${url}/auth/v2/ping`)).status, 200);
  } finally {
    child.kill();
  }
}

await whenCalled(import.meta.url, async () => {
  await setup();
  await build();
  await testFaults();
});
