// Mutants: one operator, result or condition of the core changed, and a test has to fail. Prints how many
// there are of each file, and those that no test tells from the original.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Problem, root, say, tools, whenCalled } from './run.mjs';
import { installProgram } from './setup.mjs';

const version = '27.1.0';
const program = join(tools, 'cargo', 'bin', 'cargo-mutants');
const tests = (names) => names.split(' ').map((name) => `--test=${name}`);

/** What is mutated, and what has to notice. What is no mutant: .cargo/mutants.toml. */
const parts = {
  core: {
    files: 'canonical params request check verify date json text signer',
    cargo: ['--lib', ...tests('vectors errors received properties')],
  },
  mistakes: {
    files: 'diagnose/mistakes/*',
    cargo: ['--features=diagnose', '--lib', ...tests('diagnose')],
  },
};

async function testMutants(names, { file: only, shard }) {
  await installProgram('cargo-mutants', version, '--locked');
  const rows = {};
  const survivors = [];
  for (const name of names) {
    const files = only ? [only] : parts[name].files.split(' ');
    for (const { file, mutant, outcome } of mutants(name, files, shard)) {
      rows[file] ??= { caught: 0, 'out of time': 0, 'do not compile': 0, survive: 0 };
      rows[file][outcome]++;
      if (outcome === 'survive') survivors.push(mutant);
    }
  }
  console.table(rows);
  if (survivors.length > 0) throw new Problem(`These survive:\n${survivors.join('\n')}`);
}

const outcomes = {
  CaughtMutant: 'caught',
  Timeout: 'out of time',
  Unviable: 'do not compile',
  MissedMutant: 'survive',
};

/** What became of each mutant of a part. */
function mutants(name, files, shard) {
  say(`Testing mutants of ${files.join(' ')}`);
  const folder = join(root, 'target', 'mutants', name);
  mkdirSync(folder, { recursive: true });
  const args = ['mutants', '--jobs=1', '--colors=never', '--output', folder];
  if (shard) args.push('--shard', shard);
  for (const file of files) args.push('--file', `src/${file}.rs`);
  for (const argument of parts[name].cargo) args.push(`--cargo-arg=${argument}`);
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  // 2: some survive, 3: some run out of time.
  if (![0, 2, 3].includes(status)) throw new Problem(`cargo mutants ended with ${status}`);
  const file = join(folder, 'mutants.out', 'outcomes.json');
  return JSON.parse(readFileSync(file, 'utf8'))
    .outcomes.filter(({ scenario }) => scenario.Mutant)
    .map(({ scenario: { Mutant }, summary }) => ({
      file: Mutant.file,
      mutant: Mutant.name,
      outcome: outcomes[summary],
    }));
}

await whenCalled(import.meta.url, async () => {
  const { values } = parseArgs({
    options: { part: { type: 'string' }, file: { type: 'string' }, shard: { type: 'string' } },
  });
  const { part = values.file && 'core' } = values;
  const names = part ? [part] : Object.keys(parts);
  if (!names.every((name) => name in parts)) {
    throw new Problem(`--part takes one of ${Object.keys(parts).join(', ')}`);
  }
  await testMutants(names, values);
});
