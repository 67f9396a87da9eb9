// The documentation site: what `npm run docs` finds wrong with its links; and the tests that SECURITY.md names.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { brokenLinks, takeHeading } from '../../tools/docs.mjs';
import { root } from '../../tools/run.mjs';

const pages = {
  'index.html': `<a href="guide/a.html#one">right</a> <a href="#here" id="here">right</a>
    <a href="https://example.com/">elsewhere</a> <img src="missing.svg">`,
  'guide/a.html': `<h2 id="one">One</h2> <a href="../index.html?x=1&amp;y=2#here">right</a>
    <a class="x" href="b.html">no file</a> <a href="../guide">a folder</a> <a href="#two">no element</a>`,
};

test('links to no file, to a folder, and to no element are broken', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'docs-'));
  context.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'guide'));
  for (const [name, text] of Object.entries(pages)) writeFileSync(join(folder, name), text);
  assert.deepEqual(brokenLinks(folder).sort(), [
    'guide/a.html: #two',
    'guide/a.html: ../guide',
    'guide/a.html: b.html',
    'index.html: missing.svg',
  ]);
});

test('the heading is taken off a text, and nothing else', () => {
  const text = { text: '# A\n\nB\n\n## C\n\n' };
  assert.equal(takeHeading([text]), 'A');
  assert.equal(text.text, '\nB\n\n## C\n\n');
});

test('each promise of SECURITY.md names tests that there are', () => {
  const text = readFileSync(join(root, 'SECURITY.md'), 'utf8');
  const promised = text.slice(0, text.indexOf('Each of these has tests'));
  const rows = [...text.matchAll(/^\| ([^`|]+) \| (`.*"[^"]*") \|$/gm)];
  const promises = [...promised.matchAll(/^- \*\*([^*]+?)\.?\*\*/gm)].map(([, it]) => it);
  assert.deepEqual(
    rows.map(([, it]) => it),
    promises,
  );
  for (const [, promise, tests] of rows) {
    for (const [, file, names] of tests.matchAll(/`([^`]+)`: ([^;`]+)/g)) {
      const source = readFileSync(join(root, file), 'utf8');
      for (const name of names.split(', "')) {
        const wanted = name.replace(/^"|"?$/g, '');
        assert.ok(source.includes(wanted), `${promise}: ${file} has no ${wanted}`);
      }
    }
  }
});
