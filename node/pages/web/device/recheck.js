/** Kept receipts, checked again against what the node publishes now. */

import { b64Decode, utf8Encode } from '../wire/text.js';
import { verifyKept } from './kept.js';
import { publicApi } from './source.js';
import * as store from './store.js';

/**
 * @param {{community: string, id: string, index: number, entry: string, receipt: string, chain: string[]}[]} kept
 * @param {(done: number) => void} progress
 * @returns {Promise<{index: number, findings: import('./findings.js').Findings, entry: object}[]>}
 */
export async function recheck(kept, progress) {
  const source = remembering(publicApi);
  const found = [];
  for (const one of kept) {
    const parts = {
      community: one.community,
      message: one.id,
      entry: b64Decode(one.entry),
      receipt: utf8Encode(one.receipt),
      // Not the one that was kept: the keys may have been rotated since, or another chain be shown.
      chain: null,
    };
    const findings = await verifyKept(parts, source, store, { online: true });
    found.push({ index: one.index, findings, entry: findings.entry });
    progress(found.length);
  }
  return found;
}

/** The same question is asked once. */
function remembering(source) {
  const answers = new Map();
  const once = (name) => (...asked) => {
    const key = [name, ...asked].join(' ');
    if (!answers.has(key)) {
      answers.set(key, source[name](...asked));
    }
    return answers.get(key);
  };
  return Object.fromEntries(Object.keys(source).map((name) => [name, once(name)]));
}
