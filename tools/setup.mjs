// Everything a fresh machine with rustup, Node.js and Python 3 lacks. What is there is left alone.

import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  chromium,
  output,
  Problem,
  python,
  root,
  run,
  say,
  tools,
  wasmTarget,
  whenCalled,
} from './run.mjs';

/** Sets up; `all` adds what only tests need: browsers, other runtimes, bundlers. */
export async function setup({ all = false } = {}) {
  mkdirSync(tools, { recursive: true });
  await rustTarget();
  await npmPackages();
  await bindgen();
  await oracle();
  if (!all) return;
  await browsers();
  await runtimePackages();
}

async function rustTarget() {
  const sysroot = output('rustc', ['--print', 'sysroot']);
  if (!sysroot) throw new Problem('Rust is missing: install it from https://rustup.rs');
  if (existsSync(join(sysroot, 'lib', 'rustlib', wasmTarget))) return;
  say(`Adding the Rust target ${wasmTarget}`);
  await run('rustup', ['target', 'add', wasmTarget]);
}

async function npmPackages() {
  await once('npm', 'package-lock.json', join(root, 'node_modules'), async () => {
    say('Installing npm packages');
    await run('npm', ['ci', '--no-audit', '--no-fund']);
  });
}

async function bindgen() {
  const manifest = readFileSync(join(root, 'Cargo.toml'), 'utf8');
  const version = manifest.match(/^wasm-bindgen = \{ version = "=([^"]+)"/m)[1];
  // Not --locked: its lock file asks for crates that registries with a delay do not have.
  await installProgram('wasm-bindgen-cli', version);
}

/** Compiles a program of crates.io into .tools/, unless this version of it is there. */
export async function installProgram(crate, version, ...options) {
  const folder = ['--root', join(tools, 'cargo')];
  if (output('cargo', ['install', '--list', ...folder]).includes(`${crate} v${version}:`)) return;
  say(`Compiling ${crate} ${version} into .tools/ (a few minutes, once)`);
  const args = ['install', crate, '--version', `=${version}`, '--force', ...options];
  const target = join(tools, 'cargo-target');
  await run('cargo', [...args, ...folder, '--target-dir', target], {
    // These run for seconds, so that optimising them takes longer than it saves.
    env: {
      CARGO_PROFILE_RELEASE_OPT_LEVEL: '1',
      CARGO_PROFILE_RELEASE_LTO: 'off',
      CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16',
    },
  });
  rmSync(target, { recursive: true, force: true });
}

async function oracle() {
  const requirements = join('tests', 'oracle', 'requirements.txt');
  await once('python', requirements, python, async () => {
    say("Installing Duo's Python clients into .tools/python");
    try {
      await run('python3', ['-m', 'venv', '--clear', join(tools, 'python')]);
    } catch {
      throw new Problem(
        'python3 -m venv failed: install Python 3.10 or later with venv (Debian: apt install python3-venv)',
      );
    }
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await run(python, [...pip, '--require-hashes', '--requirement', requirements]);
  });
}

/** The runtimes and bundlers of tests/runtimes, which come as npm packages. */
const runtimePackages = () =>
  packagesOf('runtimes', join('tests', 'runtimes'), 'the runtimes and bundlers to test in (1 GB)');

/** TypeDoc, with the TypeScript that it needs. */
export const docPackages = () => packagesOf('docs', 'docs', 'what builds the documentation site');

/** Installs the packages that the package.json of a folder names, beside those of the root. */
async function packagesOf(name, source, what) {
  const folder = join(tools, name);
  const lock = join(source, 'package-lock.json');
  await once(name, lock, join(folder, 'node_modules'), async () => {
    say(`Installing ${what}`);
    mkdirSync(folder, { recursive: true });
    for (const file of ['package.json', 'package-lock.json']) {
      copyFileSync(join(root, source, file), join(folder, file));
    }
    // Not `npm ci`, which asks for the binaries of all platforms; those that come need no scripts.
    const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
    await run('npm', args, { cwd: folder });
  });
}

/**
 * Chromium and its driver, and a C++ compiler for libFuzzer; where they can be had, also Firefox, and
 * WebKit with a display for it.
 */
async function browsers() {
  const isMissing = ([names]) => !names.some((name) => output('which', [name]));
  // Each with its Debian package.
  const needed = [
    [chromium, 'chromium'],
    [['chromedriver'], 'chromium-driver'],
    [['c++'], 'g++'],
  ].filter(isMissing);
  const others = [
    [['firefox-esr', 'firefox'], 'firefox-esr'],
    [['WebKitWebDriver'], 'webkit2gtk-driver'],
    [['Xvfb'], 'xvfb'],
  ].filter(isMissing);
  if (needed.length === 0 && others.length === 0) return;
  const isRoot = process.getuid?.() === 0;
  const prefix = isRoot ? [] : ['sudo', '-n'];
  const may = isRoot || output('sudo', ['-n', 'true']) !== undefined;
  const command = ['apt-get', 'install', '-y', '-q', '--no-install-recommends'];
  const packages = needed.map(([, name]) => name);
  if (!may || !output('which', ['apt-get'])) {
    if (needed.length === 0) return;
    const hint = ['sudo', ...command, ...packages].join(' ');
    throw new Problem(`${packages.join(' and ')} not found: run ${hint}`);
  }
  const apt = (args) => {
    const [program, ...rest] = [...prefix, ...args];
    return run(program, rest, { env: { DEBIAN_FRONTEND: 'noninteractive' } });
  };
  say('Installing browsers (Chromium, Firefox and WebKitGTK) and a C++ compiler');
  await apt(['apt-get', 'update', '-q']);
  if (packages.length > 0) await apt([...command, ...packages]);
  for (const [, name] of others) {
    try {
      await apt([...command, name]);
    } catch {
      say(`${name} cannot be installed here: the package is not tested in what needs it`);
    }
  }
}

/** Runs `install` unless it ran before for the same `input` file, and what it made is there. */
export async function once(name, input, made, install) {
  const stamp = join(tools, `${name}.sha256`);
  const hash = createHash('sha256')
    .update(readFileSync(join(root, input)))
    .digest('hex');
  if (existsSync(made) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  await install();
  writeFileSync(stamp, hash);
}

await whenCalled(import.meta.url, () => setup({ all: process.argv.includes('--all') }));
