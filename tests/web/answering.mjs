/**
 * Answers questions of the Python tests: a JSON list of [what, given] comes in, a list of answers
 * goes out, each with `code`: `ok`, or that of the error.
 */

import { readFileSync } from 'node:fs';

import { WordsError, seedOfWords, wordsOfSeed } from '../../node/pages/web/device/words.js';
import { openChain } from '../../node/pages/web/identity/chain.js';
import { openHead, openProof } from '../../node/pages/web/identity/heads.js';
import { readEntry } from '../../node/pages/web/ledger/entry.js';
import { readNote } from '../../node/pages/web/ledger/note.js';
import { readReceipt } from '../../node/pages/web/ledger/receipt.js';
import { ProtocolError } from '../../node/pages/web/wire/errors.js';
import { readJson } from '../../node/pages/web/wire/json.js';
import { keyOfSeed, readPublicKey, readRawPublicKey, verify } from '../../node/pages/web/wire/keys.js';
import { openMessage } from '../../node/pages/web/wire/message.js';
import { hexDecode, hexEncode } from '../../node/pages/web/wire/text.js';
import { writeMessage } from '../../node/pages/web/wire/writing.js';

const unhex = (text) => hexDecode(text, text.length / 2);

const ANSWERS = {
  json: ({ raw }) => ({ value: readJson(unhex(raw)) }),
  note: ({ raw }) => void readNote(unhex(raw)),
  entry: ({ raw }) => void readEntry(unhex(raw)),
  receipt: ({ raw }) => void readReceipt(unhex(raw)),
  key: ({ raw }) => void readRawPublicKey(unhex(raw)),
  signature: ({ key, signature, data }) =>
    void verify(readRawPublicKey(unhex(key)), unhex(signature), unhex(data)),
  message: ({ raw }) => {
    const { id, author, ledger, kind, audience, nonce, body } = openMessage(unhex(raw));
    return { id, author: author.text, ledger, kind, audience, nonce, body };
  },
  write: async ({ seed, statement }) => {
    const key = keyOfSeed(unhex(seed));
    const nonce = unhex(statement.nonce);
    const message = await writeMessage({ ...statement, nonce }, key.public.text, key.sign);
    return { raw: hexEncode(message.raw), id: message.id };
  },
  words: async ({ seed, language }) => ({ words: await wordsOfSeed(unhex(seed), language) }),
  seed: async ({ words }) => ({ seed: hexEncode(await seedOfWords(words)) }),
  head: ({ chain, note }) => {
    const { size, root } = openHead(unhex(note), openChain(chain.map(unhex)));
    return { size, root: hexEncode(root) };
  },
  proof: ({ chain, entry, receipt, witnesses }) => {
    const keys = Object.entries(witnesses).map(([id, key]) => [id, readPublicKey(key)]);
    const proof = openProof(unhex(entry), unhex(receipt), openChain(chain.map(unhex)), new Map(keys));
    const { index, checkpoint, cosignatures } = proof.receipt;
    return { id: proof.entry.message.id, index, size: checkpoint.size, cosignatures };
  },
};

async function answer([what, given]) {
  try {
    return { code: 'ok', ...(await ANSWERS[what](given)) };
  } catch (problem) {
    if (problem instanceof ProtocolError || problem instanceof WordsError) {
      return { code: problem.code };
    }
    throw problem;
  }
}

const answers = [];
for (const question of JSON.parse(readFileSync(0, 'utf8'))) {
  answers.push(await answer(question));
}
process.stdout.write(JSON.stringify(answers));
