// The structure of the crate: modules import from where a thing is defined, and in no circle.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem, root, whenCalled } from './run.mjs';

const src = join(root, 'src');

/** The top-level modules, each with what it uses of the others outside of its tests. */
function readModules() {
  const modules = new Map();
  const reExports = [];
  for (const file of readdirSync(src, { recursive: true }).sort()) {
    if (!file.endsWith('.rs') || file === 'lib.rs') continue;
    const name = file.split(/[\\/.]/)[0];
    const used = modules.get(name) ?? modules.set(name, new Set()).get(name);
    for (const path of paths(readFileSync(join(src, file), 'utf8'))) {
      if (/^[A-Z]/.test(path)) reExports.push({ file: file.replaceAll('\\', '/'), path });
      else if (path !== name) used.add(path);
    }
  }
  return { modules, reExports };
}

/** What follows `crate::` in code; comments and the module of tests are left out. */
function paths(text) {
  const [code] = text.replace(/\/\/.*$/gm, '').split(/^#\[cfg\(test\)\]\nmod /m);
  const after = [...code.matchAll(/\bcrate::(\w+|\{[^;]*\};)/g)].map(([, it]) => it);
  return after.flatMap((it) => {
    if (!it.startsWith('{')) return [it];
    // The first name of each path in the braces, whatever braces it has in turn.
    const flat = it.slice(1, -2).replace(/\{[^{}]*\}/g, '');
    return flat.split(',').flatMap((path) => path.trim().match(/^\w+/) ?? []);
  });
}

/** One circle among the modules, as a path that ends where it starts. */
function findCircle(modules) {
  const done = new Set();
  const visit = (name, path) => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const next of modules.get(name) ?? []) {
      const circle = visit(next, [...path, name]);
      if (circle) return circle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of modules.keys()) {
    const circle = visit(name, []);
    if (circle) return circle;
  }
  return undefined;
}

export function checkStructure() {
  const { modules, reExports } = readModules();
  if (reExports.length > 0) {
    const list = reExports.map(({ file, path }) => `\n  ${file}: crate::${path}`);
    throw new Problem(`import from the module that defines it:${list.join('')}`);
  }
  const circle = findCircle(modules);
  if (circle) throw new Problem(`modules use each other in a circle: ${circle.join(' -> ')}`);
}

await whenCalled(import.meta.url, checkStructure);
