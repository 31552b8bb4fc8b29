/** An entry's page, verified: what the page holds, against what the public API answers. */

import { readEntry } from '../ledger/entry.js';
import { ProtocolError } from '../wire/errors.js';
import { b64Decode } from '../wire/text.js';
import { showFindings } from './showing.js';
import { publicApi } from './source.js';
import * as store from './store.js';
import { verifyEntry } from './verifying.js';

const SHORT = 8;

/**
 * @param {Element} place
 * @param {{
 *   ledger: string, index: number, leaf: string, entry: string, author: string, own: string,
 *   words: object, names: object,
 * }} asked
 */
export async function verifyPage(place, asked) {
  const { ledger, index, leaf, own } = asked;
  const [entry, author] = [asked.entry, asked.author].map((text) => (text ? b64Decode(text) : null));
  const question = { ledger, index, leaf, entry, author, own: own === 'yes' };
  const findings = await verifyEntry(question, publicApi, store, Math.floor(Date.now() / 1000));
  const report = { findings, entry: entry === null ? null : readable(entry) };
  showFindings(place, [report], asked, `${ledger.slice(0, SHORT)}-${index}.checks.json`);
}

/** The entry, to show what it says; null where it cannot even be read. */
function readable(raw) {
  try {
    return readEntry(raw);
  } catch (problem) {
    if (problem instanceof ProtocolError) {
      return null;
    }
    throw problem;
  }
}
