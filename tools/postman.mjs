// Makes pkg/postman/: the pre-request script, and the collection and environment that have it; and
// pkg-postman/, the package for `pm.require` with the same script.

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, translate } from './core.mjs';
import { manifestText, metadata } from './manifest.mjs';
import { root, say } from './run.mjs';

const core = join(root, 'target', 'postman');
const template = join(root, 'pkg-template', 'postman');

export async function buildPostman(folder) {
  say('Compiling the core for Postman');
  await compile(core, 'postman', { simd: false, smallHash: true });
  await translate(core);
  mkdirSync(folder, { recursive: true });
  const write = (name, text) => writeFileSync(join(folder, `duo-sign.${name}`), text);
  const { readable, compiled } = await bundle();
  const script = `${readable}\n${compiled}${call}`;
  write('pre-request.js', script);
  writePackage(`${readable}\n${compiled}`);
  const { collection, environment } = await import(join(template, 'collection.mjs'));
  const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
  write('postman_collection.json', json(collection(script)));
  write('postman_environment.json', json(environment));
}

/** A request must not go out unsigned because the script failed. */
const call = `try {
  signForDuo(duoSignCore);
} catch (error) {
  stopForDuo(\`the script failed: \${error.message}\`);
}
`;

/** The package, whose functions are given `pm`, which modules do not see. */
function writePackage(script) {
  const folder = join(root, 'pkg-postman');
  mkdirSync(folder, { recursive: true });
  const { name, version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const description = {
    name: `${name}-postman`,
    version,
    description: 'Signs requests for the Duo APIs in Postman',
    license,
    ...metadata(),
    main: 'index.js',
    files: ['index.js', 'LICENSE-MIT', 'LICENSE-APACHE'],
  };
  const write = (name, text) => writeFileSync(join(folder, name), text);
  write('package.json', manifestText(description));
  write('index.js', `function withPostman(pm) {\n${script}${exported}}\n${exporting}`);
  for (const name of ['LICENSE-MIT', 'LICENSE-APACHE'])
    copyFileSync(join(root, name), join(folder, name));
}

const exported = `return {
  sign() {
    ${call.trim()}
  },
  sendRequest: duoSendRequest,
};
`;

const exporting = `exports.sign = (pm) => withPostman(pm).sign();
exports.sendRequest = (pm, request, callback) => withPostman(pm).sendRequest(request, callback);
`;

/** The readable part, and the core. */
async function bundle() {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import * as glue from './core_bg.js';
        import start from './core.twin.js';
        glue.__wbg_set_wasm(start({ './core_bg.js': glue }));
        export const { sign } = glue;`,
      resolveDir: core,
    },
    bundle: true,
    format: 'iife',
    globalName: 'duoSignCore',
    minify: true,
    // Older sandboxes have no TextDecoder.
    inject: [join(template, '..', 'src', 'text.ts')],
    target: 'es2020',
    legalComments: 'none',
    write: false,
  });
  const readable = readFileSync(join(template, 'pre-request.js'), 'utf8');
  return { readable, compiled: outputFiles[0].text };
}
