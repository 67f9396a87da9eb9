// Running programs, and saying so.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Downloaded and compiled tools, kept from run to run. */
export const tools = join(root, '.tools');
export const python = join(tools, 'python', 'bin', 'python');
/** A program of an npm package. */
export const bin = (name) => join(root, 'node_modules', '.bin', name);
export const wasmTarget = 'wasm32-unknown-unknown';
/** The names that Chromium has: the first that is installed is used. */
export const chromium = ['chromium', 'chromium-browser', 'google-chrome'];
export const wasmBindgen = join(tools, 'cargo', 'bin', 'wasm-bindgen');

/** An error that needs no stack: the message says it all. */
export class Problem extends Error {}

export function say(text) {
  console.log(process.stdout.isTTY ? `\x1b[1m▸ ${text}\x1b[0m` : `▸ ${text}`);
}

/** Runs a program with its output shown; throws unless it ends with 0. */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: 'inherit',
      ...options,
      env: { ...process.env, ...options.env },
    });
    child.on('error', (error) => reject(new Problem(`${program} cannot be run: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Problem(`${[program, ...args].join(' ')} ended with ${signal ?? code}`));
    });
  });
}

/** What a program prints, or `undefined` when it cannot be run or fails. */
export function output(program, args) {
  const { status, stdout } = spawnSync(program, args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** A port of this machine that nobody listens on. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

/** Runs `main` when the file is called itself, and prints a Problem as one line. */
export async function whenCalled(url, main) {
  if (process.argv[1] !== fileURLToPath(url)) return;
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Problem ? `✗ ${error.message}` : error);
    process.exitCode = 1;
  }
}
