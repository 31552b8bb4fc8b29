/** What people compare and hand each other. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { checkNumber } from '../../node/pages/web/device/comparing.js';
import {
  joinPath,
  readInvitation,
  readName,
  readOwner,
  readPair,
  seedOfInvitation,
  writeName,
} from '../../node/pages/web/device/links.js';
import { keyOfSeed } from '../../node/pages/web/wire/keys.js';
import { b64urlEncode, utf8Encode } from '../../node/pages/web/wire/text.js';

const SEED = Uint8Array.from({ length: 32 }, (_, at) => at);
const KEY = keyOfSeed(SEED).public.text;
const SECRET = b64urlEncode(SEED);
const COMMUNITY = 'ab'.repeat(32);
const code = (value) => `acuerdo1:${b64urlEncode(utf8Encode(JSON.stringify(value)))}`;

test('a key has the number that the pages show', () => {
  assert.equal(KEY, 'A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg');
  assert.equal(checkNumber(KEY), '0172 5496 5454 5533 7612');
});

test('a link and a code are one invitation', () => {
  const link = readInvitation(`  https://aldea.example/join/${KEY}#${SECRET}\n`);
  assert.deepEqual(link, { base: 'https://aldea.example', community: null, path: joinPath(SEED) });
  const given = { node: 'http://10.0.0.7:8420', community: COMMUNITY, audience: 'community', invitation: SECRET };
  assert.deepEqual(readInvitation(code(given)), {
    base: 'http://10.0.0.7:8420', community: COMMUNITY, path: `/join/${KEY}#${SECRET}`,
  });
});

test('what is no whole invitation is none', () => {
  const other = b64urlEncode(new Uint8Array(32));
  for (const text of [
    '', 'hola', `https://aldea.example/join/${KEY}`, `https://aldea.example/join/${KEY}#${SECRET.slice(2)}`,
    `https://aldea.example/join/${KEY}#${other}`, `https://aldea.example/${KEY}#${SECRET}`,
    'acuerdo1:', code({ node: 'http://a.example', invitation: 'AA' }), code([]),
  ]) {
    assert.equal(readInvitation(text), null, text);
  }
  assert.equal(seedOfInvitation(KEY, other), null);
  assert.deepEqual(seedOfInvitation(KEY, SECRET), SEED);
});

test('an address in an invitation is an address', () => {
  for (const node of ['javascript:alert(1)//', 'data:text/html,x', '//evil.example', 7, null]) {
    assert.equal(readInvitation(code({ node, community: COMMUNITY, audience: 'public', invitation: SECRET })), null);
  }
});

test('a device names its member, and a lost one its person', () => {
  assert.equal(readOwner(` http://a.example/me/device/${COMMUNITY} `), COMMUNITY);
  assert.equal(readOwner(`http://a.example/me/device/${COMMUNITY}#x`), COMMUNITY);
  assert.equal(readOwner('http://a.example/me/device/add#x.y'), null);
  assert.deepEqual(readPair(`http://a.example/me/device/add#${KEY}.${SECRET}`), [KEY, SECRET]);
  assert.deepEqual(readPair(KEY), [KEY, '']);
  assert.equal(readName(writeName('Ñusta María 🌽')), 'Ñusta María 🌽');
  assert.equal(readName(writeName('two\nlines')), 'two lines');
  assert.equal(readName('***'), '');
});
