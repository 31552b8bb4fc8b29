/** Bundles in pictures: every vector, and parts found in longer texts. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { joinParts, partsIn, readPart } from '../../node/pages/web/wire/parts.js';
import { hexEncode } from '../../node/pages/web/wire/text.js';
import { vectors } from './vector_files.mjs';

vectors('replication/parts', (given) => ({
  file: hexEncode(joinParts(given.parts.map(readPart))),
}));

test('parts are found in links, chats and lines', () => {
  const part = 'ACUERDO-B1:AAAAAAAA:1:2:AAAAAAAAAAAAAAAA:MFRGG';
  const text = `Mira:\nhttps://roble.example/bundles/part#${part}\n${part}. ${part.toLowerCase()}`;
  assert.deepEqual(partsIn(text), [part, part]);
  assert.deepEqual(partsIn('nothing'), []);
});
