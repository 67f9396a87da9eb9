// Format, lints, types and documentation.

import { join } from 'node:path';
import { build } from './build.mjs';
import { bin, run, say, wasmTarget, whenCalled } from './run.mjs';
import { setup } from './setup.mjs';

export async function check() {
  say('Checking format, lints, types and documentation');
  const denied = ['--', '-D', 'warnings'];
  await run('cargo', ['fmt', '--check']);
  await run('cargo', ['clippy', '--locked', '--all-targets', ...denied]);
  const wasm = ['--target', wasmTarget, '--features', 'wasm'];
  await run('cargo', ['clippy', '--locked', '--all-targets', ...wasm, ...denied]);
  await run('cargo', ['doc', '--locked', '--no-deps', '--features', 'wasm', '--quiet'], {
    env: { RUSTDOCFLAGS: '-D warnings' },
  });
  await run(bin('tsc'), ['--project', 'pkg-template', '--noEmit']);
  // As a user's compiler sees the package: the newest settings, then the fewest library types.
  const user = ['--noEmit', '--strict', '--module', 'nodenext', '--types', ''];
  const types = (name) => join('tests', 'types', name);
  const newest = 'es2023,dom,dom.iterable,esnext.disposable';
  await run(bin('tsc'), [...user, '--lib', newest, types('import.mts'), types('require.cts')]);
  await run(bin('tsc'), [...user, '--lib', 'es2022', types('plain.mts')]);
  await run(bin('biome'), ['check', '--error-on-warnings']);
}

await whenCalled(import.meta.url, async () => {
  await setup();
  await build();
  await check();
});
