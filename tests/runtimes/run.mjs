// The packed package in every runtime: the tarball is installed into a folder of its own, where each
// runtime gets the shared suite. What the machine does not have is named as not run.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../../tools/build.mjs';
import { Problem, root, say, tools, whenCalled } from '../../tools/run.mjs';
import { setup } from '../../tools/setup.mjs';
import { startEndpoint } from '../js/oracle.mjs';
import { NotHere, stopAll } from './browsers.mjs';
import { examples } from './examples.mjs';
import { lint } from './lint.mjs';
import { runtimes } from './runtimes.mjs';
import { startServer } from './server.mjs';

const ikey = 'DIWJ8X6AEYOR5OMC6TQ1';
const skey = 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep';
const here = import.meta.dirname;

/** Tests the package in `pkg/`, in the runtimes whose names contain `filter`. */
export async function testRuntimes(filter = '') {
  const vectors = JSON.parse(readFileSync(join(here, '..', 'vectors', 'signing.json'), 'utf8'));
  // Beside the node_modules of the runtimes, where Node.js looks for what a project lacks.
  const folder = mkdtempSync(join(tools, 'runtimes', 'projects-'));
  const endpoint = await startEndpoint({ [ikey]: skey });
  const server = await startServer(folder, endpoint);
  try {
    say('Testing the packed package in every runtime');
    lint(folder, install(folder));
    const keys = { ikey, skey, host: server.host };
    writeProjects(folder, keys, vectors);
    const documented = readTable(Object.keys(runtimes));
    const context = { folder, server, endpoint, keys, vectors, documented };
    const tally = { passed: [], failed: [], notRun: [] };
    await runAll(runtimes, context, filter, tally, checkReport);
    await runAll(examples, context, filter, tally, () => 'a signed call, accepted');
    const { passed, failed, notRun } = tally;
    say(`${passed.length} passed; not run: ${notRun.join('; ') || 'none'}`);
    if (Object.values(tally).flat().length === 0) throw new Problem(`nothing is called ${filter}`);
    if (failed.length > 0) throw new Problem(`failed: ${failed.join('; ')}`);
  } finally {
    await stopAll();
    server.stop();
    await endpoint.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Runs one after the other, and prints a line for each. */
async function runAll(all, context, filter, tally, judge) {
  for (const [name, run] of Object.entries(all)) {
    if (!name.includes(filter)) continue;
    const line = (text) => console.log(`  ${name.padEnd(45)} ${text}`);
    try {
      line(judge(await withTimeout(run(context, name)), context, name));
      tally.passed.push(name);
    } catch (error) {
      const isNotHere = error instanceof NotHere;
      line(isNotHere ? `not run: ${error.message}` : `FAILED: ${error.message}`);
      tally[isNotHere ? 'notRun' : 'failed'].push(name);
    }
  }
}

function withTimeout(promise) {
  const minutes = 5;
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no report in ${minutes} minutes`)),
      minutes * 60_000,
    );
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function checkReport(report, { vectors, documented }, name) {
  const { passed, failed, core, answers, expected = {} } = report;
  if (failed.length > 0) throw new Error(`${failed.length} failures, the first: ${failed[0]}`);
  if (passed !== vectors.length) throw new Error(`${passed} of ${vectors.length} vectors ran`);
  const wanted = { core: 'wasm', answers: [200, 'v5'], ...expected };
  for (const [name, value] of Object.entries({ core, answers })) {
    const [is, should] = [value, wanted[name]].map((it) => JSON.stringify(it));
    if (is !== should) throw new Error(`${name} is ${is}, expected ${should}`);
  }
  if (documented.get(name) !== core)
    throw new Error(`docs/runtimes.md does not say that it has ${core}`);
  const calls = answers ? 'calls accepted' : 'no network';
  return `${passed} vectors passed, ${core}, ${calls}`;
}

/** The table of runtimes in docs/runtimes.md: the core of each. It must have those that are tested. */
function readTable(names) {
  const page = readFileSync(join(root, 'docs', 'runtimes.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (.+?) \| (WebAssembly|JavaScript)\b.* \|$/gm)];
  const cores = { WebAssembly: 'wasm', JavaScript: 'js' };
  const table = new Map(rows.map(([, name, core]) => [name, cores[core]]));
  if (String([...table.keys()]) === String(names)) return table;
  throw new Problem(`the table of docs/runtimes.md must have: ${names.join('; ')}`);
}

/** Packs pkg/, and installs the tarball as a user does. Gives what npm says of the tarball. */
function install(folder) {
  writeFileSync(join(folder, 'package.json'), '{ "name": "projects", "private": true }\n');
  const npm = (...args) =>
    execFileSync('npm', [...args, '--loglevel=error'], { cwd: folder, encoding: 'utf8' });
  // An array, and an object by name from npm 12 on.
  const [packed] = Object.values(JSON.parse(npm('pack', join(root, 'pkg'), '--json')));
  npm('install', '--no-audit', '--no-fund', '--no-package-lock', join(folder, packed.filename));
  return packed;
}

/** The fixtures and examples, with the suite, its vectors and the keys beside them. */
function writeProjects(folder, keys, vectors) {
  cpSync(join(here, 'fixtures'), folder, { recursive: true });
  cpSync(join(root, 'examples'), join(folder, 'examples'), { recursive: true });
  cpSync(join(here, '..', 'js', 'suite.mjs'), join(folder, 'suite.mjs'));
  for (const [name, value] of Object.entries({ keys, vectors })) {
    writeFileSync(join(folder, `${name}.mjs`), `export default ${JSON.stringify(value)};\n`);
  }
  // One Next.js application holds the fixture and the example: building takes long.
  cpSync(join(root, 'examples', 'vercel', 'app'), join(folder, 'next', 'app'), { recursive: true });
}

await whenCalled(import.meta.url, async () => {
  await setup({ all: true });
  await build();
  await testRuntimes(process.argv[2]);
});
