// Everything that decides whether a change is good, from a clean clone on.

import { readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { build } from './build.mjs';
import { check } from './check.mjs';
import { output, root, run, say, tools, wasmTarget, whenCalled } from './run.mjs';
import { setup } from './setup.mjs';

await whenCalled(import.meta.url, async () => {
  await setup({ browser: true });
  await build();
  await check();
  say('Testing the core: unit, vector, error, property and documentation tests');
  await run('cargo', ['test', '--locked']);
  await testBindings();
  say('Testing the package');
  const folder = join('tests', 'js');
  const files = readdirSync(join(root, folder)).filter((name) => name.endsWith('.test.mjs'));
  await run(process.execPath, [
    '--test',
    '--test-reporter=spec',
    ...files.map((name) => join(folder, name)),
  ]);
  say('All tests passed');
});

async function testBindings() {
  const args = ['test', '--locked', '--target', wasmTarget, '--features', 'wasm'];
  const env = {
    // Where the wasm-bindgen test runner is.
    PATH: [join(tools, 'cargo', 'bin'), process.env.PATH].join(delimiter),
  };
  say('Testing the bindings in Node.js');
  await run('cargo', [...args, '--test', 'wasm'], { env });
  say('Testing the bindings in headless Chromium');
  const browser = {
    WASM_BINDGEN_USE_BROWSER: '1',
    // Seconds, for a machine that is slow to start a browser.
    WASM_BINDGEN_TEST_TIMEOUT: '120',
    CHROMEDRIVER: output('which', ['chromedriver']),
  };
  await run('cargo', [...args, '--test', 'wasm'], { env: { ...env, ...browser } });
}
