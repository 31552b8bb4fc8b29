/**
 * A founder's key before there is a community: kept under the name of the founding, and put in the
 * community's place once it is there. One founder a device.
 *
 * @typedef {{id: string, number: string, name: string}} Founder
 */

import { identity, keep } from './keyring.js';
import { all, drop, get, put } from './store.js';

const PREFIX = 'founding/';

/**
 * Keeps the key of a founder.
 *
 * @param {string} founding
 * @param {Uint8Array} seed
 * @param {{number: string, name: string}} founder
 */
export async function keepFounder(founding, seed, { number, name }) {
  await keep(PREFIX + founding, seed);
  await put('notes', { id: PREFIX + founding, number, name });
}

/**
 * @param {string} founding
 * @returns {Promise<(Founder & {key: string}) | null>} whose key this browser has
 */
export async function founderOf(founding) {
  const note = await get('notes', PREFIX + founding);
  const kept = await identity(PREFIX + founding);
  return note === undefined || kept === null ? null : { ...note, key: kept.key };
}

/** @returns {Promise<Founder[]>} founders, of any founding, whose names are not signed yet */
export const founders = async () =>
  (await all('notes')).filter((note) => note.id.startsWith(PREFIX));

/**
 * The founder's key as one of a community, whether it is in its place already or not.
 *
 * @param {Founder} founder
 * @param {string} community
 */
export async function foundersKey(founder, community) {
  const waiting = await identity(founder.id);
  return waiting === null ? identity(community) : { ...waiting, community };
}

/** The community took her in: her key takes its place. */
export async function settleFounder(founder, community, member) {
  const waiting = await get('keys', founder.id);
  if (waiting !== undefined) {
    await put('keys', { ...waiting, community, member });
    await drop('keys', founder.id);
  }
}

/** Her name stands in the ledger; nothing more is to be done. */
export const forgetFounder = (founder) => drop('notes', founder.id);
