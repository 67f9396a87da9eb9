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
import { compile, optimise, translate } from './core.mjs';
import { buildPostman } from './postman.mjs';
import { bin, reportSize, root, run, say, whenCalled } from './run.mjs';
import { setup } from './setup.mjs';
import { buildPage } from './www.mjs';

const template = join(root, 'pkg-template');
const pkg = join(root, 'pkg');
const dist = join(pkg, 'dist');
/** The two cores, by their folders: that of `duo-sign`, and that of `duo-sign/diagnose`. */
const cores = {
  core: ['--features', 'wasm'],
  // The larger one is optimised for size alone: a fifth less, for a sixth of the speed of a search.
  diagnose: ['--features', 'wasm,diagnose', '--config', 'profile.release.opt-level="z"'],
};
const inTarget = (name, ...path) => join(root, 'target', name, ...path);

/** Builds pkg/ and www/dist/. */
export async function build() {
  await buildPackage();
  await buildPage();
}

/** Builds all of pkg/, unless nothing has changed since it was built. */
async function buildPackage() {
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
  for (const [name, options] of Object.entries(cores)) {
    const folder = inTarget(name);
    say(`Compiling ${name}.wasm, optimising it, translating it to JavaScript`);
    await compile(folder, options);
    await Promise.all([optimise(folder), translate(folder)]);
    copyFileSync(join(folder, 'core.wasm'), join(dist, `${name}.wasm`));
  }
  await bundle();
  await declare();
  await buildPostman(join(pkg, 'postman'));
  copyFileSync(join(template, 'package.json'), join(pkg, 'package.json'));
  for (const name of documents) copyFileSync(join(root, name), join(pkg, name));
  for (const name of [
    'core.wasm',
    'index.js',
    'js.js',
    'client.js',
    'diagnose.wasm',
    'diagnose.js',
  ]) {
    reportSize(pkg, join('dist', name));
  }
  reportSize(pkg, join('postman', 'duo-sign.pre-request.js'));
  writeFileSync(stamp, hash);
}

async function bundle() {
  say('Bundling the package');
  await entry('index.ts', 'index', 'inline');
  await entry('index.ts', 'index.workerd', 'workerd', ['esm']);
  await entry('index.ts', 'js', 'js');
  await entry('diagnose.ts', 'diagnose', 'inline');
  await entry('diagnose.ts', 'diagnose.workerd', 'workerd', ['esm']);
  await entry('diagnose.ts', 'diagnose.js', 'js');
  await entry('client.ts', 'client');
}

/** Bundles one entry, with its core as the given file of `load/` finds it. */
async function entry(source, name, load, formats = ['esm', 'cjs']) {
  const { build } = await import('esbuild');
  const { version } = JSON.parse(readFileSync(join(template, 'package.json'), 'utf8'));
  const core = source === 'diagnose.ts' ? 'diagnose' : 'core';
  const outside = (path) => ({ path, external: true });
  const resolver = {
    name: 'core',
    setup({ onResolve }) {
      onResolve({ filter: /^core\.wasm$|^core\.twin\.js$|core_bg\.js$/ }, ({ path }) =>
        path === 'core.wasm' && load === 'workerd'
          ? outside(`./${core}.wasm`)
          : { path: inTarget(core, basename(path)) },
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
  for (const name of ['index', 'client', 'diagnose', 'error', 'types']) {
    const text = readFileSync(join(types, `${name}.d.ts`), 'utf8');
    writeFileSync(join(dist, `${name}.d.ts`), text);
    writeFileSync(join(dist, `${name}.d.cts`), text.replace(/(from '\.\/\w+)\.js'/g, "$1.cjs'"));
  }
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
