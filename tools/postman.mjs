// Makes pkg/postman/: the pre-request script, and the collection and environment that have it.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, translate } from './core.mjs';
import { root, say } from './run.mjs';

const core = join(root, 'target', 'postman');
const template = join(root, 'pkg-template', 'postman');

export async function buildPostman(folder) {
  say('Compiling the core for Postman');
  await compile(core, 'postman', { simd: false, smallHash: true });
  await translate(core);
  mkdirSync(folder, { recursive: true });
  const write = (name, text) => writeFileSync(join(folder, `duo-sign.${name}`), text);
  const script = await bundle();
  write('pre-request.js', script);
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

/** The readable part, then the core, then the call. */
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
  return `${readable}\n${outputFiles[0].text}${call}`;
}
