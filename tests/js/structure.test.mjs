// The check of the crate's structure finds what it is there for, in crates made for it.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { checkStructure } from '../../tools/structure.mjs';

/** What the check says of a crate with these files; nothing when it is content. */
function said(files) {
  const src = mkdtempSync(join(tmpdir(), 'structure-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(src, name)), { recursive: true });
      writeFileSync(join(src, name), text);
    }
    checkStructure(src);
    return undefined;
  } catch (error) {
    return error.message;
  } finally {
    rmSync(src, { recursive: true });
  }
}

test('modules that use each other one way pass', () => {
  const files = {
    'lib.rs': 'pub use a::A;',
    'a.rs': 'use crate::b::{B, c::{D, E}};',
    'b/mod.rs': 'mod c;\nmod d;\nuse c::D;',
    'b/c.rs': 'use super::B;\nuse super::d::F;',
    'b/d.rs': 'use super::B;',
  };
  assert.equal(said(files), undefined);
});

test('a circle is found at the top, within a room, and within a room of a room', () => {
  const top = { 'a.rs': 'use crate::b::{self, B};', 'b.rs': 'fn f() { crate::a::g() }' };
  assert.match(said(top), /circle: a -> b -> a$/);
  const room = {
    'r/mod.rs': '',
    'r/a.rs': 'use super::{X, b::Y};',
    'r/b.rs': 'use crate::r::a::Z;',
  };
  assert.match(said(room), /circle: r::a -> r::b -> r::a$/);
  const inner = {
    'r/mod.rs': '',
    'r/s/mod.rs': '',
    'r/s/a.rs': 'use super::super::s::b::Y;',
    'r/s/b.rs': 'use super::a::Z;',
  };
  assert.match(said(inner), /circle: r::s::a -> r::s::b -> r::s::a$/);
});

test('an import through lib.rs is found', () => {
  assert.match(said({ 'a.rs': 'use crate::{b::B, Error};', 'b.rs': '' }), /a: Error$/);
  assert.match(said({ 'a.rs': 'use super::Error;' }), /a: Error$/);
});

test('text, comments and tests count for nothing, and hide no code', () => {
  const b = 'use crate::a::A;';
  for (const a of ['// crate::b', '"crate::b::B"', 'r#"" crate::b::B"#', "'\"' // crate::b::B"]) {
    assert.equal(said({ 'a.rs': a, 'b.rs': b }), undefined, a);
  }
  const tests = '#[cfg(test)]\nmod tests {\n    use crate::b::B;\n}';
  assert.equal(said({ 'a.rs': tests, 'b.rs': b }), undefined);
  for (const a of [
    'f("https://", crate::b::B)',
    "f('\"', crate::b::B, '\"')",
    "f::<'a>(crate::b::B)",
  ]) {
    assert.match(said({ 'a.rs': a, 'b.rs': b }) ?? '', /circle/, a);
  }
});
