// The structure of the crate: modules import from where a thing is defined, and in no circle.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem, root, whenCalled } from './run.mjs';

/** Throws when a module of the crate in this folder imports through lib.rs, or a room has a circle. */
export function checkStructure(src = join(root, 'src')) {
  const modules = readModules(src);
  const known = new Set(modules.map(({ names }) => names[0]));
  const throughLib = modules.flatMap(({ names, uses }) =>
    uses
      .filter(([first]) => !known.has(first))
      .map((path) => `\n  ${names.join('::')}: ${path.join('::')}`),
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

/** Each module's path, such as `['parse', 'curl']`, and the paths that it uses, from the crate's root. */
function readModules(src) {
  const files = readdirSync(src, { recursive: true }).sort();
  return files
    .filter((file) => file.endsWith('.rs') && file !== 'lib.rs')
    .map((file) => {
      const names = file.replace(/\.rs$/, '').split(/[\\/]/);
      const isRoom = names.at(-1) === 'mod';
      if (isRoom) names.pop();
      return { names, isRoom, uses: usesOf(names, codeOf(readFileSync(join(src, file), 'utf8'))) };
    });
}

/** Raw text, text, characters and comments; no lifetimes. */
const NO_CODE = /\br(#*)"[\s\S]*?"\1|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[^']+|[^'\\])'|\/\/.*/g;

/** The code alone, without the module of tests, which may use what it likes. */
const codeOf = (text) => text.replace(NO_CODE, '').split(/^#\[cfg\(test\)\]\s*mod /m)[0];

/** What follows `crate::` and `super::`. */
function usesOf(names, code) {
  const uses = code.matchAll(/\b(crate|super(?:::super)*)::((?:\w+::)*)(\w+|\{[^;]*\};)/g);
  return [...uses].flatMap(([, start, path, end]) => {
    const base = start === 'crate' ? [] : names.slice(0, -start.split('::').length);
    return treeOf(path + end.replace(/;$/, '')).map((names) => [...base, ...names]);
  });
}

/** The paths of a tree: `a::{b, c::d}` has `a::b` and `a::c::d`. */
function treeOf(text) {
  const open = text.indexOf('{');
  if (open < 0) return [text.trim().split(' as ')[0].split('::')];
  const head = text.slice(0, open).trim().split('::').filter(Boolean);
  const branches = [''];
  let depth = 0;
  for (const character of text.slice(open + 1, text.lastIndexOf('}'))) {
    depth += { '{': 1, '}': -1 }[character] ?? 0;
    if (character === ',' && depth === 0) branches.push('');
    else branches[branches.length - 1] += character;
  }
  return branches
    .filter((branch) => branch.trim())
    .flatMap(treeOf)
    .map((path) => [...head, ...path]);
}

/**
 * What the modules of a room use of each other, by their names in it. The file of the room itself
 * (`mod.rs`) is not one of them: its modules share what it defines.
 */
function usesWithin(room, modules) {
  const isWithin = (path) => path.length > room.length && room.every((it, i) => it === path[i]);
  const within = modules.filter(({ names }) => isWithin(names));
  const graph = new Map(within.map(({ names }) => [names[room.length], new Set()]));
  for (const { names, uses } of within) {
    const name = names[room.length];
    for (const path of uses.filter(isWithin)) {
      const other = path[room.length];
      if (graph.has(other) && other !== name) graph.get(name).add(other);
    }
  }
  return graph;
}

/** One circle of a graph, as a path that ends where it starts. */
function findCircle(graph) {
  const done = new Set();
  const visit = (name, path) => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const next of graph.get(name)) {
      const circle = visit(next, [...path, name]);
      if (circle) return circle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of graph.keys()) {
    const circle = visit(name, []);
    if (circle) return circle;
  }
  return undefined;
}

await whenCalled(import.meta.url, () => checkStructure());
