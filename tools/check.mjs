// Format, lints, types and documentation.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { buildDocs } from './docs.mjs';
import { checkLocks } from './locks.mjs';
import { checkVersions } from './manifest.mjs';
import { bin, Problem, root, run, say, wasmTarget, whenCalled } from './run.mjs';
import { setup } from './setup.mjs';
import { checkSizes } from './sizes.mjs';
import { checkStructure } from './structure.mjs';

export async function check() {
  say('Checking format, lints, types and documentation');
  checkVersions();
  checkStructure();
  checkLocks();
  const denied = ['--', '-D', 'warnings'];
  for (const cwd of [root, join(root, 'fuzz')]) await run('cargo', ['fmt', '--check'], { cwd });
  await run('cargo', ['clippy', '--locked', '--all-targets', '--features', 'diagnose', ...denied]);
  const wasm = ['--target', wasmTarget, '--features', 'wasm-diagnose'];
  await run('cargo', ['clippy', '--locked', '--all-targets', ...wasm, ...denied]);
  // Features add to each other: none, and all.
  const none = ['--locked', '--no-default-features'];
  await run('cargo', ['clippy', '--all-targets', ...none, ...denied]);
  await run('cargo', [
    'clippy',
    '--locked',
    '--lib',
    '--all-features',
    '--target',
    wasmTarget,
    ...denied,
  ]);
  // Those without std, which tests cannot link.
  for (const features of ['wasm', 'postman']) {
    const bare = ['--no-default-features', '--features', features, '--target', wasmTarget];
    await run('cargo', ['clippy', '--locked', '--lib', ...bare, ...denied]);
  }
  for (const features of [['--features', 'wasm-diagnose'], ['--no-default-features']]) {
    await run('cargo', ['doc', '--locked', '--no-deps', ...features, '--quiet'], {
      env: { RUSTDOCFLAGS: '-D warnings' },
    });
  }
  await run(bin('tsc'), ['--project', 'pkg-template', '--noEmit']);
  await run(bin('tsc'), ['--project', 'www']);
  // As a user's compiler sees the package: the newest settings, the fewest library types, and the
  // oldest compiler.
  const user = ['--noEmit', '--strict', '--module', 'nodenext', '--moduleResolution', 'nodenext'];
  const types = (...names) => names.map((name) => join('tests', 'types', name));
  const programs = types('import.mts', 'require.cts', 'client.mts', 'diagnose.mts', 'wasm.mts');
  const oldest = join('node_modules', 'typescript-5.0', 'bin', 'tsc');
  for (const [compiler, lib, ...files] of [
    [bin('tsc'), 'es2023,dom,dom.iterable,esnext.disposable', ...programs, writeExamples()],
    [bin('tsc'), 'es2023,dom,dom.iterable,esnext.disposable', ...types('using.mts')],
    [bin('tsc'), 'es2022', ...types('plain.mts')],
    [oldest, 'es2022,dom,dom.iterable', ...programs],
    [oldest, 'es2022', ...types('plain.mts')],
  ]) {
    await run(compiler, [...user, '--typeRoots', 'tests/types', '--lib', lib, ...files]);
  }
  const node = ['--types', 'node', '--lib'];
  const handler = join('examples', 'aws-lambda', 'handler.ts');
  await run(bin('tsc'), [...user, ...node, 'es2023', ...types('client.mts'), handler]);
  const browser = [...node, 'es2023,dom,dom.iterable', '--skipLibCheck'];
  await run(bin('tsc'), [...user, ...browser, ...writePrograms()]);
  await run(bin('biome'), ['check', '--error-on-warnings']);
  await buildDocs();
  checkSizes();
}

/** Writes the programs of the pages that show whole ones, as they stand there. Gives their files. */
function writePrograms() {
  const blocks = (name) => {
    const text = readFileSync(join(root, name), 'utf8');
    return [...text.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code);
  };
  const [first, ...others] = blocks(join('docs', 'client.md'));
  // Types that are generated, or in a comment.
  const isUntyped = (code) => code.includes('openapi-fetch') || code.includes('@param');
  const client = others.filter((code) => !isUntyped(code)).map((code) => first + code);
  const programs = [...blocks('README.md'), ...blocks(join('docs', 'diagnose.md')), ...client];
  return programs.map((code, i) => {
    const file = join(root, 'target', `program-${i}.mts`);
    writeFileSync(file, code);
    return file;
  });
}

/** Writes a program with a function for each example of the declarations. Gives its file. */
function writeExamples() {
  const dist = join(root, 'pkg', 'dist');
  const doc =
    /\/\*\*((?:(?!\*\/).)*)\*\/\nexport (?:declare )?(?:class|function|interface|type) (\w+)/gms;
  const example = /^ *\* ```ts\n(.*?)^ *\* ```/gms;
  let program = `
    import * as all from 'duo-sign';
    import * as client from 'duo-sign/client';
    import * as diagnosis from 'duo-sign/diagnose';
    const { decodeText, diagnose, diagnoseAsync, parseRequest, parseRequests, render, verify } = diagnosis;
    declare const { ikey, skey, host, credentials, signed, request, params, causes, text, bytes, date, duo, har, store }: {
      ikey: string;
      skey: string;
      host: string;
      credentials: all.Credentials;
      signed: all.SignedRequest;
      request: diagnosis.ReceivedRequest;
      params: all.Params;
      causes: diagnosis.Cause[];
      text: string;
      bytes: Uint8Array;
      har: string;
      store: (records: readonly unknown[], cursor: object | undefined) => Promise<void>;
      date: Date;
      duo: client.DuoClient;
    };
    declare const process: { env: Record<string, string | undefined> };
    type User = { username: string };
    type AuthLog = { result: string; user: { name: string } };
    ${['canonicalize', 'explain', 'Signer', 'signRequest'].map((it) => `const ${it} = all.${it};`).join('\n')}
    ${['DuoClient', 'DuoApiError', 'DuoSignError', 'createFetch'].map((it) => `const ${it} = client.${it};`).join('\n')}`;
  let count = 0;
  const parts = ['client/client', 'client/error', 'client/types'];
  for (const name of ['index', 'sign', 'types', 'error', ...parts, 'diagnose']) {
    const text = readFileSync(join(dist, `${name}.d.ts`), 'utf8');
    const [folder] = name.split('/');
    const module = { client: 'client', diagnose: 'diagnosis' }[folder] ?? 'all';
    for (const [, comment, exported] of text.matchAll(doc)) {
      if (!comment?.includes('@example'))
        throw new Problem(`${name}.d.ts: ${exported} has no example`);
      if (/^[A-Z]/.test(exported)) program += `type ${exported} = ${module}.${exported};\n`;
    }
    for (const [, lines] of text.matchAll(example)) {
      count++;
      const code = lines.replaceAll(/^ *\* ?/gm, '');
      program += `export async function ${folder}${count}() {\n${code}}\n`;
    }
  }
  const file = join(root, 'target', 'examples.mts');
  writeFileSync(file, program);
  return file;
}

await whenCalled(import.meta.url, async () => {
  await setup();
  await build();
  await check();
});
