// The structure of the crate: modules import from where a thing is defined, and in no circle.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem, root, whenCalled } from './run.mjs';

const src = join(root, 'src');

/** The path of a module, such as `['parse', 'curl']`, and its code. */
function readModules() {
  const files = readdirSync(src, { recursive: true }).sort();
  return files
    .filter((file) => file.endsWith('.rs') && file !== 'lib.rs')
    .map((file) => {
      const names = file.replace(/\.rs$/, '').split(/[\\/]/);
      const isRoom = names.at(-1) === 'mod';
      return {
        names: isRoom ? names.slice(0, -1) : names,
        isRoom,
        code: codeOf(readFileSync(join(src, file), 'utf8')),
      };
    });
}

/** Comments and the module of tests are left out. */
const codeOf = (text) => text.replace(/\/\/.*$/gm, '').split(/^#\[cfg\(test\)\]\nmod /m)[0];

/** What follows `crate::` and `super::` in code, as paths from the crate's root. */
function pathsOf({ names, code }) {
  const found = code.matchAll(
    /\b(crate|(?:super::)*super)::(\w+(?:::\w+)*(?:::\{[^;]*\};)?|\{[^;]*\};)/g,
  );
  return [...found].flatMap(([, start, rest]) => {
    const levels = start.split('::').length;
    const base = start === 'crate' ? [] : names.slice(0, -levels);
    return treeOf(rest.replace(/;$/, '')).map((path) => [...base, ...path]);
  });
}

/** The paths of a tree: `a::{b, c::d}` has `a::b` and `a::c::d`. */
function treeOf(text) {
  const brace = text.indexOf('{');
  if (brace < 0) return [text.trim().split(' as ')[0].split('::')];
  const head = text.slice(0, brace).trim().split('::').filter(Boolean);
  const parts = [''];
  let depth = 0;
  for (const character of text.slice(brace + 1, text.lastIndexOf('}'))) {
    depth += { '{': 1, '}': -1 }[character] ?? 0;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts
    .filter((it) => it.trim())
    .flatMap((it) => treeOf(it))
    .map((it) => [...head, ...it]);
}

/**
 * What the modules of a room use of each other, by the first name within it. The file of the room itself
 * (`mod.rs`) is none of them: its modules share what it defines.
 */
function usesWithin(room, modules) {
  const isWithin = (path) => path.length > room.length && room.every((it, i) => it === path[i]);
  const within = modules.filter(({ names }) => isWithin(names));
  const known = new Set(within.map(({ names }) => names[room.length]));
  const uses = new Map([...known].map((name) => [name, new Set()]));
  for (const module of within) {
    const name = module.names[room.length];
    for (const path of pathsOf(module)) {
      const other = path[room.length];
      if (isWithin(path) && known.has(other) && other !== name) uses.get(name).add(other);
    }
  }
  return uses;
}

/** One circle among the modules, as a path that ends where it starts. */
function findCircle(uses) {
  const done = new Set();
  const visit = (name, path) => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const next of uses.get(name)) {
      const circle = visit(next, [...path, name]);
      if (circle) return circle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of uses.keys()) {
    const circle = visit(name, []);
    if (circle) return circle;
  }
  return undefined;
}

export function checkStructure() {
  const modules = readModules();
  // One name only: it is no module, so it comes from lib.rs.
  const known = new Set(modules.map(({ names }) => names[0]));
  const throughLib = modules.flatMap((module) =>
    pathsOf(module)
      .filter(([first]) => !known.has(first))
      .map((path) => `\n  ${module.names.join('::')}: ${path.join('::')}`),
  );
  if (throughLib.length > 0) {
    throw new Problem(
      `import from the module that defines it, not through lib.rs:${throughLib.join('')}`,
    );
  }
  const rooms = modules.filter(({ isRoom }) => isRoom).map(({ names }) => names);
  for (const room of [[], ...rooms]) {
    const circle = findCircle(usesWithin(room, modules));
    if (!circle) continue;
    const paths = circle.map((name) => [...room, name].join('::'));
    throw new Problem(`modules use each other in a circle: ${paths.join(' -> ')}`);
  }
}

await whenCalled(import.meta.url, checkStructure);
