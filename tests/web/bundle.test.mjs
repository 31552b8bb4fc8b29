/** Every vector of the container in which ledgers travel, and what a browser verifies of it. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { verifyBundle } from '../../node/pages/web/device/bundles.js';
import { readSection, splitBundle } from '../../node/pages/web/replication/bundle.js';
import { ProtocolError } from '../../node/pages/web/wire/errors.js';
import { hexEncode, utf8Decode } from '../../node/pages/web/wire/text.js';
import { rawOf, unhex, vectors } from './vector_files.mjs';

vectors('replication/bundle', (given) => {
  const frames = splitBundle(rawOf(given));
  return {
    sections: frames.map((frame) => {
      try {
        return told(readSection(frame));
      } catch (problem) {
        assert.ok(problem instanceof ProtocolError);
        return { ledger: frame.ledger, code: problem.code };
      }
    }),
  };
});

const told = ({ ledger, chain, heads, start, end, items, proof }) => ({
  ledger,
  chain: chain.map(utf8Decode),
  heads: heads.map(utf8Decode),
  start,
  end,
  leaves: items.map((item) => hexEncode(item.leaf)),
  sorts: items.map(sortOf),
  proof: proof.map(hexEncode),
});

const sortOf = ({ raw, sealed }) => {
  if (raw !== null) {
    return 'entry';
  }
  return sealed === null ? 'withheld' : `sealed ${utf8Decode(sealed)}`;
};

const vector = (name) => {
  const file = new URL(`../vectors/replication/bundle/${name}.json`, import.meta.url);
  return rawOf(JSON.parse(readFileSync(file, 'utf8')).given);
};

test('a whole bundle is right, and a changed byte anywhere is not', async () => {
  const raw = vector('whole');
  const [first] = await verifyBundle(raw);
  assert.deepEqual(states(first), { section: 'yes', chain: 'yes', entries: 'yes', head: 'yes', place: 'yes' });
  // Somewhere in the chain, the heads, and the entries.
  for (const part of [0.1, 0.3, 0.5, 0.7, 0.9]) {
    const changed = Uint8Array.from(raw);
    changed[Math.floor(raw.length * part)] ^= 1;
    const verdicts = await verifyBundle(changed).then(
      (found) => found.map(({ findings }) => findings.verdict),
      () => ['no'],
    );
    assert.ok(verdicts.includes('no'), `a change at ${part} went unnoticed`);
  }
});

test('what is no bundle is refused', async () => {
  await assert.rejects(verifyBundle(unhex('00')), ProtocolError);
});

const states = ({ findings }) =>
  Object.fromEntries(
    findings.lines.filter(({ name }) => name !== 'cosigned').map(({ name, state }) => [name, state]),
  );
