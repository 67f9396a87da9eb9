// The packages of the lock files that run a program when they are installed, of which each is a decision.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem, root, whenCalled } from './run.mjs';

const allowed = {
  // Makes the command its binary instead of a program that starts it.
  'package-lock.json': ['esbuild'],
  // Installed with --ignore-scripts: nothing runs.
  'tests/runtimes/package-lock.json': ['@parcel/watcher', 'bun', 'deno', 'esbuild', 'workerd'],
};

export function checkScripts() {
  for (const [file, names] of Object.entries(allowed)) {
    const { packages } = JSON.parse(readFileSync(join(root, file), 'utf8'));
    const having = Object.entries(packages).filter(([, it]) => it.hasInstallScript);
    const found = new Set(having.map(([path]) => path.replace(/^.*node_modules\//, '')));
    const differing = [...found].filter((it) => !names.includes(it));
    differing.push(...names.filter((it) => !found.has(it)));
    if (differing.length > 0) {
      throw new Problem(`${file}: install scripts differ from tools/scripts.mjs: ${differing}`);
    }
  }
}

await whenCalled(import.meta.url, checkScripts);
