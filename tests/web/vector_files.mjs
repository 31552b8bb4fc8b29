/** Reading the vectors under tests/vectors: one JSON file each, named by its fault. */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { ProtocolError } from '../../node/pages/web/wire/errors.js';
import { hexDecode } from '../../node/pages/web/wire/text.js';

const ROOT = fileURLToPath(new URL('../vectors/', import.meta.url));

/**
 * A test for every vector of a folder. `read` gets what is given and answers with what was read,
 * to be compared with what the vector gives; or it fails with the code that the vector expects.
 */
export function vectors(folder, read) {
  for (const file of readdirSync(join(ROOT, folder)).sort()) {
    const vector = JSON.parse(readFileSync(join(ROOT, folder, file), 'utf8'));
    test(`${folder}/${file}`, () => {
      const [code, gives] = verdict(() => read(vector.given, vector));
      assert.equal(code, vector.expect ?? 'ok', vector.why);
      if (code === 'ok' && gives !== undefined && vector.gives !== undefined) {
        assert.deepEqual(gives, vector.gives);
      }
    });
  }
}

/** Bytes are given as text where they are text, otherwise as hex. */
export const rawOf = (given) =>
  'text' in given ? bytesOf(given.text) : unhex(given.hex);

export const bytesOf = (text) => new TextEncoder().encode(text);

export const unhex = (text) => hexDecode(text, text.length / 2);

function verdict(read) {
  try {
    return ['ok', read()];
  } catch (problem) {
    if (problem instanceof ProtocolError) {
      return [problem.code, undefined];
    }
    throw problem;
  }
}
