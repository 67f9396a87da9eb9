// How large what users load is: printed by every build, and held to the table in sizes.json.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Problem, root, whenCalled } from './run.mjs';

const table = join(root, 'tools', 'sizes.json');
const gzip = (bytes) => gzipSync(bytes, { level: 9 }).length;
const brotli = (bytes) => brotliCompressSync(bytes).length;
const raw = (bytes) => bytes.length;

const dist = (...names) => names.map((name) => `pkg/dist/${name}.js`);
/** What is measured, as it is transferred or pasted: of some files the sum. */
const measured = [
  ['index.js, gzip', gzip, dist('index', 'sign', 'error')],
  ['client.js, gzip', gzip, dist('client')],
  ['diagnose.js, gzip', gzip, dist('diagnose', 'error')],
  ['index.node.js, gzip', gzip, dist('index.node', 'sign.node', 'error')],
  ['diagnose.node.js, gzip', gzip, dist('diagnose.node', 'error')],
  ['js.js, gzip', gzip, dist('js', 'sign.twin', 'error')],
  ['core.wasm', raw, ['pkg/dist/core.wasm']],
  ['diagnose.wasm', raw, ['pkg/dist/diagnose.wasm']],
  ['Postman script', raw, ['pkg/postman/duo-sign.pre-request.js']],
  ['page, brotli', brotli, ['index.html', 'style.css', 'page.js'].map((it) => `www/dist/${it}`)],
];

/** Sizes of what is built, in bytes. */
function sizes() {
  const size = (measure, files) =>
    files.reduce((sum, file) => sum + measure(readFileSync(join(root, file))), 0);
  return Object.fromEntries(measured.map(([name, ...it]) => [name, size(...it)]));
}

export function reportSizes() {
  for (const [name, bytes] of Object.entries(sizes())) {
    console.log(`  ${name.padEnd(22)} ${(bytes / 1024).toFixed(1).padStart(6)} KB`);
  }
}

/** Throws when something has grown by more than 2 %. */
export function checkSizes() {
  const allowed = JSON.parse(readFileSync(table, 'utf8'));
  for (const [name, bytes] of Object.entries(sizes())) {
    if (bytes <= allowed[name] * 1.02) continue;
    throw new Problem(
      `${name} has ${bytes} bytes, more than 2 % over ${allowed[name]}: make it smaller, or say why ` +
        'and run node tools/sizes.mjs --write',
    );
  }
}

await whenCalled(import.meta.url, () => {
  if (process.argv.includes('--write')) {
    writeFileSync(table, `${JSON.stringify(sizes(), null, 2)}\n`);
  }
  reportSizes();
});
