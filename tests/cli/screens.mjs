// What the command line shows on a terminal, compared with screens/. After a change that is meant, look at
// what `node tests/cli/screens.mjs --write` makes of them.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { python, root, whenCalled } from '../../tools/run.mjs';
import { startEndpoint } from '../js/oracle.mjs';

const ikey = 'DIWJ8X6AEYOR5OMC6TQ1';
const skey = 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep';
const host = 'api-1a2b3c4d.duosecurity.com';
const folder = join(import.meta.dirname, 'screens');

/** Runs a program on a terminal of 100 columns, and prints what it shows. */
const terminal = `import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack('HHHH', 30, 100, 0, 0))
    os.execv(sys.argv[1], sys.argv[1:])
shown = b''
try:
    while chunk := os.read(fd, 65536):
        shown += chunk
except OSError:
    pass
_, status = os.waitpid(pid, 0)
sys.stdout.write(shown.decode() + 'exit code ' + str(os.waitstatus_to_exitcode(status)) + '\\n')
`;

/** By the name of the screen: the arguments, and what else there is in the environment. */
const screens = ({ refused, right, ca, port }) => ({
  help: [['--help']],
  'help sign': [['sign', '--help']],
  'help call': [['call', '--help']],
  'help check': [['check', '--help']],
  'help diagnose': [['diagnose', '--help']],
  'help serve': [['serve', '--help']],
  'help proxy': [['proxy', '--help']],
  'a mistyped command': [['daignose']],
  'a mistyped option': [['sign', 'GET', '/x', '--formt', 'curl']],
  'a key on the command line': [['check', '--skey', 'abc']],
  sign: [['sign', 'POST', '/admin/v1/users', 'username=Zoë', 'n:=1']],
  'diagnose a lost query': [['diagnose', refused, '--params', 'limit=10&username=narroway']],
  'diagnose a right request': [['diagnose', right], { NO_COLOR: '1' }],
  'call dry': [['call', 'POST', '/admin/v1/users', 'username=narroway', '--dry-run']],
  call: [['call', 'GET', '/auth/v2/check', '--cacert', ca], { DUO_HOST: `127.0.0.1:${port}` }],
  'call refused': [
    ['call', 'GET', '/auth/v2/check', '--cacert', ca],
    { DUO_HOST: `127.0.0.1:${port}`, DUO_SKEY: 'x'.repeat(40) },
  ],
  check: [['check', '--cacert', ca], { DUO_HOST: `127.0.0.1:${port}` }],
  'check without a network': [['check'], { DUO_HOST: '127.0.0.1:1' }],
  'proxy for others': [['proxy', '--listen', '0.0.0.0']],
});

/** What differs from run to run, by its name; ESC as `\e`. */
const settled = (shown, files) =>
  files
    .reduce((text, [path, name]) => text.replaceAll(path, name), shown)
    // The search is shown as often as it takes long.
    .replace(/(\r[^\r\n]*)+(?=\r.\[K)/g, '')
    .replace(/\w{3}, \d\d \w{3} \d{4} [\d:]{8} [+-]\d{4}/g, '<date>')
    .replace(/Basic [\w+/=]+/g, 'Basic <token>')
    .replace(/\b[0-9a-f]{128}\b/g, '<hash>')
    .replace(/127\.0\.0\.1:\d{4,5}/g, '127.0.0.1:<port>')
    .replaceAll('\u001b', '\\e')
    .replaceAll('\r\n', '\n');

/** Compares every screen of this program, one or more words, or writes them anew. */
export async function testScreens(program, { write = false } = {}) {
  const place = mkdtempSync(join(tmpdir(), 'duo-sign-screens-'));
  const endpoint = await startEndpoint({ [ikey]: skey });
  // Once it is built.
  const { signRequest } = await import('duo-sign');
  try {
    const script = join(place, 'terminal.py');
    writeFileSync(script, terminal);
    const date = 'Tue, 21 Aug 2012 17:29:18 -0000';
    const params = { limit: 10, username: 'narroway' };
    const signed = signRequest('GET', host, '/admin/v1/users', params, date, { ikey, skey });
    const text = ({ url, headers }) =>
      ['curl', `'${url}'`, ...Object.entries(headers).map((it) => `-H '${it.join(': ')}'`)].join(
        ' ',
      );
    const [right, refused] = ['right', 'refused'].map((it) => join(place, `${it}.txt`));
    writeFileSync(right, text(signed));
    writeFileSync(refused, text({ ...signed, url: signed.url.split('?')[0] }));
    const given = { right, refused, ca: endpoint.ca, port: endpoint.https };
    const files = [
      [right, 'right.txt'],
      [refused, 'refused.txt'],
      [endpoint.ca, 'ca.pem'],
    ];
    const all = Object.entries(screens(given));
    if (write) mkdirSync(folder, { recursive: true });
    for (const [name, [args, env]] of all) {
      const { stdout } = await promisify(execFile)(python, [script, ...[program].flat(), ...args], {
        env: {
          ...{ PATH: process.env.PATH, TERM: 'xterm-256color' },
          ...{ DUO_IKEY: ikey, DUO_SKEY: skey, DUO_HOST: host },
          ...env,
        },
      });
      assert.ok(!stdout.includes(skey), name);
      const shown = settled(stdout, files);
      const file = join(folder, `${name}.txt`);
      if (write) writeFileSync(file, shown);
      else assert.equal(shown, readFileSync(file, 'utf8'), name);
    }
    const there = readdirSync(folder).sort();
    assert.deepEqual(there, all.map(([name]) => `${name}.txt`).sort());
  } finally {
    await endpoint.stop();
    rmSync(place, { recursive: true, force: true });
  }
}

await whenCalled(import.meta.url, () =>
  testScreens([process.execPath, join(root, 'pkg', 'dist', 'cli.js')], {
    write: process.argv.includes('--write'),
  }),
);
