// The same sources give the same .wasm files: built once more, in another folder and with another
// CARGO_HOME, and compared with those of pkg/.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../../tools/build.mjs';
import { Problem, root, run, say, whenCalled } from '../../tools/run.mjs';
import { setup } from '../../tools/setup.mjs';

export async function testReproducible() {
  say('Building the cores again, in another folder');
  const folder = mkdtempSync(join(tmpdir(), 'duo-sign-again-'));
  const copy = join(folder, 'a', 'longer', 'path');
  try {
    mkdirSync(copy, { recursive: true });
    for (const name of [
      '.cargo',
      'Cargo.lock',
      'Cargo.toml',
      'package.json',
      'src',
      'tests',
      'tools',
    ]) {
      cpSync(join(root, name), join(copy, name), { recursive: true });
    }
    for (const name of ['.tools', 'node_modules']) symlinkSync(join(root, name), join(copy, name));
    const script =
      "import('./tools/build.mjs').then(({ buildCores }) => buildCores({ twins: false }))";
    const env = { CARGO_HOME: join(folder, 'cargo') };
    await run(process.execPath, ['--eval', script], { cwd: copy, env });
    for (const name of ['core', 'core-fast', 'diagnose', 'diagnose-fast']) {
      const [first, again] = [root, copy].map((it) =>
        readFileSync(join(it, 'target', name, 'core.wasm')),
      );
      if (again.equals(first)) continue;
      throw new Problem(`${name} differs when it is built in ${copy}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await whenCalled(import.meta.url, async () => {
  await setup();
  await build();
  await testReproducible();
});
