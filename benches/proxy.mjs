// What `duo-sign proxy` takes: requests a second, errors, times and memory, beside mitmproxy with an addon
// that signs by Duo's Python client. `npm run bench:proxy -- --seconds 60 --clients 200`; --json for programs.
// The server behind them verifies each request by Duo's Node client, and answers with the request's own number.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from '../tools/build.mjs';
import { freePort, Problem, python, root, say, tools, whenCalled } from '../tools/run.mjs';
import { setup } from '../tools/setup.mjs';

const ikey = 'DIWJ8X6AEYOR5OMC6TQ1';
const skey = 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep';
const host = 'api-1a2b3c4d.duosecurity.com';
const file = fileURLToPath(import.meta.url);

/** The server, in a process of its own: answers 200 with the number when the signature is right. */
function serve() {
  const { signV5 } = createRequire(import.meta.url)('@duosecurity/duo_api/lib/duo_sig.js');
  const tally = { right: 0, wrong: 0 };
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { pathname, searchParams } = new URL(request.url, 'http://x');
    const { date, authorization } = request.headers;
    const params = Object.fromEntries(searchParams);
    const wanted = signV5(ikey, skey, request.method, host, pathname, params, date, body);
    const isRight = authorization === wanted && request.headers.host === host;
    tally[isRight ? 'right' : 'wrong']++;
    const number = params.number ?? JSON.parse(body || '{}').number;
    response.writeHead(isRight ? 200 : 401, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ stat: 'OK', response: { number } }));
  });
  server.keepAliveTimeout = 120_000;
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  process.on('SIGTERM', () => {
    console.log(JSON.stringify(tally));
    process.exit(0);
  });
}

const addon = `import duo_client, email.utils, urllib.parse
from duo_client import client

class Sign:
    def request(self, flow):
        request = flow.request
        request.host_header = ${JSON.stringify(host)}
        path, _, query = request.path.partition('?')
        date = email.utils.formatdate()
        params = {name: [value.encode() for value in values]
                  for name, values in urllib.parse.parse_qs(query, True).items()}
        request.headers['Date'] = date
        request.headers['Authorization'] = client.sign(
            ${JSON.stringify(ikey)}, ${JSON.stringify(skey)}, request.method, ${JSON.stringify(host)}, path, date,
            5, params, request.get_text() if request.raw_content else '')

addons = [Sign()]
`;

/** mitmproxy with its addon; \`undefined\` where it cannot be had. */
function mitmproxy() {
  const folder = join(tools, 'mitmproxy');
  const program = join(folder, 'bin', 'mitmdump');
  if (!existsSync(program)) {
    say('Installing mitmproxy into .tools/mitmproxy');
    const make = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
    const made =
      make('python3', ['-m', 'venv', folder]) &&
      make(join(folder, 'bin', 'pip'), ['install', '-q', 'mitmproxy==11.0.2', 'duo_client==5.7.0']);
    if (!made) return undefined;
  }
  const script = join(tmpdir(), 'duo-sign-bench-addon.py');
  writeFileSync(script, addon);
  return (port, upstream) =>
    spawn(
      program,
      ['-q', '--mode', `reverse:${upstream}`, '-p', String(port), '-s', script, '--set']
        .concat(`confdir=${join(tmpdir(), 'duo-sign-bench')}`)
        .concat(['--set', 'keep_host_header=true']),
      { stdio: 'ignore' },
    );
}

/** The memory that a process has now, and the most that it has had, in MB. */
export function memory({ pid }) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [now, peak] = ['VmRSS', 'VmHWM'].map((name) =>
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]),
  );
  return { now: now / 1024, peak: peak / 1024 };
}

/** So many clients, each with one request at a time, for so many seconds; together at most `rate` a second. */
async function load(port, { clients, seconds, rate }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
  const times = [];
  const found = { answers: 0, errors: 0, wrong: 0, lost: 0 };
  const end = Date.now() + seconds * 1000;
  let number = 0;
  const once = () =>
    new Promise((resolve) => {
      const own = `${++number}`;
      const isPost = number % 4 === 0;
      const path = isPost ? '/admin/v1/users' : `/admin/v1/users?limit=10&number=${own}`;
      const headers = isPost ? { 'Content-Type': 'application/json' } : {};
      const started = performance.now();
      const settle = (kind) => {
        found[kind]++;
        times.push(performance.now() - started);
        resolve();
      };
      const options = { host: '127.0.0.1', port, path, method: isPost ? 'POST' : 'GET' };
      const request = http.request({ ...options, headers, agent }, async (response) => {
        try {
          let text = '';
          for await (const chunk of response) text += chunk;
          if (response.statusCode === 401) settle('wrong');
          else if (response.statusCode !== 200) settle('errors');
          else settle(JSON.parse(text).response.number === own ? 'answers' : 'lost');
        } catch {
          settle('lost');
        }
      });
      request.setTimeout(30_000, () => request.destroy());
      request.on('error', () => settle('errors'));
      request.end(isPost ? JSON.stringify({ username: 'narroway', number: own }) : undefined);
    });
  const pause = rate && (1000 * clients) / rate;
  const client = async (_, index) => {
    if (pause) await sleep((pause * index) / clients);
    while (Date.now() < end) await Promise.all([once(), pause && sleep(pause)]);
  };
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.floor(times.length * share)];
  return { ...found, rate: found.answers / seconds, median: at(0.5), p99: at(0.99) };
}

/** Loads a proxy; `watch` gets its process before. */
export async function measure(name, start, { watch, ...options }) {
  const upstream = spawn(process.execPath, [file, '--serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: upstream.stdout });
  const [behind] = await once(lines, 'line');
  const port = await freePort();
  const child = start(port, `http://127.0.0.1:${behind}`);
  try {
    for (let i = 0; ; i++) {
      try {
        await fetch(`http://127.0.0.1:${port}/auth/v2/check`);
        break;
      } catch {
        if (i === 100) throw new Problem(`${name} does not start`);
        await sleep(100);
      }
    }
    watch?.(child);
    return { name, ...(await load(port, options)), peak: memory(child).peak };
  } finally {
    child.kill();
    upstream.kill();
  }
}

/** `duo-sign proxy` before this server. */
export function duoSignProxy(port, upstream) {
  const cli = join(root, 'pkg', 'dist', 'cli.js');
  const env = { PATH: process.env.PATH, DUO_IKEY: ikey, DUO_SKEY: skey, DUO_HOST: host };
  const args = [cli, 'proxy', '--port', String(port), '--upstream', upstream];
  return spawn(process.execPath, args, { env, stdio: 'ignore' });
}

await whenCalled(import.meta.url, async () => {
  const { values } = parseArgs({
    options: {
      serve: { type: 'boolean' },
      json: { type: 'boolean' },
      clients: { type: 'string', default: '200' },
      seconds: { type: 'string', default: '60' },
    },
  });
  if (values.serve) return serve();
  await setup();
  await build();
  if (!existsSync(python)) throw new Problem('run npm run setup first');
  const options = { clients: Number(values.clients), seconds: Number(values.seconds) };
  const subjects = {
    'duo-sign proxy': duoSignProxy,
    mitmproxy: mitmproxy(),
  };
  say(`${options.clients} clients for ${options.seconds} s, three GET to one POST`);
  const rows = [];
  for (const [name, start] of Object.entries(subjects)) {
    if (!start) say(`${name} cannot be installed here`);
    else rows.push(await measure(name, start, options));
  }
  if (values.json) return console.log(JSON.stringify(rows, null, 2));
  for (const { name, answers, errors, wrong, lost, rate, median, p99, peak } of rows) {
    console.log(`\n  ${name}`);
    console.log(`    ${answers} answers, ${rate.toFixed(0)} a second`);
    console.log(`    ${errors} errors, ${wrong} wrong signatures, ${lost} lost answers`);
    console.log(`    median ${median.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`);
    console.log(`    ${peak.toFixed(0)} MB of memory at most`);
  }
});
