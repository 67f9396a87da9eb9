// The tests of Duo's own clients, with this package in the place of what they canonicalise and sign.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from '../../tools/build.mjs';
import { Problem, python, root, run, say, tools, whenCalled } from '../../tools/run.mjs';
import { once as onlyOnce, setup } from '../../tools/setup.mjs';

const here = join(root, 'tests', 'peers');
const folder = join(tools, 'peers');
const sources = join(folder, 'sources');
const site = join(folder, 'site');

const suites = {
  'duo_client 5.7.0': (isOurs) => pythonSuite('duo_client-5.7.0', 'tests', isOurs),
  'duo_hmac 0.1.0': (isOurs) => pythonSuite('duo_hmac-0.1.0', 'test', isOurs),
  '@duosecurity/duo_api 1.5.0': nodeSuite,
};

const noDate = 'its date is the text Date String: here that is an error';
/** Why a test passes with their code, and not with this package. */
const reasons = {
  'tests.test_client.TestCanonicalize.test_invalid_signature_version_raises':
    "it gives a text as parameters, and wants duo_client's own words for version 999",
  'test_canonicalization.TestGenerateCanonicalStringBasics.test_get_no_parameter': noDate,
  'test_canonicalization.TestGenerateCanonicalStringBasics.test_host_capitalization': noDate,
  'test_canonicalization.TestGenerateCanonicalStringBasics.test_method_capitalization': noDate,
  'test_canonicalization.TestGenerateCanonicalStringBasics.test_post_no_parameter': noDate,
};

export async function testPeers() {
  await fetchSources();
  say("Running the tests of Duo's clients as they are, and with this package inside");
  const rows = [];
  const failing = [];
  const wrong = [];
  for (const [suite, run] of Object.entries(suites)) {
    const theirs = await run(false);
    const { calls, tests } = await run(true);
    const names = Object.keys(theirs.tests);
    const passing = (results) => names.filter((name) => results[name] === null);
    rows.push({
      suite,
      tests: names.length,
      'pass as they are': passing(theirs.tests).length,
      'pass with this package': passing(tests).length,
      'calls of it': calls,
    });
    if (theirs.calls > 0 || calls === 0) {
      wrong.push(`${suite} has to call this package where it is inside, and nowhere else`);
    }
    for (const test of names) {
      const isExplained = test in reasons;
      if (tests[test] === null) {
        if (isExplained) wrong.push(`${test} passes: take it off the list of reasons`);
        continue;
      }
      const why = theirs.tests[test] ? `fails as it is: ${theirs.tests[test]}` : reasons[test];
      failing.push({ test, why });
      if (!why) wrong.push(`${suite}, ${test}: ${tests[test]}`);
    }
  }
  console.table(rows);
  for (const { test, why } of failing) console.log(`  ${test}\n    ${why}`);
  if (wrong.length > 0) throw new Problem(wrong.join('\n'));
}

/** Their sources, by version and hash, and what the tests import. */
async function fetchSources() {
  mkdirSync(folder, { recursive: true });
  const requirements = join('tests', 'peers', 'requirements.txt');
  await onlyOnce('peers-python', requirements, sources, async () => {
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
  await onlyOnce('peers-npm', lock, join(folder, 'node_modules'), async () => {
    say("Installing what the tests of Duo's Node client need");
    for (const name of ['package.json', 'package-lock.json']) {
      cpSync(join(here, name), join(folder, name));
    }
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await run('npm', args, { cwd: folder });
  });
}

async function pythonSuite(name, tests, isOurs) {
  const server = isOurs ? [process.execPath, join(here, 'ours.mjs')] : [];
  const args = [join(here, 'suites.py'), join(sources, name), tests, ...server];
  // The site has freezegun and pytz; the sources come first.
  const text = await printed(python, args, { PYTHONPATH: site, PYTHONDONTWRITEBYTECODE: '1' });
  return JSON.parse(text.trim().split('\n').pop());
}

/** The npm package has its tests with it, and package-lock.json its hash. */
async function nodeSuite(isOurs) {
  const manifest = createRequire(import.meta.url).resolve('@duosecurity/duo_api/package.json');
  const copy = join(folder, 'node_modules', '@duosecurity', 'duo_api');
  rmSync(copy, { recursive: true, force: true });
  cpSync(dirname(manifest), copy, { recursive: true });
  const mocha = join(folder, 'node_modules', 'mocha', 'bin', 'mocha.js');
  const inside = isOurs ? ['--require', join(here, 'replace.cjs')] : [];
  const args = ['--reporter', 'json', ...inside, join(copy, 'tests', '*.js')];
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
  const closed = once(child, 'close');
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  const [code] = await closed;
  if (code !== 0) throw new Problem(`${program} ended with ${code}`);
  return text;
}

await whenCalled(import.meta.url, async () => {
  await setup();
  await build();
  await testPeers();
});
