// Everything that decides whether a change is good, from a clean clone on.

import { readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { testCommandLine } from '../tests/cli/run.mjs';
import { testDiagnosis } from '../tests/diagnose/run.mjs';
import { testFaults } from '../tests/faults/run.mjs';
import { testPostman } from '../tests/postman/run.mjs';
import { testReproducible } from '../tests/reproducible/run.mjs';
import { testRuntimes } from '../tests/runtimes/run.mjs';
import { testPage } from '../tests/www/run.mjs';
import { build } from './build.mjs';
import { check } from './check.mjs';
import { fuzz } from './fuzz.mjs';
import { output, root, run, say, tools, wasmTarget, whenCalled } from './run.mjs';
import { setup } from './setup.mjs';

/** The files that test what Node.js does not load of itself, by the condition that has it. */
const others = {
  browser: ['vectors', 'api', 'errors', 'hostile', 'memory', 'diagnose', 'verify', 'parse'],
  'edge-light': ['vectors', 'api', 'errors'],
};

await whenCalled(import.meta.url, async () => {
  await setup({ all: true });
  await build();
  await check();
  say('Testing the core: unit, vector, error, property and documentation tests');
  await run('cargo', ['test', '--locked', '--features', 'diagnose']);
  await run('cargo', ['test', '--locked', '--no-default-features', '--test', 'vectors']);
  await fuzz({ seconds: 5 });
  await testBindings();
  say('Testing the package');
  const files = readdirSync(join(root, 'tests', 'js')).filter((name) => name.endsWith('.test.mjs'));
  await testPackage(files);
  for (const [condition, names] of Object.entries(others)) {
    say(`Testing what the condition ${condition} has`);
    await testPackage(
      names.map((it) => `${it}.test.mjs`),
      '-C',
      condition,
    );
  }
  await testCommandLine();
  await testFaults();
  await testDiagnosis();
  await testRuntimes();
  await testPostman();
  await testReproducible();
  await testPage();
  say('All tests passed');
});

function testPackage(files, ...options) {
  const tests = files.map((name) => join('tests', 'js', name));
  return run(process.execPath, [...options, '--test', '--test-reporter=spec', ...tests]);
}

async function testBindings() {
  const args = ['test', '--locked', '--target', wasmTarget, '--features', 'wasm-diagnose'];
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
