// Rust -> WebAssembly -> JavaScript: the core, in a folder of target/.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, Problem, root, run, wasmBindgen, wasmTarget } from './run.mjs';

const stripped = ['--strip-debug', '--strip-producers', '--strip-target-features'];

/** Compiles to `core_bg.wasm` with its glue `core_bg.js`; `options` are those of cargo. */
export async function compile(folder, options) {
  // Glue without an externref table, which older engines and wasm2js do not have.
  const flags = `target.${wasmTarget}.rustflags=["-Ctarget-feature=-reference-types"]`;
  await run('cargo', [
    ...['rustc', '--locked', '--release', '--lib', '--crate-type', 'cdylib'],
    ...['--target', wasmTarget, '--config', flags, ...options],
    ...['--target-dir', join(root, 'target')],
  ]);
  const compiled = join(root, 'target', wasmTarget, 'release', 'duo_sign.wasm');
  const names = ['--target', 'bundler', '--no-typescript', '--out-name', 'core'];
  await run(wasmBindgen, [...names, '--out-dir', folder, compiled]);
  // The glue expects memory that grows to leave its old buffer detached; wasm2js does not detach.
  const glue = join(folder, 'core_bg.js');
  const isStale = '$1.buffer !== wasm.memory.buffer';
  const text = readFileSync(glue, 'utf8')
    .replace(/(cached\w+)\.byteLength === 0/g, isStale)
    .replace(/(cached\w+)\.buffer\.detached === true \|\| \(.*?\)/g, isStale);
  if (/detached|byteLength/.test(text)) {
    throw new Problem('wasm-bindgen writes other glue than tools/core.mjs expects');
  }
  writeFileSync(glue, text);
}

/** Makes `core.wasm`. */
export function optimise(folder) {
  return wasmOpt(folder, 'core.wasm', ['-Oz', '--converge']);
}

/** Makes `core.twin.js`, the same in JavaScript, minified. */
export async function translate(folder) {
  // What came after the first WebAssembly, wasm2js does not know.
  const lowering = ['memory-copy-fill-lowering', 'nontrapping-fptoint-lowering'];
  await wasmOpt(folder, 'lowered.wasm', [
    ...lowering.map((name) => `--llvm-${name}`),
    ...['--signext-lowering', '-Oz', '--converge'],
  ]);
  const twin = join(folder, 'core.twin.js');
  await run(bin('wasm2js'), [join(folder, 'lowered.wasm'), '-Oz', '-o', twin]);
  const { transform } = await import('esbuild');
  const { code } = await transform(readFileSync(twin, 'utf8'), { minify: true, format: 'esm' });
  writeFileSync(twin, code);
}

function wasmOpt(folder, out, levels) {
  const features = [
    ...['bulk-memory', 'bulk-memory-opt', 'sign-ext', 'mutable-globals'],
    ...['nontrapping-float-to-int', 'multivalue', 'reference-types'],
  ].map((name) => `--enable-${name}`);
  const [from, to] = ['core_bg.wasm', out].map((name) => join(folder, name));
  return run(bin('wasm-opt'), [from, ...features, ...levels, ...stripped, '-o', to]);
}
