// Rust -> WebAssembly -> JavaScript: the core, in a folder of target/.

import { readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { bin, Problem, root, run, wasmBindgen, wasmTarget } from './run.mjs';

/** Nothing is in the first 1,024 bytes, which are the far end of the stack. */
const smallest = ['--low-memory-unused', '--flatten', '--rereloop', '-Oz', '-Oz', '--converge'];
const fastest = ['--low-memory-unused', '-O4', '--converge'];
const stripped = ['--strip-debug', '--strip-producers', '--strip-target-features'];

/**
 * Compiles to `core_bg.wasm` with its glue `core_bg.js`. With SIMD the
 * hashes are a third faster, but wasm2js cannot translate it. `inline` is how much code the compiler
 * may put in place of a call; without it, hardly any when it optimises for size.
 */
export async function compile(folder, features, { simd, inline, smallHash, profile = 'release' }) {
  const flags = [
    // Glue without an externref table, which older engines and wasm2js do not have.
    `-Ctarget-feature=-reference-types${simd ? ',+simd128' : ''}`,
    ...(inline ? [`-Cllvm-args=-inline-threshold=${inline}`] : []),
    // The same bytes in whichever folder they are made.
    `--remap-path-prefix=${root}=`,
    `--remap-path-prefix=${process.env.CARGO_HOME ?? join(homedir(), '.cargo')}=cargo`,
  ];
  await run('cargo', [
    ...['rustc', '--locked', '--profile', profile, '--lib', '--crate-type', 'cdylib'],
    ...['--target', wasmTarget, '--no-default-features', '--features', features],
    ...(smallHash ? ['--config', 'profile.release.package.sha2.opt-level="z"'] : []),
    ...['--config', `target.${wasmTarget}.rustflags=${JSON.stringify(flags)}`],
    ...['--target-dir', join(root, 'target')],
  ]);
  const compiled = join(root, 'target', wasmTarget, profile, 'duo_sign.wasm');
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

/** Makes `core.wasm`: as small as can be, unless it was compiled to be fast. */
export function optimise(folder, { profile }) {
  return wasmOpt(folder, 'core.wasm', profile === 'fast' ? fastest : smallest);
}

/** Makes `core.twin.js`, the same in JavaScript, minified: its export starts an instance. */
export async function translate(folder) {
  // What came after the first WebAssembly, wasm2js does not know.
  const lowering = ['memory-copy-fill-lowering', 'nontrapping-fptoint-lowering'];
  await wasmOpt(folder, 'lowered.wasm', [
    ...lowering.map((name) => `--llvm-${name}`),
    ...['--signext-lowering', ...smallest],
  ]);
  const twin = join(folder, 'core.twin.js');
  await run(bin('wasm2js'), [join(folder, 'lowered.wasm'), '-Oz', '-o', twin]);
  const { transform } = await import('esbuild');
  const options = { minify: true, format: 'esm' };
  const { code } = await transform(asFactory(readFileSync(twin, 'utf8')), options);
  writeFileSync(twin, code);
}

/** What wasm2js writes starts one instance when it is imported; here one for each call. */
function asFactory(text) {
  const replace = (text, part, by) => {
    if (!part.test(text))
      throw new Problem('wasm2js writes other code than tools/core.mjs expects');
    return text.replace(part, by);
  };
  const without = replace(text, /^import \* as \S+ from '\.\/core_bg\.js';/, '');
  const factory = replace(
    without,
    /\nvar retasmFunc = asmFunc\([\s\S]*$/,
    '\nexport default asmFunc;\n',
  );
  // Memory that has grown leaves its old buffer behind, which may hold a key.
  return replace(factory, /newHEAP8\.set\(HEAP8\);/, '$& HEAP8.fill(0);');
}

function wasmOpt(folder, out, levels) {
  const features = [
    ...['bulk-memory', 'bulk-memory-opt', 'sign-ext', 'mutable-globals'],
    ...['nontrapping-float-to-int', 'multivalue', 'reference-types', 'simd'],
  ].map((name) => `--enable-${name}`);
  const [from, to] = ['core_bg.wasm', out].map((name) => join(folder, name));
  return run(bin('wasm-opt'), [from, ...features, ...levels, ...stripped, '-o', to]);
}
