/**
 * What was begun with a secret and is not finished: a key being made, an invitation being given.
 *
 * On a shared device it lies in the tab alone. Nothing of it is ever in an address or sent.
 */

import { drop, get, put } from './store.js';

const TAB = 'acuerdo/begun/';

/** @returns {Promise<any>} what was remembered under that id, or null */
export async function recall(id) {
  const tab = sessionStorage.getItem(TAB + id);
  return tab === null ? ((await get('notes', id))?.begun ?? null) : JSON.parse(tab);
}

/**
 * @param {string} id
 * @param {object} begun
 * @param {{shared: boolean}} where in the tab alone, or in the browser
 */
export async function remember(id, begun, { shared }) {
  if (shared) {
    sessionStorage.setItem(TAB + id, JSON.stringify(begun));
    await drop('notes', id);
  } else {
    await put('notes', { id, begun });
    sessionStorage.removeItem(TAB + id);
  }
}

export async function finish(id) {
  sessionStorage.removeItem(TAB + id);
  await drop('notes', id);
}
