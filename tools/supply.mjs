// What the project is made of: licences, duplicates and sources of the crates by cargo-deny, and published
// advisories where their databases can be reached.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkLocks } from './locks.mjs';
import { Problem, root, run, say, tools, whenCalled } from './run.mjs';
import { installProgram } from './setup.mjs';

const version = '0.20.2';
const deny = join(tools, 'cargo', 'bin', 'cargo-deny');

export async function checkSupply() {
  checkLocks();
  await installProgram('cargo-deny', version, '--locked');
  const checks = ['licenses', 'bans', 'sources'];
  if (await isReachable('https://github.com/RustSec/advisory-db')) checks.push('advisories');
  else say('Not checked: the advisories on crates are at github.com, which cannot be reached here');
  for (const folder of [root, join(root, 'fuzz')]) {
    say(`Checking ${checks.join(', ')} of the crates in ${folder}`);
    // Each graph alone: what one allows and only the other has is no finding.
    const args = ['--locked', '--config', join(root, 'deny.toml'), 'check'];
    const quiet = ['license-not-encountered', 'license-exception-not-encountered'];
    await run(deny, [...args, ...quiet.flatMap((it) => ['--allow', it]), ...checks], {
      cwd: folder,
    });
  }
  say('Looking for advisories on npm packages');
  const { stdout } = spawnSync('npm', ['audit', '--json'], { cwd: root, encoding: 'utf8' });
  const { vulnerabilities } = JSON.parse(stdout);
  if (!vulnerabilities) say('Not checked: the registry of npm packages answers no questions');
  const affected = Object.keys(vulnerabilities ?? {});
  if (affected.length > 0) throw new Problem(`npm audit names ${affected.join(', ')}`);
}

async function isReachable(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(10_000) })).ok;
  } catch {
    return false;
  }
}

await whenCalled(import.meta.url, checkSupply);
