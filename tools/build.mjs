// Makes pkg/, the finished npm package: Rust -> WebAssembly -> optimised -> inlined in JavaScript.

import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { characters } from './characters.mjs';
import { compile, optimise, translate } from './core.mjs';
import { manifestText, metadata } from './manifest.mjs';
import { buildPostman } from './postman.mjs';
import { bin, root, run, say, whenCalled } from './run.mjs';
import { setup } from './setup.mjs';
import { reportSizes } from './sizes.mjs';
import { buildPage } from './www.mjs';

const template = join(root, 'pkg-template');
const pkg = join(root, 'pkg');
const dist = join(pkg, 'dist');
/**
 * The two cores, that of `duo-sign` and that of `duo-sign/diagnose`. For each there is a folder with
 * the WebAssembly, one with its twin in JavaScript, and one with what is made for Node.js.
 */
const cores = {
  // For a hundredth more size, a signature takes a seventh less time.
  core: { features: 'wasm,sha1', inline: 10 },
  diagnose: { features: 'wasm-diagnose' },
};
/** Those for JavaScript, which the package brings along with the guides. */
const examples = ['aws-lambda', 'cloudflare-worker', 'node-http', 'vercel'].map((name) =>
  join('examples', name),
);
const inTarget = (name, ...path) => join(root, 'target', name, ...path);

/** Builds pkg/ and www/dist/. */
export async function build() {
  await buildPackage();
  await buildPage();
  reportSizes();
}

/** Builds all of pkg/, unless nothing has changed since it was built. */
async function buildPackage() {
  const texts = ['README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE-MIT', 'LICENSE-APACHE'];
  const guides = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const documents = [...texts, ...guides.map((name) => join('docs', name)), ...examples];
  const programs = ['tools/build.mjs', 'tools/core.mjs'];
  const ofCores = [
    'src',
    ...programs,
    '.cargo/config.toml',
    'Cargo.toml',
    'Cargo.lock',
    'package-lock.json',
  ];
  link();
  await unlessMade('cores', join(root, 'target'), ofCores, () => buildCores());
  await unlessMade('pkg', dist, [...ofCores, 'tools', 'pkg-template', ...documents], async () => {
    rmSync(pkg, { recursive: true, force: true });
    mkdirSync(dist, { recursive: true });
    const sums = Object.keys(cores).map((name) => {
      const bytes = readFileSync(join(inTarget(name), 'core.wasm'));
      writeFileSync(join(dist, `${name}.wasm`), bytes);
      return `${createHash('sha256').update(bytes).digest('hex')}  ${name}.wasm\n`;
    });
    writeFileSync(join(dist, 'SHA256SUMS'), sums.join(''));
    await bundle();
    await declare();
    await buildPostman(join(pkg, 'postman'));
    const manifest = JSON.parse(readFileSync(join(template, 'package.json'), 'utf8'));
    writeFileSync(join(pkg, 'package.json'), manifestText({ ...manifest, ...metadata() }));
    for (const name of documents) cpSync(join(root, name), join(pkg, name), { recursive: true });
  });
}

/** Makes what is at a place from these files, unless it is there, made of the same. */
async function unlessMade(name, place, inputs, make) {
  const stamp = join(root, 'target', `${name}.sha256`);
  const hash = hashFiles(inputs);
  if (existsSync(place) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  // First, so that what fails is not taken for finished.
  rmSync(stamp, { force: true });
  await make();
  writeFileSync(stamp, hash);
}

/** The package under its name, for what here imports it as its users do. */
function link() {
  const place = join(root, 'node_modules', 'duo-sign');
  if (!lstatSync(place, { throwIfNoEntry: false })) symlinkSync(pkg, place, 'junction');
}

/** Compiles both cores, as WebAssembly and, unless `twins` is false, as JavaScript. */
export async function buildCores({ twins = true } = {}) {
  for (const [name, { features, ...how }] of Object.entries(cores)) {
    const [small, fast, twin] = ['', '-fast', '-js'].map((suffix) => inTarget(name + suffix));
    say(`Compiling ${name}.wasm, small and fast, and its twin in JavaScript`);
    for (const [folder, kind] of [
      [small, { ...how, simd: true }],
      [fast, { simd: true, profile: 'fast' }],
    ]) {
      await compile(folder, features, kind);
      await optimise(folder, kind);
    }
    if (!twins) continue;
    await compile(twin, features, { ...how, simd: false });
    await translate(twin);
  }
}

async function bundle() {
  say('Bundling the package');
  await entry('error.ts', 'error');
  await entry('sign.ts', 'sign', 'inline');
  await entry('sign.ts', 'sign.workerd', 'workerd', ['esm']);
  await entry('sign.ts', 'sign.node', 'node');
  await entry('sign.ts', 'sign.twin', 'js');
  await entry('index.ts', 'index', 'sign');
  await entry('index.ts', 'index.workerd', 'sign.workerd', ['esm']);
  await entry('index.ts', 'index.node', 'sign.node');
  await entry('index.ts', 'js', 'sign.twin');
  await entry('diagnose.ts', 'diagnose', 'inline');
  await entry('diagnose.ts', 'diagnose.workerd', 'workerd', ['esm']);
  await entry('diagnose.ts', 'diagnose.node', 'node');
  await entry('diagnose.ts', 'diagnose.js', 'js');
  await entry('client/index.ts', 'client');
  await commandLine();
}

/**
 * Bundles one entry, with its core as the given file of `load/` finds it; for index.ts, with the given
 * file that signs beside it.
 */
async function entry(source, name, load, formats = ['esm', 'cjs']) {
  const { version } = JSON.parse(readFileSync(join(template, 'package.json'), 'utf8'));
  const core = source === 'diagnose.ts' ? 'diagnose' : 'core';
  const kind = { js: '-js', node: '-fast' }[load] ?? '';
  const outside = (path) => ({ path, external: true });
  for (const format of formats) {
    const suffix = format === 'esm' ? 'js' : 'cjs';
    const resolver = {
      name: 'core',
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /^core\.wasm$|^core\.twin\.js$|core_bg\.js$/ }, ({ path }) =>
          path === 'core.wasm' && load === 'workerd'
            ? outside(`./${core}.wasm`)
            : { path: inTarget(core + kind, basename(path)) },
        );
        onLoad({ filter: /core\.wasm$/ }, ({ path }) => ({
          contents: load === 'node' ? readFileSync(path, 'base64') : characters(readFileSync(path)),
          loader: 'text',
        }));
        onResolve({ filter: /^node:/ }, ({ path }) => outside(path));
        onResolve({ filter: /^\.\/load\/inline\.js$/ }, () => ({
          path: join(template, 'src', 'load', `${load}.ts`),
        }));
        // One class for all entries.
        onResolve({ filter: /^\.\/error\.js$/ }, ({ importer }) =>
          dirname(importer) === join(template, 'src') ? outside(`./error.${suffix}`) : undefined,
        );
        if (source === 'index.ts') {
          onResolve({ filter: /^\.\/sign\.js$/ }, () => outside(`./${load}.${suffix}`));
        }
        // The signer of the entry that the runtime picks.
        if (name === 'client')
          onResolve({ filter: /^\.\.\/index\.js$/ }, () => outside('duo-sign'));
      },
    };
    await write({
      entryPoints: [join(template, 'src', source)],
      outfile: join(dist, `${name}.${suffix}`),
      bundle: true,
      format,
      target: 'es2022',
      platform: 'neutral',
      define: { VERSION: JSON.stringify(version) },
      inject: [join(template, 'src', 'text.ts')],
      plugins: [resolver],
    });
  }
}

/**
 * Bundles the command line, which imports the package by its name as its users do. The packages for
 * proxies are CommonJS, and require what Node.js has.
 */
async function commandLine() {
  const { version } = JSON.parse(readFileSync(join(template, 'package.json'), 'utf8'));
  await write({
    entryPoints: [join(template, 'src', 'cli', 'main.ts')],
    outfile: join(dist, 'cli.js'),
    bundle: true,
    format: 'esm',
    target: 'node20',
    platform: 'node',
    define: { VERSION: JSON.stringify(version) },
    banner: {
      js: `#!/usr/bin/env node
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);`,
    },
    external: ['duo-sign/*'],
  });
}

/**
 * Bundles into files whose lines are short, since runtimes print the line that threw an error. A long
 * string, such as the core, has a line of its own: parts of it cost size.
 */
async function write(options) {
  const { build } = await import('esbuild');
  const style = { minify: true, lineLimit: 1000, legalComments: 'none', logLevel: 'warning' };
  const { outputFiles } = await build({ ...options, ...style, write: false });
  for (const { path, text } of outputFiles) {
    const whole = text.replaceAll(/(?<!\\)\\\n/g, '');
    writeFileSync(path, whole.replaceAll(/((?:var )?[\w$]+="[^"\n]{2000,}"[;,])/g, '\n$1\n'));
  }
}

/** The declarations, and their twins for `require`, which refer to each other as .cjs. */
async function declare() {
  const types = join(root, 'target', 'types');
  await run(bin('tsc'), ['--project', template, '--outDir', types]);
  const client = ['index', 'client', 'error', 'types'].map((name) => `client/${name}`);
  mkdirSync(join(dist, 'client'), { recursive: true });
  for (const name of ['index', 'sign', 'diagnose', 'error', 'types', ...client]) {
    const text = readFileSync(join(types, `${name}.d.ts`), 'utf8');
    writeFileSync(join(dist, `${name}.d.ts`), text);
    writeFileSync(join(dist, `${name}.d.cts`), text.replace(/(from '\.\.?\/\w+)\.js'/g, "$1.cjs'"));
  }
  copyFileSync(join(template, 'src', 'wasm.d.ts'), join(dist, 'wasm.d.ts'));
  await run(bin('tsc'), ['--project', join(template, 'src', 'cli')]);
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
