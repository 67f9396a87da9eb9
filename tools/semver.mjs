// The public Rust API, compared with the release before this commit by cargo-semver-checks: a change that
// breaks users needs a version that says so.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { output, Problem, root, run, say, tools, whenCalled } from './run.mjs';
import { installProgram } from './setup.mjs';

const version = '0.51.0';
const program = join(tools, 'cargo', 'bin', 'cargo-semver-checks');

export async function checkSemver() {
  if (output('git', ['rev-parse', '--is-shallow-repository']) !== 'false') {
    throw new Problem('this needs a clone with all commits and tags: git fetch --unshallow --tags');
  }
  // When a release is made, its own tag is on this commit.
  const before = ['--merged', 'HEAD', '--no-contains', 'HEAD', '--sort=-version:refname'];
  const [baseline] = output('git', ['tag', '--list', 'v*', ...before]).split('\n');
  if (!baseline) return say('Not checked: no tag v* is before this commit');
  await installProgram('cargo-semver-checks', version, '--locked');
  say(`Comparing the Rust API with that of ${baseline}`);
  // The other features are those of the bindings, which are not for users.
  const features = ['--only-explicit-features', '--features', 'diagnose'];
  try {
    await run(program, ['semver-checks', '--baseline-rev', baseline, ...features]);
  } finally {
    // The release, with a biome.json of its own, which Biome refuses within a project.
    rmSync(join(root, 'target', 'semver-checks'), { recursive: true, force: true });
  }
}

await whenCalled(import.meta.url, checkSemver);
