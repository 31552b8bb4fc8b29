/** What the build makes: small enough, for old phones, the same every time. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { bundle } from '../../node/pages/web/build.mjs';

const WEB = fileURLToPath(new URL('../../node/pages/web/', import.meta.url));

const WRITE = `
  import { writeMessage } from '${WEB}wire/writing.js';
  globalThis.kept = [writeMessage, () => import('${WEB}wire/keys.js')];
`;
const SIGN = `
  import { keyOfSeed, readPublicKey } from '${WEB}wire/keys.js';
  import { writeMessage } from '${WEB}wire/writing.js';
  globalThis.kept = [keyOfSeed, readPublicKey, writeMessage];
`;
const VERIFY = `
  import { keysAt, openChain, sameOrLonger } from '${WEB}identity/chain.js';
  import { openHead, openProof } from '${WEB}identity/heads.js';
  import { verifyConsistency } from '${WEB}ledger/merkle.js';
  globalThis.kept = [keysAt, openChain, sameOrLonger, openHead, openProof, verifyConsistency];
`;
const WORDS = `
  import { seedOfWords, wordsOfSeed } from '${WEB}device/words.js';
  globalThis.kept = [seedOfWords, wordsOfSeed];
`;

// What Chrome 80 and Safari 14 do not have and the build does not rewrite.
const TOO_NEW =
  /\.(?:at|hasOwn|replaceAll|findLast|findLastIndex|toSorted|toReversed|toSpliced|groupBy|isWellFormed|any|randomUUID)\(|structuredClone|AggregateError|WeakRef|withResolvers|\(\?<[=!]/;

const NOT_REWRITTEN = /\?\?=|\|\|=|&&=|static\{|[;{]#[a-z]+[;=(]|sourceMappingURL/;

async function bundled(sources, use = bundle) {
  const folder = mkdtempSync(join(tmpdir(), 'web-'));
  try {
    const paths = Object.entries(sources).map(([name, source]) => {
      writeFileSync(join(folder, name), source);
      return join(folder, name);
    });
    return await use(paths);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Bytes that a browser fetches for an entry before it runs, compressed. */
function weight(files, entry) {
  const [name, file] = [...files].find(([, known]) => known.entry === entry);
  const needed = [name, ...file.imports];
  return needed.reduce((sum, part) => sum + gzipSync(files.get(part).text).length, 0);
}

test('signing and verifying are within their weight', async () => {
  const alone = {};
  for (const [name, source] of Object.entries({ write: WRITE, sign: SIGN, verify: VERIFY, words: WORDS })) {
    alone[name] = weight(await bundled({ [`${name}.js`]: source }), `${name}.js`);
  }
  console.log(`# bytes, gzip: ${JSON.stringify(alone)}`);
  assert.ok(alone.write <= 8_500, `writing weighs ${alone.write}`);
  assert.ok(alone.sign <= 12_000, `signing weighs ${alone.sign}`);
  assert.ok(alone.verify <= 16_000, `verifying weighs ${alone.verify}`);
});

test('chunks are shared, named by what is in them, and word lists come on demand', async () => {
  const sources = { 'sign.js': SIGN, 'verify.js': VERIFY, 'words.js': WORDS, 'look.css': 'a{inset:0}' };
  const [files, again] = await bundled(sources, async (paths) => [
    await bundle(paths),
    await bundle(paths),
  ]);
  const entries = [...files.values()].map((file) => file.entry).filter((entry) => entry !== '');
  assert.deepEqual(entries.sort(), Object.keys(sources).sort());
  for (const [name, { entry, imports }] of files) {
    assert.match(name, /^[a-z]+-[A-Z0-9]{8}\.(?:js|css)$/);
    assert.ok(imports.every((chunk) => files.has(chunk)));
    assert.ok(entry === '' || entry.endsWith('.css') || imports.length > 0);
    assert.ok(!imports.some((chunk) => /english|spanish|french|italian|portuguese/.test(chunk)));
  }
  for (const language of ['english', 'spanish', 'french', 'italian', 'portuguese']) {
    assert.equal([...files.keys()].filter((name) => name.startsWith(`${language}-`)).length, 1);
  }
  assert.deepEqual([...again.keys()].sort(), [...files.keys()].sort());
});

test('nothing in it is newer than the phones that are to run it', async () => {
  const files = await bundled({ 'all.js': SIGN + VERIFY.replace('kept', 'more') + WORDS.replace('kept', 'most') });
  for (const [name, { text }] of files) {
    const script = new TextDecoder().decode(text);
    for (const pattern of [TOO_NEW, NOT_REWRITTEN]) {
      assert.equal(pattern.exec(script)?.[0], undefined, name);
    }
  }
});
