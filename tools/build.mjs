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
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bin, Problem, root, run, say, wasmBindgen, wasmTarget, whenCalled } from './run.mjs';
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
  await compile();
  await optimise();
  await bundle();
  await declare();
  copyFileSync(join(template, 'package.json'), join(pkg, 'package.json'));
  for (const name of documents) copyFileSync(join(root, name), join(pkg, name));
  for (const name of ['core.wasm', 'index.js', 'js.js', 'client.js']) report(name);
  writeFileSync(stamp, hash);
}

/** The core as `core_bg.wasm` with its glue `core_bg.js`, in target/core. */
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
  // The glue expects memory that grows to leave its old buffer detached; wasm2js does not detach.
  const glue = join(core, 'core_bg.js');
  const text = readFileSync(glue, 'utf8');
  const patched = text
    .replace(/(cached\w+)\.byteLength === 0/g, '$1.buffer !== wasm.memory.buffer')
    .replace(
      /(cached\w+)\.buffer\.detached === true \|\| \(.*?\)/g,
      '$1.buffer !== wasm.memory.buffer',
    );
  if (patched.split('!== wasm.memory.buffer').length !== 3 || /detached|byteLength/.test(patched)) {
    throw new Problem('wasm-bindgen writes other glue than tools/build.mjs expects');
  }
  writeFileSync(glue, patched);
}

/** The core as optimised WebAssembly, and as its twin in JavaScript. */
async function optimise() {
  say('Optimising it, and translating it to JavaScript');
  const compiled = join(core, 'core_bg.wasm');
  const features = [
    ...['bulk-memory', 'bulk-memory-opt', 'sign-ext', 'mutable-globals'],
    ...['nontrapping-float-to-int', 'multivalue', 'reference-types'],
  ].map((name) => `--enable-${name}`);
  const stripped = ['--strip-debug', '--strip-producers', '--strip-target-features'];
  const wasmOpt = (levels, out) =>
    run(bin('wasm-opt'), [compiled, ...features, ...levels, ...stripped, '-o', join(core, out)]);
  // What came after the first WebAssembly, wasm2js does not know.
  const lowering = ['memory-copy-fill-lowering', 'nontrapping-fptoint-lowering'];
  await Promise.all([
    wasmOpt(['-Oz', '--converge'], 'core.wasm'),
    wasmOpt([...lowering.map((it) => `--llvm-${it}`), '--signext-lowering', '-Oz'], 'lowered.wasm'),
  ]);
  const twin = join(core, 'core.twin.js');
  await run(bin('wasm2js'), [join(core, 'lowered.wasm'), '-Oz', '-o', twin]);
  const { transform } = await import('esbuild');
  const { code } = await transform(readFileSync(twin, 'utf8'), { minify: true, format: 'esm' });
  writeFileSync(twin, code);
  copyFileSync(join(core, 'core.wasm'), join(dist, 'core.wasm'));
}

async function bundle() {
  say('Bundling the package');
  await entry('index.ts', 'index', 'inline');
  await entry('index.ts', 'index.workerd', 'workerd', ['esm']);
  await entry('index.ts', 'js', 'js');
  await entry('client.ts', 'client');
}

/** Bundles one entry, with the core as the given file of `load/` finds it. */
async function entry(source, name, load, formats = ['esm', 'cjs']) {
  const { build } = await import('esbuild');
  const { version } = JSON.parse(readFileSync(join(template, 'package.json'), 'utf8'));
  const inCore = (path) => ({ path: join(core, path) });
  const outside = (path) => ({ path, external: true });
  const resolver = {
    name: 'core',
    setup({ onResolve }) {
      onResolve({ filter: /^core\.wasm$|^core\.twin\.js$|core_bg\.js$/ }, ({ path }) =>
        path === 'core.wasm' && load === 'workerd'
          ? outside('./core.wasm')
          : inCore(basename(path)),
      );
      onResolve({ filter: /^\.\/load\// }, () => ({
        path: join(template, 'src', 'load', `${load}.ts`),
      }));
      // The signer of the entry that the runtime picks.
      if (name === 'client') onResolve({ filter: /^\.\/index\.js$/ }, () => outside('duo-sign'));
    },
  };
  for (const format of formats) {
    await build({
      entryPoints: [join(template, 'src', source)],
      outfile: join(dist, `${name}.${format === 'esm' ? 'js' : 'cjs'}`),
      bundle: true,
      format,
      target: 'es2022',
      platform: 'neutral',
      loader: { '.wasm': 'base64' },
      define: { VERSION: JSON.stringify(version) },
      inject: [join(template, 'src', 'text.ts')],
      // Names stay, which errors and debuggers show; the twin has none worth keeping.
      minifyWhitespace: load === 'js',
      minifySyntax: load === 'js',
      legalComments: 'none',
      logLevel: 'warning',
      plugins: [resolver],
    });
  }
}

/** The declarations, and their twins for `require`, which refer to each other as .cjs. */
async function declare() {
  const types = join(root, 'target', 'types');
  await run(bin('tsc'), ['--project', template, '--outDir', types]);
  for (const name of ['index', 'client', 'error', 'types']) {
    const text = readFileSync(join(types, `${name}.d.ts`), 'utf8');
    writeFileSync(join(dist, `${name}.d.ts`), text);
    writeFileSync(join(dist, `${name}.d.cts`), text.replace(/(from '\.\/\w+)\.js'/g, "$1.cjs'"));
  }
}

function report(name) {
  const bytes = readFileSync(join(dist, name));
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
