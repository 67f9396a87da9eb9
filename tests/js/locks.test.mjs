// What is found in a lock file.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problems } from '../../tools/locks.mjs';

const integrity = `sha512-${'a'.repeat(86)}==`;
const good = { version: '1.2.3', integrity };

test('a lock file of the registry is taken', () => {
  const resolved = 'https://registry.npmjs.org/a/-/a-1.2.3.tgz';
  const packages = { '': {}, 'node_modules/a': { ...good, resolved, hasInstallScript: true } };
  assert.deepEqual(problems({ ...packages, 'node_modules/b': good }, ['a']), []);
});

const bad = {
  'no SHA-512': { version: '1.2.3' },
  'no SHA-512 ': { ...good, integrity: `sha1-${'a'.repeat(27)}=` },
  'is a link': { ...good, link: true },
  'no version of a registry': { ...good, version: 'git+ssh://git@github.com/a/b.git' },
  'is from http://registry.npmjs.org': { ...good, resolved: 'http://registry.npmjs.org/a.tgz' },
  'is from https://registry.npmjs.org.': { ...good, resolved: 'https://registry.npmjs.org.a/a' },
  'has an install script': { ...good, hasInstallScript: true },
};

for (const [message, it] of Object.entries(bad)) {
  test(message, () => {
    const [found] = problems({ 'node_modules/x/node_modules/@a/b': it }, []);
    assert.ok(found?.startsWith('@a/b ') && found.includes(message.trim()), found);
  });
}

test('a script that is gone is to be taken off the list', () => {
  assert.match(problems({ 'node_modules/a': good }, ['a'])[0], /a has no install script/);
});
