// render: is what it writes taken by the tools it is written for?

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { dirname } from 'node:path';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { diagnose, parseRequest, render, signRequest } from 'duo-sign/diagnose';
import { python, startEndpoint } from './oracle.mjs';

const run = promisify(execFile);
const credentials = {
  ikey: 'DIWJ8X6AEYOR5OMC6TQ1',
  skey: 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep',
};
const nasty = `it's "q" \${HOME} $(id) \`id\` \\n \\ %PATH% ^& <a> ü日😀 \u2019\n!last`;

let endpoint;
let host;
let env;
before(async () => {
  endpoint = await startEndpoint({ [credentials.ikey]: credentials.skey });
  host = `127.0.0.1:${endpoint.https}`;
  const { ca } = endpoint;
  const names = ['CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'];
  env = { ...process.env, ...Object.fromEntries(names.map((name) => [name, ca])) };
  env.PATH = `${dirname(python)}:${env.PATH}`;
  env.HTTPIE_CONFIG_DIR = dirname(ca);
});
after(() => endpoint.stop());

/** Method, parameters and options of requests that are hard to quote. */
const requests = [
  ['GET', {}, {}],
  ['GET', { name: nasty, list: ["'", '"', '\\'] }, {}],
  ['DELETE', { name: nasty }, { signatureVersion: 2, digest: 'sha1' }],
  ['POST', { name: nasty, list: [nasty, '@a'] }, {}],
  ['POST', { name: nasty }, { signatureVersion: 2 }],
  ['PUT', {}, { body: `@${nasty}\r\n`, headers: { 'Content-Type': 'text/plain' } }],
  ['PATCH', {}, { body: `=${nasty}`, query: { q: nasty } }],
  ['POST', {}, { body: `{"a": "\\u00fc", "b": ${JSON.stringify(nasty)}}` }],
  ['POST', { a: 1 }, { headers: { 'X-Duo-A': `=it's "q"; $HOME \\x`, 'X-Duo-B': '@a:=b' } }],
  ['GET', {}, { headers: { '--form': 'a', '-X': '' } }],
  [
    'GET',
    {},
    { headers: { 'X-Duo-Empty': '', 'X-Duo-Colon': ':=a@b==c;' }, dateHeader: 'X-Duo-Date' },
  ],
];
const sign = ([method, params, options]) =>
  signRequest(method, host, '/admin/v1/users', params, undefined, credentials, {
    dateHeader: 'Date',
    ...options,
  });

/** How each format is run; gives what Duo's side answers. */
const tools = {
  curl: (text) => shell(`${text} --silent --show-error`),
  httpie: (text) => shell(`${text.replace('http ', 'http --body ')}`),
  python: async (text) => (await run(python, ['-c', text], { env })).stdout,
  fetch: async (text) => {
    const program = `const response = ${text}\nconsole.log(await response.text());`;
    const args = ['--input-type=module', '-e', program];
    return (await run(process.execPath, args, { env })).stdout;
  },
  http: (text, plain) => {
    const ca = readFileSync(endpoint.ca);
    const socket = plain
      ? net.connect(plain, '127.0.0.1')
      : tls.connect({ host: '127.0.0.1', port: endpoint.https, ca });
    return new Promise((resolve, reject) => {
      let answer = '';
      socket.on('error', reject);
      socket.on('data', (chunk) => (answer += chunk));
      socket.on('end', () => resolve(answer.split('\r\n\r\n')[1]));
      socket.write(text);
    });
  },
};

async function shell(command) {
  return (await run('sh', ['-c', command], { env, timeout: 60_000 })).stdout;
}

for (const [format, send] of Object.entries(tools)) {
  test(`${format}: every request is accepted`, { timeout: 300_000 }, async () => {
    for (const request of requests) {
      const signed = sign(request);
      const text = render(signed, format);
      const answer = await send(text);
      assert.match(answer, /"stat": ?"OK"/, `${text}\n${answer}`);
      const changed = text.replace(/(users|%27)/, 'x');
      assert.match(await send(changed), /40103/, 'it tells requests apart');
      assert.ok(!text.includes(credentials.skey));
    }
  });
}

/** Takes requests as they come in over the socket, and answers each. */
async function startRecorder() {
  const taken = [];
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, rawHeaders } = request;
    const pairs = rawHeaders.flatMap((name, i) => (i % 2 ? [] : [[name, rawHeaders[i + 1]]]));
    // Node.js gives the bytes of headers as Latin-1.
    taken.push({ method, url, headers: pairs, body: Buffer.concat(chunks).toString() });
    response.end('OK');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { taken, host: `127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

test('the vectors are what the programs send', { timeout: 300_000 }, async () => {
  const file = new URL('../vectors/render.json', import.meta.url);
  const recorder = await startRecorder();
  try {
    for (const { request, texts } of JSON.parse(readFileSync(file))) {
      for (const [format, text] of Object.entries(texts)) {
        assert.equal(render({ body: null, ...request }, format), text);
        if (!(format in tools)) continue;
        const port = Number(recorder.host.split(':')[1]);
        await tools[format](text.replace('HOST', recorder.host), port);
        const sent = recorder.taken.pop();
        assert.equal(sent.method, request.method, text);
        assert.equal(`http://HOST${sent.url}`, request.url, text);
        assert.equal(sent.body, request.body ?? '', text);
        for (const [name, value] of Object.entries(request.headers)) {
          const found = sent.headers.filter(([it]) => it.toLowerCase() === name.toLowerCase());
          assert.deepEqual(found, [[found[0]?.[0], value]], `${name}: ${text}`);
        }
      }
    }
  } finally {
    recorder.stop();
  }
});

/** Path, method and headers that some programs send differently, with the formats that refuse them. */
const unusual = [
  ['/a%2fb', 'GET', {}, { python: 'ERR_DUO_INVALID_PATH', httpie: 'ERR_DUO_INVALID_PATH' }],
  ['/a%41%7e', 'POST', {}, { python: 'ERR_DUO_INVALID_PATH', httpie: 'ERR_DUO_INVALID_PATH' }],
  ['/a%2Fb%C3%BC', 'PUT', {}, {}],
  ["/a;b=c,d!e$f'(g)*+:@&", 'PATCH', {}, {}],
  ['/', 'M-SEARCH', {}, { httpie: 'ERR_DUO_INVALID_METHOD' }],
  ['/', 'PROPFIND', {}, {}],
  ['/', 'POST', { 'X-D': '   ', 'X-E': '', 'X-F': ' \t' }, {}],
];
const marks =
  'a\n### b\n\n@c=d\n> {% e %}\n```\ncurl https://example.com/\n```\nHTTP/1.1 200 OK\n\n###\n';

test('what is unusual arrives as it was signed, or is refused', { timeout: 300_000 }, async () => {
  const recorder = await startRecorder();
  try {
    const port = Number(recorder.host.split(':')[1]);
    for (const [path, method, headers, refused] of unusual) {
      const options = { signatureVersion: 4, headers, body: marks };
      const args = [method, recorder.host, path, {}, undefined, credentials];
      const signed = signRequest(...args, method === 'GET' ? { headers } : options);
      signed.url = signed.url.replace('https:', 'http:');
      for (const [format, send] of Object.entries(tools)) {
        if (refused[format]) {
          assert.throws(() => render(signed, format), { code: refused[format] }, format);
          continue;
        }
        const text = render(signed, format);
        await send(text, port);
        const sent = recorder.taken.pop();
        assert.equal(sent?.method, method, text);
        assert.equal(sent.url, path, text);
        assert.equal(sent.body, signed.body ?? '', text);
        for (const name of Object.keys(headers)) {
          const found = sent.headers.find(([it]) => it.toLowerCase() === name.toLowerCase());
          assert.equal(found?.[1], '', `${name}: ${text}`);
        }
        const read = parseRequest(text);
        assert.equal(read.method, method, text);
        assert.equal(new URL(read.url, signed.url).pathname, path, text);
        assert.equal(Buffer.from(read.body ?? '').toString(), signed.body ?? '', text);
      }
    }
  } finally {
    recorder.stop();
  }
});

test('what it writes can be read again', () => {
  for (const request of requests) {
    for (const format of ['curl', 'http', 'fetch', 'python', 'httpie', 'powershell']) {
      const text = render(sign(request), format);
      assert.equal(diagnose(parseRequest(text), credentials).outcome, 'valid', text);
    }
  }
});

test('what would break out of a header is refused', () => {
  for (const format of ['curl', 'http', 'fetch', 'python', 'httpie', 'powershell']) {
    const signed = { ...sign(requests[0]), headers: { 'X-Duo-A': 'a\r\nX-Other: b' } };
    assert.throws(() => render(signed, format), { code: 'ERR_DUO_INVALID_HEADER' }, format);
  }
  const signed = { ...sign(requests[0]), headers: { 'X-Duo-A': 'a\\=b' } };
  assert.throws(() => render(signed, 'httpie'), { code: 'ERR_DUO_INVALID_HEADER' });
});

test('PowerShell: quotes, also typographic ones, are doubled', () => {
  const signed = sign([
    'POST',
    {},
    { body: "it's \u2018so\u2019 $x `n", headers: { 'X-Duo-A': "'" } },
  ]);
  const text = render(signed, 'powershell');
  assert.match(text, /^Invoke-WebRequest -Method 'POST' -Uri 'https:/);
  assert.ok(text.includes("'X-Duo-A' = ''''"), text);
  assert.ok(text.includes("GetBytes('it''s \u2018\u2018so\u2019\u2019 $x `n')"), text);
});

test('what cannot be written', () => {
  const signed = sign(['POST', {}, { body: new Uint8Array([255]) }]);
  assert.throws(() => render(signed, 'curl'), { code: 'ERR_DUO_INVALID_BODY' });
  const zero = sign(['POST', {}, { body: 'a\0b' }]);
  assert.throws(() => render(zero, 'curl'), { code: 'ERR_DUO_INVALID_BODY' });
  const other = { code: 'ERR_DUO_INVALID_OPTIONS', field: 'format' };
  assert.throws(() => render(sign(requests[0]), 'xml'), other);
  assert.throws(() => render(undefined, 'curl'), { code: 'ERR_DUO_INVALID_REQUEST' });
});
