/** Every vector of key chains, and which key holds where. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import {
  currentKeys,
  isVoice,
  keysAt,
  logKeys,
  openChain,
  sameOrLonger,
  witnessKeys,
} from '../../node/pages/web/identity/chain.js';
import { bytesOf, vectors } from './vector_files.mjs';

vectors('identity', (given) => {
  const chain = openChain(given.map(bytesOf));
  return {
    community: chain.community,
    'log keys': chain.keysets.map((keyset) => [keyset.since, keyset.log.text]),
    voice: currentKeys(chain).voice.text,
    witness: currentKeys(chain).witness.text,
  };
});

function chainOf(name) {
  const path = new URL(`../vectors/identity/${name}.json`, import.meta.url);
  return openChain(JSON.parse(readFileSync(path, 'utf8')).given.map(bytesOf));
}

test('keys of a rotation hold from the entry after it', () => {
  const chain = chainOf('events-3');
  const [first, second, third] = chain.keysets;
  assert.equal(keysAt(chain, 0), first);
  assert.equal(keysAt(chain, second.since), first);
  assert.equal(keysAt(chain, second.since + 1), second);
  assert.equal(keysAt(chain, third.since), second);
  assert.equal(keysAt(chain, third.since + 1), third);
  assert.ok(isVoice(chain, first.voice) && isVoice(chain, third.voice));
  assert.ok(!isVoice(chain, first.log));
  assert.deepEqual(logKeys(chain), [third.log, second.log, first.log]);
  assert.deepEqual(witnessKeys(chain)[0], third.witness);
});

test('the longer of two chains stands, unless they part', () => {
  const [short, long] = [chainOf('events-1'), chainOf('events-3')];
  assert.equal(sameOrLonger(short, long), long);
  assert.equal(sameOrLonger(long, short), long);
  const other = { ...short, events: [{ id: 'ff'.repeat(32) }] };
  assert.throws(() => sameOrLonger(other, long), { code: 'chain-fork' });
});
