// The command line as a user has it: the installed tarball's program, in a pipe and in a terminal.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from '../../tools/build.mjs';
import { python, root, say, whenCalled } from '../../tools/run.mjs';
import { setup } from '../../tools/setup.mjs';
import { startEndpoint } from '../js/oracle.mjs';
import { startTunnel } from '../js/tunnel.mjs';
import { testScreens } from './screens.mjs';

const ikey = 'DIWJ8X6AEYOR5OMC6TQ1';
const skey = 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep';
const host = 'api-1a2b3c4d.duosecurity.com';
const keys = { DUO_IKEY: ikey, DUO_SKEY: skey, DUO_HOST: host };

/** Tests every command of the package in `pkg/`. */
export async function testCommandLine() {
  say('Testing the command line, installed from the tarball');
  const folder = mkdtempSync(join(tmpdir(), 'duo-sign-cli-'));
  const endpoint = await startEndpoint({ [ikey]: skey });
  try {
    const program = install(folder);
    for (const [name, test] of Object.entries(tests)) {
      await test({ program, folder, endpoint });
      console.log(`  ${name}`);
    }
    await testScreens(program);
    console.log('  screens');
  } finally {
    for (const child of servers) child.kill();
    await endpoint.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function install(folder) {
  const npm = (...args) => execFileSync('npm', args, { cwd: folder, encoding: 'utf8' });
  const [{ filename }] = JSON.parse(npm('pack', '--json', join(root, 'pkg')));
  writeFileSync(join(folder, 'package.json'), '{}');
  npm('install', '--offline', '--no-audit', '--no-fund', `./${filename}`);
  return join(folder, 'node_modules', '.bin', 'duo-sign');
}

/** Runs the program in a pipe; its output never has the secret key in it. */
async function run(program, args, { env = keys, input = '' } = {}) {
  const child = spawn(program, args, { env: { PATH: process.env.PATH, ...env } });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    texts.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    texts.err += chunk;
  });
  const [code] = await once(child, 'close');
  assert.ok(!`${texts.out}${texts.err}`.includes(skey), 'no secret is printed');
  return { code, ...texts };
}

/** Those that were started. */
const servers = [];

/** Starts a server of the program; gives its URL and `stop`. */
async function start(program, args, env = keys) {
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  servers.push(child);
  const lines = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const [first] = await once(reader, 'line');
  const [, url] = /^listening on (http\S+)$/.exec(first) ?? [];
  assert.ok(url, first);
  const stop = async () => {
    const closed = once(child, 'close');
    child.kill();
    await closed;
  };
  return { url, lines, child, stop };
}

const tests = {
  async 'help, versions and mistyped words'({ program }) {
    assert.match((await run(program, ['--help'])).out, /diagnose {2}say why/);
    assert.match((await run(program, ['--version'])).out, /^\d+\.\d+\.\d+\n$/);
    for (const name of ['sign', 'call', 'check', 'diagnose', 'serve', 'proxy']) {
      const { code, out } = await run(program, [name, '--help']);
      assert.equal(code, 0);
      assert.match(out, /Examples:/);
    }
    const wrong = await run(program, ['daignose']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /did you mean diagnose\?/);
    assert.match((await run(program, ['sign', '--formt'])).err, /did you mean --format\?/);
    const secret = await run(program, ['sign', 'GET', '/x', '--skey=abc']);
    assert.match(secret.err, /does not belong on the command line/);
  },

  async 'keys from files'({ program, folder }) {
    const file = join(folder, 'duo.conf');
    const section = (name, host) => `[${name}]\nikey = ${ikey}\nskey = ${skey}\n${host}\n`;
    writeFileSync(
      file,
      section('duo', `host=${host}`) + section('other', 'api_host: api-other.duosecurity.com'),
    );
    chmodSync(file, 0o600);
    const args = ['sign', 'GET', '/auth/v2/check', '--config', file];
    assert.match((await run(program, args, { env: {} })).out, new RegExp(host));
    const other = await run(program, [...args, '--profile', 'other'], { env: {} });
    assert.match(other.out, /api-other/);
    const none = await run(program, [...args, '--profile', 'third'], { env: {} });
    assert.match(none.err, /no section \[third\]: it has duo, other/);
    chmodSync(file, 0o644);
    assert.match((await run(program, args, { env: {} })).err, /other users can read/);
    const missing = await run(program, ['sign', 'GET', '/x'], { env: {} });
    assert.equal(missing.code, 2);
    assert.match(missing.err, /the integration key is missing: set DUO_IKEY/);
  },

  async 'keys asked for on a terminal'({ program, folder }) {
    const script = join(folder, 'terminal.py');
    writeFileSync(
      script,
      `import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], [sys.argv[1], 'sign', 'GET', '/auth/v2/check'])
shown = b''
for prompt, answer in ((b'integration key: ', ${JSON.stringify(ikey)}), (b'secret key: ', ${JSON.stringify(skey)})):
    while prompt not in shown:
        shown += os.read(terminal, 1024)
    os.write(terminal, answer.encode() + b'\\r')
try:
    while chunk := os.read(terminal, 1024):
        shown += chunk
except OSError:
    pass
print(shown.decode())
`,
    );
    const { code, out, err } = await run(python, [script, program], { env: { DUO_HOST: host } });
    assert.equal(code, 0, err);
    assert.match(out, /secret key: \r\n\r*\n*curl --request GET/);
  },

  async 'sign, then diagnose without the query'({ program }) {
    const signed = await run(program, ['sign', 'GET', '/admin/v1/users', 'limit=10']);
    const right = await run(program, ['diagnose'], { input: signed.out });
    assert.equal(right.code, 0);
    assert.match(right.out, /^VALID/m);
    const input = signed.out.replace('?limit=10', '');
    const lost = await run(program, ['diagnose', '--params', 'limit=10'], { input });
    assert.equal(lost.code, 1);
    assert.match(lost.out, /without the query string/);
    assert.match(lost.out, /> 5 {2}limit=10/);
    assert.match(lost.out, /curl --request GET 'https:\/\/\S+\?limit=10'/);
    const wide = await run(program, ['diagnose'], {
      input: Buffer.from(`\ufeff${signed.out}`, 'utf16le'),
    });
    assert.match(wide.out, /^VALID/m);
    const json = await run(program, ['diagnose', '--json', '--params', '{"limit":10}'], { input });
    assert.equal(JSON.parse(json.out).causes[0].id, 'param-location');
  },

  async "serve, with Duo's Python client"({ program, folder }) {
    const server = await start(program, ['serve', '--tls']);
    const script = join(folder, 'client.py');
    const { port } = new URL(server.url);
    writeFileSync(
      script,
      `import duo_client
for cls in (duo_client.Auth, duo_client.Admin):
    c = cls(${JSON.stringify(ikey)}, ${JSON.stringify(skey)}, '127.0.0.1', ca_certs='DISABLE', port=${port})
    c.json_api_call('GET', '/auth/v2/check', {})
    c.json_api_call('POST', '/admin/v1/users', {'username': 'Zoë b'})
`,
    );
    const { code, err } = await run(python, ['-W', 'ignore', script]);
    assert.equal(code, 0, err);
    const [, file] = /^certificate: (.+)$/.exec(server.lines[1]);
    const env = { ...keys, DUO_HOST: server.url.replace('https://', '') };
    const trusting = await run(program, ['call', 'GET', '/auth/v2/check', '--cacert', file], {
      env,
    });
    assert.equal(trusting.code, 0, trusting.err);
    assert.deepEqual(
      server.lines.slice(2).map((line) => line.split(' ')[0]),
      Array(5).fill('200'),
    );
    await server.stop();
  },

  async "serve, with Duo's other clients, and pages of records"({ program, folder }) {
    const server = await start(program, ['serve', '--records', '250']);
    const { host: local, port } = new URL(server.url);
    const script = join(folder, 'clients.py');
    writeFileSync(
      script,
      `import duo_client, requests
from duo_hmac.duo_hmac import DuoHmac
keys = (${JSON.stringify(ikey)}, ${JSON.stringify(skey)})
admin = duo_client.Admin(*keys, '127.0.0.1', ca_certs='HTTP', port=${port})
assert len({user['user_id'] for user in admin.get_users_iterator()}) == 250
assert len(list(admin.get_users(limit=7, offset=245))) == 5
log = admin.get_authentication_log(api_version=2, mintime=0, maxtime=2000000000000, limit='100')
assert len(log['authlogs']) == 100 and log['metadata']['next_offset'], log
for method, params in (('GET', {'a': 'b c', 'd': 'é'}), ('POST', {'username': 'Zoë'})):
    uri, body, headers = DuoHmac(*keys, '${local}').get_authentication_components(
        method, '/admin/v1/users', params, {'X-Duo-A': 'b'})
    answer = requests.request(method, 'http://' + uri, data=body, headers=headers)
    assert answer.status_code == 200, answer.text
`,
    );
    const { code, err } = await run(python, ['-W', 'ignore', script]);
    assert.equal(code, 0, err);
    const { signV5 } = createRequire(join(root, 'x.js'))('@duosecurity/duo_api/lib/duo_sig.js');
    const date = new Date().toUTCString();
    const path = '/admin/v1/users';
    const signed = signV5(ikey, skey, 'GET', local, path, { limit: '3' }, date, '');
    const headers = { Date: date, Authorization: signed };
    const users = await send(`${server.url}${path}?limit=3`, { headers });
    assert.deepEqual(users.json.metadata, { total_objects: 250, next_offset: 3 });
    await server.stop();

    // The command line asks by HTTPS.
    const secure = await start(program, ['serve', '--tls', '--records', '1500']);
    const env = { ...keys, DUO_HOST: secure.url.replace('https://', '') };
    while (secure.lines.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    const [, file] = /^certificate: (.+)$/.exec(secure.lines[1]);
    const call = (...args) => run(program, ['call', 'GET', ...args, '--cacert', file], { env });
    const lines = (await call('/admin/v2/logs/authentication', '--paginate')).out
      .trim()
      .split('\n');
    assert.equal(new Set(lines.map((line) => JSON.parse(line).txid)).size, 1500);
    assert.equal(JSON.parse((await call(path, '--slurp')).out).length, 1500);
    await secure.stop();

    const limited = await start(program, ['serve', '--rate-limit', '1']);
    const ask = () => send(`${limited.url}/auth/v2/check`, { headers: {} });
    assert.deepEqual([(await ask()).status, (await ask()).status], [401, 429]);
    await limited.stop();
  },

  async 'call, stopped by Ctrl-C'({ program }) {
    const server = await start(program, ['serve', '--tls', '--records', '200000']);
    const env = {
      ...{ PATH: process.env.PATH, NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' },
      ...{ ...keys, DUO_HOST: server.url.replace('https://', '') },
    };
    const args = ['call', 'GET', '/admin/v2/logs/authentication', '--slurp'];
    const child = spawn(program, args, { env });
    let [out, err] = ['', ''];
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    let isStopped = false;
    child.stdout.on('data', (chunk) => {
      out += chunk;
      // A second one ends the process at once.
      if (out.length > 2 && !isStopped) isStopped = child.kill('SIGINT');
    });
    const [code] = await once(child, 'close');
    assert.equal(code, 2);
    assert.equal(err, 'duo-sign: stopped\n');
    const records = JSON.parse(out).length;
    assert.ok(records > 0 && records < 200_000, `${records}`);
    await server.stop();
  },

  async 'call, without an answer'({ program }) {
    const env = { PATH: process.env.PATH, ...keys, DUO_HOST: '127.0.0.1:1' };
    const child = spawn(program, ['call', 'GET', '/auth/v2/check'], { env });
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += chunk;
      if (err.split('\n').length > 2) child.kill('SIGINT');
    });
    await once(child, 'close');
    const refused = 'connect ECONNREFUSED 127.0.0.1:1';
    const attempts = [1, 2].map((number) => `duo-sign: attempt ${number}: ${refused}\n`);
    assert.equal(err, `${attempts.join('')}duo-sign: stopped\n`);
  },

  async 'serve, with a request that lacks its query'({ program }) {
    const server = await start(program, ['serve', '--once']);
    const signed = JSON.parse(
      (await run(program, ['sign', 'POST', '/admin/v1/users', 'username=x', '--format', 'json']))
        .out,
    );
    const { headers, body } = signed;
    const path = `${server.url}/admin/v1/users`;
    const sent = { ...headers, Host: host };
    const answer = await send(path, { method: 'POST', headers: sent, body: `${body} ` });
    assert.equal(answer.status, 401);
    assert.equal(answer.json.code, 40103);
    assert.match(answer.json.message_detail, /different white space/);
    const [code] = await once(server.child, 'close');
    assert.equal(code, 1);
  },

  async 'serve, with a script that forgets its query'({ program, folder }) {
    const server = await start(program, ['serve', '--once', '--params', 'limit=10&username=x']);
    const script = join(folder, 'forgets.py');
    writeFileSync(
      script,
      `import base64, email.utils, hashlib, hmac, requests
date, host, path = email.utils.formatdate(), ${JSON.stringify(new URL(server.url).host)}, '/admin/v1/users'
canonical = '\\n'.join([date, 'GET', host, path, 'limit=10&username=x'])
signature = hmac.new(${JSON.stringify(skey)}.encode(), canonical.encode(), hashlib.sha512).hexdigest()
user = base64.b64encode(f'${ikey}:{signature}'.encode()).decode()
answer = requests.get(f'http://{host}{path}', headers={'Date': date, 'Authorization': f'Basic {user}'})
print(answer.status_code, answer.json()['message_detail'])
`,
    );
    const { out, err } = await run(python, [script]);
    assert.match(out, /^401 .*without the query string/, err);
    const [code] = await once(server.child, 'close');
    assert.equal(code, 1);
  },

  async 'proxy: what it signs, and what it refuses'({ program, endpoint }) {
    const upstream = `http://127.0.0.1:${endpoint.http}`;
    const proxy = await start(program, ['proxy', '--upstream', upstream]);
    const get = (path, headers = {}) => send(`${proxy.url}${path}`, { headers });
    assert.equal((await get('/auth/v2/check?a=b%20c&d=%2B')).status, 200);
    const dated = { Date: 'yesterday', Authorization: 'Basic eDp5' };
    assert.equal((await get('/auth/v2/check', dated)).status, 200);
    const json = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"a":"ü"}',
    };
    assert.equal((await send(`${proxy.url}/admin/v1/users`, json)).status, 200);
    const bare = { method: 'POST', headers: { 'Content-Length': 0 } };
    assert.equal((await send(`${proxy.url}/accounts/v1/account/list`, bare)).status, 200);
    const form = {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'username=a+b%2B',
    };
    const signed = await send(`${proxy.url}/auth/v2/preauth`, form);
    assert.equal(signed.json.response.signature_version, 2);
    assert.equal((await get('/auth/v2/check', { Host: 'evil.example' })).status, 421);
    assert.equal((await get('/auth/v2/check', { Origin: 'https://evil.example' })).status, 403);
    assert.equal((await get('/.duo-sign/health')).status, 204);
    await proxy.stop();
    const dead = await start(program, ['proxy', '--upstream', 'http://127.0.0.1:1']);
    assert.equal((await send(`${dead.url}/auth/v2/check`, {})).status, 502);
    await dead.stop();
    const open = await run(program, ['proxy', '--listen', '0.0.0.0']);
    assert.equal(open.code, 2);
    assert.match(open.err, /give --token/);
    for (const [args, env] of [
      [['--token', ''], keys],
      [[], { ...keys, DUO_SIGN_TOKEN: '' }],
    ]) {
      const empty = await run(program, ['proxy', '--listen', '0.0.0.0', ...args], { env });
      assert.equal(empty.code, 2);
      assert.match(empty.err, /the token is empty/);
    }
    const token = { ...keys, DUO_SIGN_TOKEN: 'right' };
    const asking = await start(program, ['proxy', '--upstream', upstream], token);
    const ask = (given) => send(`${asking.url}/auth/v2/check`, { headers: given });
    assert.equal((await ask({})).status, 401);
    assert.equal((await ask({ 'X-Duo-Sign-Token': 'wrong' })).status, 401);
    assert.equal((await ask({ 'X-Duo-Sign-Token': 'right' })).status, 200);
    await asking.stop();
    const far = await run(program, ['proxy', '--port', '99999']);
    assert.match(far.err, /--port is beyond 65535/);
  },

  async 'call and check'({ program, endpoint }) {
    const env = {
      ...keys,
      DUO_HOST: `127.0.0.1:${endpoint.https}`,
      NODE_EXTRA_CA_CERTS: endpoint.ca,
    };
    const right = await run(program, ['call', 'GET', '/auth/v2/check'], { env });
    assert.equal(right.code, 0, right.err);
    JSON.parse(right.out);
    const own = ['call', 'POST', '/x', '--data', '{"a":1.0}', '-H', 'X-Duo-A: b', '-H', 'X-B: c'];
    assert.deepEqual(JSON.parse((await run(program, own, { env })).out), {
      signature_version: 5,
      digest: 'sha512',
    });
    const pages = ['call', 'GET', '/x', '--paginate', '-H', 'X-B: c'];
    assert.equal((await run(program, pages, { env })).code, 2);
    const { NODE_EXTRA_CA_CERTS, ...bare } = env;
    const trusting = ['call', 'GET', '/auth/v2/check', '--cacert', NODE_EXTRA_CA_CERTS];
    assert.equal((await run(program, trusting, { env: bare })).code, 0);
    const tunnel = await startTunnel();
    const proxied = { ...bare, HTTPS_PROXY: tunnel.url };
    assert.equal((await run(program, trusting, { env: proxied })).code, 0);
    assert.deepEqual(tunnel.tunnels, [env.DUO_HOST]);
    const direct = { ...proxied, NO_PROXY: '127.0.0.1' };
    assert.equal((await run(program, trusting, { env: direct })).code, 0);
    assert.equal(tunnel.tunnels.length, 1);
    tunnel.stop();
    const query = await run(program, ['call', 'GET', '/x?a=1'], { env });
    assert.match(query.err, /write its parameters after the path, as name=value/);
    const dry = await run(program, ['call', 'POST', '/admin/v1/users', 'n:=[1]', '--dry-run'], {
      env,
    });
    assert.match(dry.out, /^POST https.*\n[\s\S]*\{"n":\[1\]\}\n$/);
    const other = { ...env, DUO_SKEY: 'x'.repeat(40) };
    const refused = await run(program, ['call', 'GET', '/auth/v2/check'], { env: other });
    assert.equal(refused.code, 1);
    assert.match(refused.err, /a different secret key/);
    assert.match((await run(program, ['check'], { env })).out, /^yes {2}Auth API/m);
    const nowhere = { ...keys, DUO_HOST: '127.0.0.1:1' };
    assert.equal((await run(program, ['check'], { env: nowhere })).code, 3);
  },
};

/** Sends with any Host header, which `fetch` does not. */
function send(url, { method = 'GET', headers = {}, body = '' }) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({
        status: response.statusCode,
        json: text.startsWith('{') ? JSON.parse(text) : text,
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

await whenCalled(import.meta.url, async () => {
  await setup();
  await build();
  await testCommandLine();
});
