// Browsers as a user starts them, without drivers: pages report by themselves.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, output } from '../../tools/run.mjs';

/** Thrown for a runtime that this machine does not have. */
export class NotHere extends Error {}

const browsers = {
  chromium: () => ({
    program: find(chromium),
    args: ['--headless=new', '--no-sandbox', '--no-first-run', '--disable-background-networking'],
  }),
  firefox: () => ({
    program: find(['firefox-esr', 'firefox']),
    args: ['--headless', '--no-remote'],
  }),
  webkit: () => ({
    program: find(
      readdirSync('/usr/lib')
        .filter((name) => name.endsWith('-linux-gnu'))
        .map((name) => join('/usr/lib', name, 'webkit2gtk-4.1', 'MiniBrowser')),
    ),
    args: [],
    needsDisplay: true,
    // Its sandbox needs user namespaces, which containers lack.
    env: { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
  }),
};

/** Opens a page. Gives `close`, and `closed`, a promise for the last that it wrote. */
export async function open(browser, url) {
  const { program, args, env, needsDisplay } = browsers[browser]();
  // A short path: Chromium ends where that of its socket exceeds some 100 characters.
  const home = mkdtempSync('/tmp/duo-sign-');
  const folders = { HOME: home, TMPDIR: home, XDG_CONFIG_HOME: home };
  const display = needsDisplay ? await startDisplay() : undefined;
  const started = start(program, [...args, url], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...folders, ...env, ...display?.env },
  });
  let written = '';
  started.child.stderr.on('data', (data) => {
    written = (written + data).slice(-2000);
  });
  const close = async () => {
    await started.stop();
    await display?.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  return { close, closed: started.closed.then(() => written) };
}

async function startDisplay() {
  const args = ['-displayfd', '1', '-screen', '0', '1024x768x24', '-nolisten', 'tcp'];
  const { child, stop } = start(find(['Xvfb']), args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const [number] = await once(createInterface({ input: child.stdout }), 'line');
  return { env: { DISPLAY: `:${number}` }, stop };
}

/** Starts a program with a process group of its own, so that all of it can be ended. */
export function start(program, args, options) {
  const child = spawn(program, args, { detached: true, ...options });
  const closed = new Promise((resolve) => {
    child.on('error', resolve);
    child.on('close', resolve);
  }).finally(() => running.delete(stop));
  const stop = async () => {
    const isRunning = child.pid && child.exitCode === null && child.signalCode === null;
    if (isRunning) process.kill(-child.pid, 'SIGKILL');
    await closed;
  };
  running.add(stop);
  return { child, stop, closed };
}

const running = new Set();

/** Ends every program that still runs. */
export async function stopAll() {
  await Promise.all([...running].map((stop) => stop()));
}

export function find(names) {
  const found = names.map((name) => output('which', [name])).find(Boolean);
  if (!found) throw new NotHere(`${names[0] ?? 'MiniBrowser'} is not installed`);
  return found;
}
