// Duo's Python clients, as a local endpoint and as a source of expected values.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
export const python = file('../../.tools/python/bin/python');

/**
 * Starts the endpoint for these keys, `{ ikey: skey }`. Gives its ports, the file with its
 * certificate authority, the keys, and `stop`.
 */
export async function startEndpoint(keys) {
  const child = spawn(python, [file('../oracle/serve.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.write(`${JSON.stringify({ keys })}\n`);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const stop = async () => {
    child.stdin.end();
    await once(child, 'close');
  };
  return { ...JSON.parse(line), keys, stop };
}

/** What Duo's Python clients make of these cases; see tests/oracle/expect.py. */
export async function expected(cases) {
  const child = spawn(python, [file('../oracle/expect.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(cases.map((it) => `${toPython(it)}\n`).join(''));
  const results = [];
  for await (const line of createInterface({ input: child.stdout })) results.push(JSON.parse(line));
  if (results.length !== cases.length) throw new Error('expect.py stopped early');
  return results;
}

/** Runs one of the scripts beside serve.py, and gives what it prints as JSON. */
export async function runPython(script, ...args) {
  const child = spawn(python, [file(`../oracle/${script}`), ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  return JSON.parse(text);
}

/** JSON in which Python finds an int where JavaScript has a safe integer or a bigint, else a float. */
function toPython(value) {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? String(value) : value.toExponential();
  }
  if (Array.isArray(value)) return `[${value.map(toPython)}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${toPython(member)}`)}}`;
}
