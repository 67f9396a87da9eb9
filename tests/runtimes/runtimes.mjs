// How each runtime is given the shared suite. The names are those of the table in docs/runtimes.md.

import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, output, tools } from '../../tools/run.mjs';
import { NotHere, open, start } from './browsers.mjs';

const installed = join(tools, 'runtimes', 'node_modules');
const require = createRequire(join(installed, 'x.js'));
export const bin = (name) => join(installed, '.bin', name);

/** Each gives the suite's report, with what is `expected` of it where that is not the usual. */
export const runtimes = {
  'Node.js, import': ({ folder }) => last(folder, [process.execPath, 'program.mjs']),
  'Node.js, require': ({ folder }) => last(folder, [process.execPath, 'program.cjs']),
  'Node.js 18': ({ folder }) => last(folder, [node(18), 'program.mjs']),
  'Node.js 22': ({ folder }) => last(folder, [node(22), 'program.mjs']),
  'Node.js 24': ({ folder }) => last(folder, [node(24), 'program.mjs']),
  Deno: ({ folder }) => {
    const deno = join(installed, 'deno', 'bin.cjs');
    const args = ['run', '--allow-net', '--allow-env', '--node-modules-dir=manual', 'program.mjs'];
    return last(folder, [process.execPath, deno, ...args]);
  },
  Bun: ({ folder }) => last(folder, [bun(), 'program.mjs']),
  'Cloudflare Workers (workerd)': async ({ folder }) => {
    const { status, text } = await worker(folder, join(folder, 'worker.mjs'));
    if (status !== 200) throw new Error(text);
    return JSON.parse(text);
  },
  'Chromium, page': (context, name) => page(context, name, 'chromium', 'page.html'),
  'Chromium, web worker': async (context, name) => {
    await bundle(context.folder, 'page.mjs', { outfile: 'page.bundle.js' });
    return page(context, name, 'chromium', 'worker-page.html');
  },
  'Firefox, page': (context, name) => page(context, name, 'firefox', 'page.html'),
  'WebKitGTK, page': (context, name) => page(context, name, 'webkit', 'page.html'),
  Vite: async (context, name) => {
    const { build } = await import(require.resolve('vite'));
    const project = join(context.folder, 'vite');
    await build({ root: project, base: './', logLevel: 'error' });
    forbidWasmFiles(join(project, 'dist'));
    return page(context, name, 'chromium', 'vite/dist/index.html');
  },
  webpack: async (context, name) => {
    const webpack = require('webpack');
    const project = join(context.folder, 'webpack');
    const config = {
      mode: 'production',
      context: context.folder,
      entry: './page.mjs',
      output: { path: project, filename: 'main.js' },
    };
    const stats = await new Promise((resolve, reject) => {
      webpack(config, (error, stats) => (error ? reject(error) : resolve(stats)));
    });
    if (stats.hasErrors()) throw new Error(stats.toString('errors-only'));
    forbidWasmFiles(project);
    return page(context, name, 'chromium', 'webpack/index.html');
  },
  'esbuild, one file, ES module (AWS Lambda)': ({ folder }) =>
    moved(folder, { format: 'esm', outfile: 'lambda.mjs' }),
  'esbuild, one file, CommonJS (AWS Lambda)': ({ folder }) =>
    moved(folder, { format: 'cjs', outfile: 'lambda.cjs' }),
  'Next.js, route handler in Node.js': async (context) => (await next(context)).get('/api/node'),
  'Next.js, edge route handler': async (context) => ({
    ...(await (await next(context)).get('/api/edge')),
    expected: { core: 'js' },
  }),
  'Next.js, client component': async (context, name) => {
    const { url } = await next(context);
    return page(context, name, 'chromium', '', url);
  },
  'Jest, node': (context) => jest(context, 'node'),
  'Jest, jsdom': async (context) => ({
    ...(await jest(context, 'jsdom')),
    // jsdom has no fetch.
    expected: { answers: undefined },
  }),
  'duo-sign/js, policy without wasm-unsafe-eval': async (context, name) => {
    await bundle(context.folder, 'strict-page.mjs', {
      conditions: ['edge-light'],
      outfile: 'strict-page.bundle.js',
    });
    const report = await page(context, name, 'chromium', 'strict-page.html');
    // The policy is in force: the other entry is refused.
    const answers = [200, 'v5', 'ERR_DUO_WASM_UNAVAILABLE'];
    return { ...report, expected: { core: 'js', answers } };
  },
  'react-native condition, engine without wasm': async ({ folder }) => {
    const conditions = ['react-native'];
    await bundle(folder, 'program.mjs', { conditions, outfile: 'react-native.bundle.mjs' });
    const report = await last(folder, [process.execPath, 'react-native.mjs']);
    return { ...report, expected: { core: 'js', answers: undefined } };
  },
};

/** What a program prints last, as JSON. */
export async function last(folder, [program, ...args], env) {
  const { code, text } = await finish(folder, [program, ...args], env);
  if (code !== 0) throw new Error(text.trim().slice(-2000));
  return JSON.parse(text.trim().split('\n').at(-1));
}

async function finish(folder, [program, ...args], env) {
  const { child, stop } = start(program, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  await stop();
  return { code, text };
}

/** Another version of Node.js. */
function node(version) {
  const program = join(installed, `node-${version}`, 'bin', 'node');
  if (!output(program, ['--version'])) throw new NotHere('no such build for this machine');
  return program;
}

function bun() {
  const scope = join(installed, '@oven');
  const found = readdirSync(scope)
    .map((name) => join(scope, name, 'bin', 'bun'))
    .find((program) => output(program, ['--version']));
  if (!found) throw new NotHere('no build of Bun for this machine');
  return found;
}

/** Opens a page, and waits for its report. */
async function page({ server }, name, browser, path, origin = `http://${server.host}`) {
  const report = server.report(name);
  const url = `${origin}/${path}?name=${encodeURIComponent(name)}`;
  const { close, closed } = await open(browser, url);
  const ended = closed.then((written) => {
    throw new Error(`${browser} ended by itself\n${written}`);
  });
  try {
    return await Promise.race([report, ended]);
  } finally {
    await close();
  }
}

export async function bundle(folder, source, { outfile, ...options }) {
  const esbuild = require('esbuild');
  await esbuild.build({
    absWorkingDir: folder,
    entryPoints: [source],
    outfile,
    bundle: true,
    format: 'esm',
    logLevel: 'error',
    ...options,
  });
}

/** Bundles into one file, and runs it where there is nothing else. */
async function moved(folder, options) {
  await bundle(folder, 'program.mjs', { platform: 'node', ...options });
  const { outfile, format } = options;
  const text = readFileSync(join(folder, outfile), 'utf8');
  if (format === 'cjs' && text.includes('import.meta')) throw new Error('import.meta in CommonJS');
  const elsewhere = mkdtempSync(join(tmpdir(), 'duo-sign-'));
  try {
    copyFileSync(join(folder, outfile), join(elsewhere, outfile));
    rmSync(join(folder, outfile));
    return await last(elsewhere, [process.execPath, outfile]);
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
}

/** Bundles a Worker as wrangler does, and makes a request to it in workerd. */
export async function worker(folder, source, { bindings = {}, url = 'http://w/', init, env } = {}) {
  const out = mkdtempSync(join(folder, 'worker-'));
  await bundle(folder, source, {
    outfile: join(out, 'worker.js'),
    conditions: ['workerd', 'worker', 'browser'],
    // wrangler keeps .wasm files beside the bundle, and hands them over compiled.
    loader: { '.wasm': 'copy' },
  });
  const task = JSON.stringify({ scriptPath: join(out, 'worker.js'), bindings, url, init });
  return last(folder, [process.execPath, 'miniflare.mjs', task], env);
}

function forbidWasmFiles(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.wasm'));
  if (files.length > 0) throw new Error(`${files} beside the bundle`);
}

let application;

/** What programs need to call the endpoint over TLS. */
export const environment = ({ endpoint, keys }) => ({
  NODE_EXTRA_CA_CERTS: endpoint.ca,
  DUO_IKEY: keys.ikey,
  DUO_SKEY: keys.skey,
  DUO_HOST: `127.0.0.1:${endpoint.https}`,
});

/** The Next.js application, built and started once. */
export function next(context) {
  application ??= startNext(join(context.folder, 'next'), {
    NEXT_TELEMETRY_DISABLED: '1',
    ...environment(context),
  });
  return application;
}

async function startNext(project, env) {
  const built = await finish(project, [bin('next'), 'build'], env);
  if (built.code !== 0) throw new Error(built.text.trim().slice(-3000));
  forbidWasmFiles(join(project, '.next', 'static'));
  const port = String(await freePort());
  const { child, stop } = start(bin('next'), ['start', '--port', port, '--hostname', '127.0.0.1'], {
    cwd: project,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => String(chunk).includes('Ready') && resolve());
    child.on('close', () => reject(new Error('next start ended')));
  });
  const get = async (path, init) => {
    const response = await fetch(url + path, init);
    if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
    return response.json();
  };
  return { url, get, stop };
}

async function jest({ folder }, environment) {
  await bundle(folder, 'check.mjs', { format: 'cjs', outfile: 'check.bundle.cjs' });
  const report = join(folder, `jest-${environment}.json`);
  const config = {
    rootDir: join(folder, 'jest'),
    cacheDirectory: join(folder, 'jest-cache'),
    testEnvironment: environment,
    transform: {},
  };
  if (environment === 'jsdom') config.testEnvironment = require.resolve('jest-environment-jsdom');
  const { code, text } = await finish(
    folder,
    [bin('jest'), '--config', JSON.stringify(config), '--no-watchman', '--no-cache'],
    { REPORT: report },
  );
  if (code !== 0) throw new Error(text.trim().slice(-3000));
  return JSON.parse(readFileSync(report, 'utf8'));
}
