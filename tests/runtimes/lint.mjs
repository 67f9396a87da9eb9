// What a package must have so that resolvers and compilers find it, by the tools for that; and what is
// in the tarball.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { posix } from 'node:path';
import { Problem } from '../../tools/run.mjs';
import { bin } from './runtimes.mjs';

/** Entry points that are not checked for types, with the reason. */
const exceptions = {
  'core.wasm': 'a binary: what importing it gives is up to the bundler',
  'diagnose.wasm': 'likewise',
};

/** What the guides name that only the repository has. */
const elsewhere = ['CONTRIBUTING.md', 'fuzz/src/lib.rs', 'src/diagnose/mistakes/list.rs'];

/** What a user needs, and nothing else. */
const contents = [
  /^(README|CHANGELOG|SECURITY)\.md$/,
  /^docs\/[\w-]+\.md$/,
  /^examples\/(aws-lambda|cloudflare-worker|node-http|vercel)\//,
  /^LICENSE-(MIT|APACHE)$/,
  /^package\.json$/,
  /^dist\/(index|js|sign|sign\.twin|error|client|diagnose|diagnose\.js)\.(js|cjs)$/,
  /^dist\/(index|sign|diagnose)\.workerd\.js$/,
  /^dist\/(index|sign|diagnose)\.node\.(js|cjs)$/,
  /^dist\/(core|diagnose)\.wasm$/,
  /^dist\/wasm\.d\.ts$/,
  /^dist\/cli\.js$/,
  /^dist\/SHA256SUMS$/,
  /^postman\/duo-sign\.(pre-request\.js|postman_(collection|environment)\.json)$/,
  /^dist\/(index|sign|diagnose|error|types)\.d\.(ts|cts)$/,
  /^dist\/client\/(index|client|error|types)\.d\.(ts|cts)$/,
];

export function lint(folder, { filename, files, size, unpackedSize }) {
  const names = files.map(({ path }) => path);
  for (const name of names) {
    assert.ok(
      contents.some((pattern) => pattern.test(name)),
      `${name} is in the tarball`,
    );
  }
  for (const pattern of contents)
    assert.ok(
      names.some((name) => pattern.test(name)),
      `${pattern}`,
    );
  const read = (name) =>
    execFileSync('tar', ['-xOf', filename, `package/${name}`], { cwd: folder, encoding: 'utf8' });
  const manifest = JSON.parse(read('package.json'));
  assert.equal(manifest.dependencies, undefined);
  for (const name of names.filter((it) => it.endsWith('.md'))) {
    for (const [, link] of read(name).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      const target = posix.join(posix.dirname(name), link);
      assert.ok([...names, ...elsewhere].includes(target), `${name} names ${target}`);
    }
  }
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
  const sizes = `${megabytes(size)}, unpacked ${megabytes(unpackedSize)}`;
  console.log(`  ${filename}: ${names.length} files, ${sizes}`);

  const run = (program, ...args) => {
    try {
      execFileSync(bin(program), args, { cwd: folder, stdio: 'pipe', encoding: 'utf8' });
    } catch ({ stdout, stderr }) {
      throw new Problem(`${program}:\n${stdout}${stderr}`);
    }
  };
  run('publint', '--strict', filename);
  run('attw', filename, '--exclude-entrypoints', ...Object.keys(exceptions));
  console.log('  publint --strict and attw find nothing, but for');
  for (const [name, reason] of Object.entries(exceptions)) console.log(`    ${name}: ${reason}`);
}
