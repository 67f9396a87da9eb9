// The tests of Duo's own clients, with this package in the place of what they canonicalise and sign.

import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from '../../tools/build.mjs';
import { Problem, python, root, run, say, tools, whenCalled } from '../../tools/run.mjs';
import { once, setup } from '../../tools/setup.mjs';

const here = join(root, 'tests', 'peers');
const folder = join(tools, 'peers');
const sources = join(folder, 'sources');
const site = join(folder, 'site');

/** Why a test of theirs does not pass: all others have to. */
const reasons = {};

export async function testPeers() {
  await fetchSources();
  say("Running the tests of Duo's clients with this package inside");
  const suites = [
    ['duo_client 5.7.0', await pythonSuite('duo_client-5.7.0', 'tests')],
    ['duo_hmac 0.1.0', await pythonSuite('duo_hmac-0.1.0', 'test')],
    ['@duosecurity/duo_api 1.5.0', await nodeSuite()],
  ];
  const rows = [];
  const wrong = [];
  for (const [suite, { calls, tests }] of suites) {
    const all = Object.entries(tests);
    const failed = all.filter(([, error]) => error !== null);
    rows.push({
      suite,
      tests: all.length,
      passed: all.length - failed.length,
      'calls of ours': calls,
    });
    if (calls === 0) wrong.push(`${suite} never calls this package`);
    for (const [name, error] of failed) {
      if (!(name in reasons)) wrong.push(`${suite}, ${name}: ${error}`);
    }
  }
  console.table(rows);
  const results = Object.assign({}, ...suites.map(([, { tests }]) => tests));
  const explained = Object.entries(reasons).map(([test, reason]) => ({ test, reason }));
  if (explained.length > 0) console.table(explained);
  for (const { test } of explained) {
    if (!results[test]) wrong.push(`${test} passes, or is gone: take it off the list of reasons`);
  }
  if (wrong.length > 0) throw new Problem(wrong.join('\n'));
}

/** Their sources, by version and hash, and what the tests import. */
async function fetchSources() {
  mkdirSync(folder, { recursive: true });
  const requirements = join('tests', 'peers', 'requirements.txt');
  await once('peers-python', requirements, sources, async () => {
    say("Fetching the sources of Duo's Python clients");
    for (const path of [sources, site]) rmSync(path, { recursive: true, force: true });
    const pip = ['-m', 'pip', '--quiet', '--disable-pip-version-check'];
    const hashed = ['--require-hashes', '--no-deps', '--requirement', requirements];
    // Only source distributions have the tests.
    const clients = ['--no-binary', 'duo_client,duo_hmac'];
    const archives = join(folder, 'archives');
    await run(python, [...pip, 'download', ...clients, ...hashed, '--dest', archives]);
    await run(python, [...pip, 'install', ...clients, ...hashed, '--target', site]);
    mkdirSync(sources);
    for (const name of readdirSync(archives).filter((it) => it.endsWith('.tar.gz'))) {
      await run('tar', ['-xzf', join(archives, name), '-C', sources]);
    }
  });
  const lock = join('tests', 'peers', 'package-lock.json');
  await once('peers-npm', lock, join(folder, 'node_modules'), async () => {
    say("Installing what the tests of Duo's Node client need");
    for (const name of ['package.json', 'package-lock.json']) {
      cpSync(join(here, name), join(folder, name));
    }
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await run('npm', args, { cwd: folder });
  });
}

async function pythonSuite(name, tests) {
  const server = [process.execPath, join(here, 'ours.mjs')];
  const args = [join(here, 'suites.py'), join(sources, name), tests, ...server];
  // The site has freezegun and pytz; the sources come first.
  const text = await printed(python, args, { PYTHONPATH: site, PYTHONDONTWRITEBYTECODE: '1' });
  return JSON.parse(text.trim().split('\n').pop());
}

/** The npm package has its tests with it, and package-lock.json its hash. */
async function nodeSuite() {
  const manifest = createRequire(import.meta.url).resolve('@duosecurity/duo_api/package.json');
  const copy = join(folder, 'node_modules', '@duosecurity', 'duo_api');
  rmSync(copy, { recursive: true, force: true });
  cpSync(dirname(manifest), copy, { recursive: true });
  const mocha = join(folder, 'node_modules', 'mocha', 'bin', 'mocha.js');
  const replace = join(here, 'replace.cjs');
  const args = ['--reporter', 'json', '--require', replace, join(copy, 'tests', '*.js')];
  const { stdout, output } = spawnSync(process.execPath, [mocha, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    env: { ...process.env, DUO_API: copy },
  });
  const { passes, failures } = JSON.parse(stdout.slice(stdout.indexOf('{')));
  const failed = failures.map(({ fullTitle, err }) => [fullTitle, err.message]);
  const tests = Object.fromEntries([
    ...passes.map(({ fullTitle }) => [fullTitle, null]),
    ...failed,
  ]);
  return { calls: Number(output[3]), tests };
}

async function printed(program, args, env) {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  if (child.exitCode ?? 0) throw new Problem(`${program} ended with ${child.exitCode}`);
  return text;
}

await whenCalled(import.meta.url, async () => {
  await setup();
  await build();
  await testPeers();
});
