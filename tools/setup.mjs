// Everything a fresh machine with rustup, Node.js and Python 3 lacks. What is there is left alone.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  output,
  Problem,
  python,
  root,
  run,
  say,
  tools,
  wasmBindgen,
  wasmTarget,
  whenCalled,
} from './run.mjs';

/** Sets up; `browser` adds Chromium and its driver, which only tests need. */
export async function setup({ browser = false } = {}) {
  mkdirSync(tools, { recursive: true });
  await rustTarget();
  await npmPackages();
  await bindgen();
  await oracle();
  if (browser) await chromium();
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
  if (output(wasmBindgen, ['--version']) === `wasm-bindgen ${version}`) return;
  say(`Compiling wasm-bindgen ${version} into .tools/ (a few minutes, once)`);
  // Not --locked: its lock file asks for crates that registries with a delay do not have.
  const args = ['install', 'wasm-bindgen-cli', '--version', `=${version}`, '--force'];
  const target = join(tools, 'cargo-target');
  await run('cargo', [...args, '--root', join(tools, 'cargo'), '--target-dir', target], {
    // The tool runs for seconds, so that optimising it takes longer than it saves.
    env: { CARGO_PROFILE_RELEASE_OPT_LEVEL: '1', CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16' },
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
        'python3 -m venv failed: install Python 3.9 or later with venv (Debian: apt install python3-venv)',
      );
    }
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await run(python, [...pip, '--requirement', requirements]);
  });
}

async function chromium() {
  const browsers = ['chromium', 'chromium-browser', 'google-chrome'];
  const missing = [browsers, ['chromedriver']]
    .filter((names) => !names.some((name) => output('which', [name])))
    .map(([name]) => name);
  if (missing.length === 0) return;
  const command = [
    'apt-get',
    'install',
    '-y',
    '--no-install-recommends',
    'chromium',
    'chromium-driver',
  ];
  const isRoot = process.getuid?.() === 0;
  const prefix = isRoot ? [] : ['sudo', '-n'];
  const may = isRoot || output('sudo', ['-n', 'true']) !== undefined;
  if (!may || !output('which', ['apt-get'])) {
    throw new Problem(`${missing.join(' and ')} not found: run sudo ${command.join(' ')}`);
  }
  say('Installing Chromium and its driver');
  const apt = (args) => {
    const [program, ...rest] = [...prefix, ...args];
    return run(program, rest, { env: { DEBIAN_FRONTEND: 'noninteractive' } });
  };
  await apt(['apt-get', 'update', '-q']);
  await apt([command[0], '-q', ...command.slice(1)]);
}

/** Runs `install` unless it ran before for the same `input` file, and what it made is there. */
async function once(name, input, made, install) {
  const stamp = join(tools, `${name}.sha256`);
  const hash = createHash('sha256')
    .update(readFileSync(join(root, input)))
    .digest('hex');
  if (existsSync(made) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  await install();
  writeFileSync(stamp, hash);
}

await whenCalled(import.meta.url, () => setup({ browser: process.argv.includes('--browser') }));
