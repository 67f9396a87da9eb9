// What the lock files of npm may say: packages of the registry alone, each with its hash, and no program that
// runs when one is installed but those named here. Needs no network.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem, root, whenCalled } from './run.mjs';

/** The lock files, each with the packages in it that have install scripts: each of these is a decision. */
const allowed = {
  // Makes the command its binary instead of a program that starts it.
  'package-lock.json': ['esbuild'],
  // Installed with --ignore-scripts: nothing runs.
  'tests/runtimes/package-lock.json': ['@parcel/watcher', 'bun', 'deno', 'esbuild', 'workerd'],
  'tests/peers/package-lock.json': [],
  'docs/package-lock.json': [],
};

/** Where a package may come from. Without an address it is the registry that npm is set to. */
const registry = 'https://registry.npmjs.org/';

export function checkLocks() {
  const wrong = [];
  for (const [file, names] of Object.entries(allowed)) {
    const { packages } = JSON.parse(readFileSync(join(root, file), 'utf8'));
    wrong.push(...problems(packages, names).map((it) => `${file}: ${it}`));
  }
  if (wrong.length > 0) throw new Problem(wrong.join('\n'));
}

/** What is wrong with the packages of a lock file, of which `scripts` may have install scripts. */
export function problems(packages, scripts) {
  const wrong = [];
  const left = new Set(scripts);
  for (const [path, it] of Object.entries(packages)) {
    if (path === '') continue;
    const name = path.replace(/^.*node_modules\//, '');
    if (!/^\d+\.\d+\.\d+/.test(it.version)) wrong.push(`${name} is no version of a registry`);
    if (it.link) wrong.push(`${name} is a link`);
    // What a package bundles is within its hash.
    if (!it.inBundle && !/^sha512-[\w+/]{86}==$/.test(it.integrity)) {
      wrong.push(`${name} has no SHA-512`);
    }
    if (it.resolved && !it.resolved.startsWith(registry))
      wrong.push(`${name} is from ${it.resolved}`);
    if (!it.hasInstallScript) continue;
    if (!scripts.includes(name))
      wrong.push(`${name} has an install script, and is not in tools/locks.mjs`);
    left.delete(name);
  }
  return [
    ...wrong,
    ...[...left].map((name) => `${name} has no install script: tools/locks.mjs says so`),
  ];
}

await whenCalled(import.meta.url, checkLocks);
