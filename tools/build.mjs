// Makes pkg/, the finished npm package: Rust -> WebAssembly -> optimised -> inlined in JavaScript.

import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bin, root, run, say, wasmBindgen, wasmTarget, whenCalled } from './run.mjs';
import { setup } from './setup.mjs';

const template = join(root, 'pkg-template');
const pkg = join(root, 'pkg');
const dist = join(pkg, 'dist');
const core = join(root, 'target', 'core');

/** Builds all of pkg/, unless nothing has changed since it was built. */
export async function build() {
  const documents = ['README.md', 'CHANGELOG.md', 'LICENSE-MIT', 'LICENSE-APACHE'];
  const sources = ['src', 'pkg-template', 'tools', '.cargo', 'Cargo.toml', 'Cargo.lock'];
  const inputs = [...sources, 'package-lock.json', ...documents];
  const stamp = join(root, 'target', 'pkg.sha256');
  const hash = hashFiles(inputs);
  if (existsSync(dist) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  // First, so that a build that fails is not taken for finished.
  rmSync(stamp, { force: true });
  rmSync(pkg, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const wasm = await compile();
  await bundle(wasm);
  await declare();
  copyFileSync(join(template, 'package.json'), join(pkg, 'package.json'));
  for (const name of documents) copyFileSync(join(root, name), join(pkg, name));
  report('core.wasm', wasm);
  for (const name of ['index.js', 'index.cjs']) report(name, readFileSync(join(dist, name)));
  writeFileSync(stamp, hash);
}

/** The core as an optimised WebAssembly module, with its glue in target/core/core_bg.js. */
async function compile() {
  say('Compiling the core to WebAssembly');
  // Glue without an externref table, which older engines and wasm2js do not have.
  const flags = `target.${wasmTarget}.rustflags=["-Ctarget-feature=-reference-types"]`;
  await run('cargo', [
    ...['rustc', '--locked', '--release', '--lib', '--crate-type', 'cdylib'],
    ...['--target', wasmTarget, '--features', 'wasm', '--config', flags],
    ...['--target-dir', join(root, 'target')],
  ]);
  const compiled = join(root, 'target', wasmTarget, 'release', 'duo_sign.wasm');
  const options = ['--target', 'bundler', '--no-typescript', '--out-name', 'core'];
  await run(wasmBindgen, [...options, '--out-dir', core, compiled]);
  say('Optimising it');
  const optimised = join(core, 'core.wasm');
  const features = [
    '--enable-bulk-memory',
    '--enable-sign-ext',
    '--enable-mutable-globals',
    '--enable-nontrapping-float-to-int',
    '--enable-multivalue',
    '--enable-reference-types',
  ];
  const levels = [
    '-Oz',
    '--converge',
    '--strip-debug',
    '--strip-producers',
    '--strip-target-features',
  ];
  await run(bin('wasm-opt'), [join(core, 'core_bg.wasm'), ...features, ...levels, '-o', optimised]);
  return readFileSync(optimised);
}

async function bundle(wasm) {
  say('Bundling the package');
  const esbuild = await import('esbuild');
  const inlined = {
    name: 'core',
    setup(build) {
      build.onResolve({ filter: /^core\.js$/ }, () => ({ path: join(core, 'core_bg.js') }));
      build.onResolve({ filter: /^core\.wasm$/ }, ({ path }) => ({ path, namespace: 'wasm' }));
      build.onLoad({ filter: /.*/, namespace: 'wasm' }, () => ({
        contents:
          `const base64 = ${JSON.stringify(wasm.toString('base64'))};\n` +
          'export default () => Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));\n',
      }));
    },
  };
  for (const [format, file] of [
    ['esm', 'index.js'],
    ['cjs', 'index.cjs'],
  ]) {
    await esbuild.build({
      entryPoints: [join(template, 'src', 'index.ts')],
      outfile: join(dist, file),
      bundle: true,
      format,
      target: 'es2022',
      platform: 'neutral',
      legalComments: 'none',
      logLevel: 'warning',
      plugins: [inlined],
    });
  }
}

/** The declarations, and their twins for `require`, which refer to each other as .cjs. */
async function declare() {
  const types = join(root, 'target', 'types');
  await run(bin('tsc'), ['--project', template, '--outDir', types]);
  for (const name of ['index', 'error', 'types']) {
    const text = readFileSync(join(types, `${name}.d.ts`), 'utf8');
    writeFileSync(join(dist, `${name}.d.ts`), text);
    writeFileSync(join(dist, `${name}.d.cts`), text.replace(/(from '\.\/\w+)\.js'/g, "$1.cjs'"));
  }
}

function report(name, bytes) {
  const kilobytes = (size) => `${(size / 1024).toFixed(1)} KB`;
  const zipped = gzipSync(bytes, { level: 9 }).length;
  console.log(`  ${name.padEnd(10)} ${kilobytes(bytes.length)}, ${kilobytes(zipped)} gzip`);
}

function hashFiles(names) {
  const hash = createHash('sha256');
  for (const name of names) {
    const path = join(root, name);
    const files = statSync(path).isFile()
      ? [path]
      : readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(file).update('\0').update(readFileSync(file));
  }
  return hash.digest('hex');
}

await whenCalled(import.meta.url, async () => {
  await setup();
  await build();
});
