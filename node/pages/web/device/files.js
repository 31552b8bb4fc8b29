/** A receipt or a bundle out of a file, verified, and shown. */

import { isBundle } from '../replication/bundle.js';
import { verifyKept } from './kept.js';
import { mismatch } from './mismatch.js';
import { Teller, showFindings } from './showing.js';
import { publicApi, readKept } from './source.js';
import * as store from './store.js';

const BRACE = 0x7b;
// How a zstd frame begins: such a bundle is for the command line.
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];

/**
 * @param {Element} place
 * @param {Uint8Array} raw
 * @param {import('./showing.js').Telling} telling
 * @throws {ProtocolError} it is neither a receipt nor a bundle
 */
export async function verifyFile(place, raw, telling) {
  const trimmed = withoutEnd(raw);
  if (trimmed[0] === BRACE) {
    const findings = await verifyKept(readKept(trimmed), publicApi, store, { online: false });
    showFindings(place, [{ findings, entry: findings.entry }], telling, 'receipt.checks.json');
  } else if (isBundle(raw)) {
    await verifyWhole(place, raw, telling);
  } else if (ZSTD.every((byte, at) => raw[at] === byte)) {
    throw mismatch('file-compressed', 'a compressed bundle');
  } else {
    throw mismatch('file-malformed', 'neither a receipt nor a bundle');
  }
}

async function verifyWhole(place, raw, telling) {
  const { verifyBundle } = await import('./bundles.js');
  const teller = new Teller(telling);
  const wait = place.querySelector('.wait');
  const before = wait.textContent;
  try {
    const found = await verifyBundle(raw, (n) => {
      wait.textContent = teller.say('progress', { n });
    });
    const reports = found.map(({ ledger, findings }) => ({ title: teller.community(ledger), findings }));
    showFindings(place, reports, telling, 'bundle.checks.json');
  } finally {
    wait.textContent = before;
  }
}

/** Without the line feed that editors and shells put behind a text. */
function withoutEnd(raw) {
  let end = raw.length;
  while (end > 0 && (raw[end - 1] === 0x0a || raw[end - 1] === 0x0d)) {
    end -= 1;
  }
  return raw.subarray(0, end);
}
