// What Cargo.toml and the package.json files say of the project: versions, which have to be equal, and
// where it lives.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem, root, whenCalled } from './run.mjs';

const read = (name) => readFileSync(join(root, name), 'utf8');
const json = (name) => JSON.parse(read(name));

/** The [package] section of Cargo.toml, of which this needs the strings of one line. */
function crate(name) {
  const [section] = read('Cargo.toml').split(/^\[(?!package\]$)/m);
  const value = new RegExp(`^${name} = \\[?"([^"]+)"\\]?$`, 'm').exec(section)?.[1];
  if (value) return value;
  throw new Problem(`Cargo.toml has no ${name} in [package]`);
}

/** What Cargo.toml says of authors and repository, in the words of package.json. */
export function metadata() {
  const url = crate('repository');
  return {
    author: crate('authors'),
    repository: { type: 'git', url: `git+${url}.git` },
    homepage: `${url}#readme`,
    bugs: { url: `${url}/issues` },
  };
}

export const manifestText = (manifest) => `${JSON.stringify(manifest, null, 2)}\n`;

/** The newest section of the changelog: its version, its date or `unreleased`, and its text. */
function newest() {
  const [, section = ''] = read('CHANGELOG.md').split(/^## /m);
  const heading = /^(\S+) - (\S+)\n/.exec(section);
  if (!heading) throw new Problem('CHANGELOG.md does not start with `## VERSION - DATE`');
  const [line, version, date] = heading;
  const text = section.slice(line.length);
  return { version, date, text: text.trim() };
}

/** Throws unless all files have the same version. */
export function checkVersions() {
  const version = crate('version');
  const lock = json('package-lock.json');
  const versions = {
    'Cargo.lock': /^name = "duo-sign"\nversion = "(.+)"$/m.exec(read('Cargo.lock'))?.[1],
    'package.json': json('package.json').version,
    'package-lock.json': lock.version,
    'packages of package-lock.json': lock.packages[''].version,
    'pkg-template/package.json': json('pkg-template/package.json').version,
    'CHANGELOG.md': newest().version,
  };
  for (const [name, found] of Object.entries(versions)) {
    if (found !== version) throw new Problem(`${name} has ${found}, Cargo.toml ${version}`);
  }
  return version;
}

/** Throws unless this commit can be released under the tag. Gives what the changelog says of it. */
export function checkRelease(tag) {
  const version = checkVersions();
  if (tag !== `v${version}`) throw new Problem(`the tag is ${tag}, the version ${version}`);
  const { date, text } = newest();
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) throw new Problem(`CHANGELOG.md: ${version} has no date`);
  if (crate('repository').includes('/OWNER/')) {
    throw new Problem('Cargo.toml: set `repository` to the address of the repository');
  }
  return text;
}

// `node tools/manifest.mjs v1.2.3` checks a release, and prints its notes.
await whenCalled(import.meta.url, () => console.log(checkRelease(process.argv[2])));
