// Every vector of Duo's Python clients, through the public API.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as duoSign from 'duo-sign';
import { checkVectors } from './suite.mjs';

test('every vector', (t) => {
  const file = new URL('../vectors/signing.json', import.meta.url);
  const vectors = JSON.parse(readFileSync(file, 'utf8'));
  const { passed, failed } = checkVectors(duoSign, vectors);
  t.diagnostic(`${vectors.length} vectors: ${JSON.stringify(passed)}`);
  assert.deepEqual(failed, []);
  assert.equal(
    Object.values(passed).reduce((a, b) => a + b),
    vectors.length,
  );
});
