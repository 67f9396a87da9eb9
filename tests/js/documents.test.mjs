// Every block of code in the README and in docs/, run unchanged against the endpoint over TLS. What
// cannot be run here is named, with the reason.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { signRequest } from 'duo-sign';
import { freePort } from '../../tools/run.mjs';
import { python, startEndpoint } from './oracle.mjs';
import { startTunnel } from './tunnel.mjs';

const ikey = 'DIWJ8X6AEYOR5OMC6TQ1';
const skey = 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep';
const root = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);

/** By page and number of the block, from 1. */
const notRun = {
  'README.md 3': 'it is what is running',
  'docs/docker.md 1': 'there is no Docker; its commands are run below',
  'docs/powershell.md 1': 'the file of the next block',
  'docs/powershell.md 3': 'what the block before prints, shortened; there is no PowerShell',
  'docs/powershell.md 5': 'there is no PowerShell',
};

let endpoint;
let tunnel;
let host;
/** In it each block has a program of its own. */
let folder;
before(async () => {
  endpoint = await startEndpoint({ [ikey]: skey });
  tunnel = await startTunnel();
  host = `127.0.0.1:${endpoint.https}`;
  // Where programs find what the root has installed.
  mkdirSync(join(root, 'target'), { recursive: true });
  folder = mkdtempSync(join(root, 'target', 'documents-'));
  prepare();
});
after(async () => {
  for (const child of started) child.kill();
  tunnel.stop();
  await endpoint.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What the pages say that there is: `npx duo-sign`, keys, and requests that Duo refused. */
function prepare() {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const cli = join(root, 'pkg', 'dist', 'cli.js');
  const npx = `#!/bin/sh\n[ "$1" = -y ] && shift\nshift\nexec '${process.execPath}' '${cli}' "$@"\n`;
  writeFileSync(join(bin, 'npx'), npx, { mode: 0o755 });
  const keys = `DUO_IKEY=${ikey}\nDUO_SKEY=${skey}\nDUO_HOST=${host}\n`;
  writeFileSync(join(folder, 'duo.env'), keys, { mode: 0o600 });
  const credentials = { ikey, skey };
  const params = { limit: '10', username: 'narroway' };
  const refused = (params) => {
    const path = '/admin/v1/users';
    const { url, headers } = signRequest('GET', host, path, params, undefined, credentials);
    return { url: url.split('?')[0], headers: { Host: host, ...headers } };
  };
  const lines = ({ headers }) => Object.entries(headers).map((it) => it.join(': '));
  const raw = (request) => ['GET /admin/v1/users HTTP/1.1', ...lines(request), '', ''].join('\r\n');
  writeFileSync(join(folder, 'request.txt'), raw(refused(params)));
  writeFileSync(join(folder, 'limit.txt'), raw(refused({ limit: 10 })));
  const sent = `send: ${JSON.stringify(raw(refused({ limit: 10 })))
    .replace(/^"|"$/g, "'")
    .replace(/^/, 'b')}`;
  writeFileSync(join(folder, 'log.txt'), `${sent}\nreply: 'HTTP/1.1 401 Unauthorized\\r\\n'\n`);
  const { url, headers } = refused({});
  // Its date was made again.
  headers.Date = new Date(Date.parse(headers.Date) + 2000).toUTCString();
  const pairs = Object.entries(headers).map(([name, value]) => ({ name, value }));
  const entry = { request: { method: 'GET', url, headers: pairs }, response: { status: 401 } };
  writeFileSync(join(folder, 'session.har'), JSON.stringify({ log: { entries: [entry] } }));
  const exported = refused(params);
  const item = {
    _type: 'request',
    method: 'GET',
    url: exported.url,
    headers: Object.entries(exported.headers).map(([name, value]) => ({ name, value })),
  };
  const insomnia = { _type: 'export', __export_format: 4, resources: [item] };
  writeFileSync(join(folder, 'insomnia.json'), JSON.stringify(insomnia));
}

const environment = () => ({
  PATH: [join(folder, 'bin'), dirname(python), process.env.PATH].join(':'),
  HOME: folder,
  DUO_IKEY: ikey,
  DUO_SKEY: skey,
  DUO_HOST: host,
  DUO_CA_FILE: endpoint.ca,
  NODE_EXTRA_CA_CERTS: endpoint.ca,
  CURL_CA_BUNDLE: endpoint.ca,
  REQUESTS_CA_BUNDLE: endpoint.ca,
});

const run = async (program, args, env = environment()) => {
  const options = { cwd: folder, env, timeout: 60_000 };
  try {
    return { code: 0, ...(await promisify(execFile)(program, args, options)) };
  } catch (error) {
    if (typeof error.code !== 'number') throw error;
    return error;
  }
};

const started = [];

/** Starts `npx duo-sign serve` or `proxy`. */
async function start(command, env = environment()) {
  const child = spawn('sh', ['-c', `exec ${command}`], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  child.stdout.setEncoding('utf8');
  const [first] = await once(child.stdout, 'data');
  assert.match(first, /^listening on http/);
  child.stdout.resume();
}

let programs = 0;
async function runJavaScript(code, env) {
  const file = join(folder, `${++programs}.${/\brequire\(/.test(code) ? 'cjs' : 'mjs'}`);
  writeFileSync(file, code);
  const { code: exit, stdout, stderr } = await run(process.execPath, [file], env);
  assert.equal(exit, 0, `${code}\n${stderr}`);
  return stdout;
}

/** A line of a shell: a command, or a server that stays. */
async function runShell(code) {
  for (const line of code.trim().split('\n')) {
    if (/^npx duo-sign (proxy|serve) /.test(line)) {
      await start(line);
      continue;
    }
    const { code: exit, stdout, stderr } = await run('sh', ['-c', line]);
    const said = `${line}\n${stdout}${stderr}`;
    if (line.includes('duo-sign diagnose')) {
      assert.equal(exit, 1, said);
      assert.match(stdout, /param-location.*limit|date-mismatch/, said);
    } else {
      assert.equal(exit, 0, said);
      const wanted = /\| |^curl/.test(line) ? /['"]stat['"]: ?['"]OK['"]/ : /Authorization/;
      assert.match(stdout, wanted, said);
    }
  }
}

/** Raw HTTP, to where it says. */
async function runHttp(text) {
  const port = Number(/^Host: 127\.0\.0\.1:(\d+)/m.exec(text)[1]);
  const socket = connect(port, '127.0.0.1');
  socket.write(`${text.trim().replaceAll('\n', '\r\n')}\r\nConnection: close\r\n\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  assert.match(answer, /^HTTP\/1\.1 200 [\s\S]*"stat": ?"OK"/);
}

/** Bruno's script, with what Bruno gives it. */
async function runInBruno(code) {
  const body = '{"username": "{{name}}"}';
  const request = { url: `https://${host}/admin/v1/users`, method: 'POST', headers: {}, body };
  const req = {
    getBody: () => request.body,
    setBody: (it) => Object.assign(request, { body: it }),
    getUrl: () => request.url,
    setUrl: (it) => Object.assign(request, { url: it }),
    getMethod: () => request.method,
    getPath: () => new URL(request.url).pathname,
    setHeader: (name, value) => Object.assign(request.headers, { [name]: value }),
  };
  const bru = {
    interpolate: (text) => text.replaceAll('{{name}}', 'narroway'),
    getEnvVar: (name) => ({ ikey, skey })[name],
  };
  new Function('require', 'req', 'bru', code)(require, req, bru);
  const program = `const { url, ...init } = ${JSON.stringify(request)};
    console.log(await (await fetch(url, init)).text());`;
  assert.match(await runJavaScript(program), /"stat": ?"OK"/);
}

/** Duo's Node client takes no port. */
const onOurPort = () => `const { request } = require('node:https');
  require('node:https').request = (options, ...rest) => request({ ...options, port: ${endpoint.https}, ca: undefined }, ...rest);
  const { DUO_IKEY: ikey, DUO_SKEY: skey } = process.env;`;

/** Those that need more than their language says. */
const special = {
  'README.md 1': async (code) => assert.match(await runJavaScript(code), /^200 [\s\S]*GET\n/),
  'README.md 2': async (code, { port }) => {
    await start(`npx duo-sign serve --tls --port ${port}`);
    // Its certificate is its own.
    const env = {
      ...environment(),
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      DUO_HOST: `127.0.0.1:${port}`,
    };
    assert.match(await runJavaScript(code, env), /'narroway'[\s\S]*'user1'[\s\S]*'user2'/);
  },
  'docs/diagnose.md 1': async (code) => assert.notEqual(await runJavaScript(code), ''),
  'docs/bruno.md 2': runInBruno,
  'docs/from-duo_api.md 1': async (code) => {
    const host = `const host = '127.0.0.1';`;
    assert.match(await runJavaScript(`${onOurPort()}\n${host}\n${code}`), /signature_version: 5/);
  },
  'docs/from-duo_api.md 2': async (code) => {
    const keys = `const { DUO_IKEY: ikey, DUO_SKEY: skey, DUO_HOST: host } = process.env;`;
    assert.match(await runJavaScript(`${keys}\n${code}`), /signature_version: 5/);
  },
  'docs/fiddler.md 2': runHttp,
  'docs/docker.md 2': async (code, { blocks, port }) => {
    const [{ code: compose }] = blocks;
    const env = {
      ...environment(),
      DUO_SIGN_TOKEN: 'a token',
      DUO_URL: `http://127.0.0.1:${port}`,
    };
    // Inside the container all addresses are its own.
    await start(/^ *command: (.*)$/m.exec(compose)[1].replace('0.0.0.0', '127.0.0.1'), env);
    const check = /- -e\n *- >-\n((?: {10}.*\n)+)/.exec(compose)[1].replace(/\s+/g, ' ');
    assert.equal((await run(process.execPath, ['-e', check], env)).code, 0);
    const { stdout } = await run('sh', ['-c', code], env);
    assert.match(stdout, /"stat": ?"OK"/);
  },
  'docs/python.md 3': async (code) => {
    const { stdout, stderr } = await run(python, ['-c', code]);
    assert.match(stdout, /'stat': 'OK'.*\n.*'stat': 'OK'.*\n.*'stat': 'OK'/, stderr);
  },
  'docs/python.md 4': async (code, { port }) => {
    await start(`npx duo-sign serve --port ${port + 1}`);
    const { code: exit, stderr } = await run(python, ['-c', code]);
    assert.equal(exit, 0, stderr);
  },
  'docs/python.md 5': async (code, { port }) => {
    const request = `import requests; requests.get('http://127.0.0.1:${port}/auth/v2/check')`;
    const { stdout } = await run(python, ['-c', `${code}\n${request}`]);
    assert.match(stdout, /^send: b'GET /);
  },
  'docs/fiddler.md 4': (code) => runShell(code.replace('request.txt', 'limit.txt')),
  'docs/powershell.md 6': (code) => runShell(code.replace('request.txt', 'limit.txt')),
};

const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)];
for (const page of pages.filter((name) => name.endsWith('.md') && name !== 'docs/client.md')) {
  test(page, { timeout: 300_000 }, async () => {
    const port = await freePort();
    const text = readFileSync(join(root, page), 'utf8');
    const blocks = [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language, code]) => ({
      language,
      code: code.replace(/\b808([01])\b|\b8443\b/g, (_, last) => port + Number(last ?? 2)),
    }));
    for (const [i, { language, code }] of blocks.entries()) {
      const name = `${page} ${i + 1}`;
      if (notRun[name]) continue;
      const how = special[name] ?? { js: runJavaScript, sh: runShell }[language];
      assert.ok(how, `${name} is not run, and nothing says why`);
      await how(code, { blocks, port });
    }
  });
}

const client = readFileSync(join(root, 'docs', 'client.md'), 'utf8');
/** What runs, by the nearest heading or the line before. */
const [prelude, ...examples] = [...client.matchAll(/([^\n]*)\n\n```js\n(.*?)```/gs)].map(
  ([, name, code]) => ({ name, code }),
);
test('docs/client.md has nothing else', () => {
  // The endpoint has no child accounts: tests/js/client.test.mjs has the one that is not run.
  assert.equal([...client.matchAll(/^```\w/gm)].length, examples.length + 2);
});
for (const { name, code } of examples) {
  test(`docs/client.md: ${name}`, async () => {
    const env = environment();
    if (code.includes('EnvHttpProxyAgent')) env.HTTPS_PROXY = tunnel.url;
    if (code.includes('DUO_CA_FILE')) delete env.NODE_EXTRA_CA_CERTS;
    const stdout = await runJavaScript(`${prelude.code}\n${code}`, env);
    const wanted = (code.match(/console\.log/g) ?? []).length;
    const lines = stdout.match(/signature_version: 5|true|narroway|0000-txid|^1$/gm) ?? [];
    assert.ok(lines.length >= wanted, stdout);
    assert.equal(tunnel.tunnels.length, code.includes('EnvHttpProxyAgent') ? 1 : 0);
    tunnel.tunnels.length = 0;
  });
}
