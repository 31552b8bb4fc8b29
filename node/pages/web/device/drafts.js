/**
 * What somebody typed into a long form, kept in the browser until it is signed: names and values,
 * as a form sends them. A reload or a lost connection costs nothing.
 */

import { drop, get, put } from './store.js';

const idOf = (name) => {
  const { community, member } = document.body.dataset;
  return `draft/${community}/${member}/${name}`;
};

/** @returns {Promise<{pairs: [string, string][], whole: boolean} | undefined>} */
export const readDraft = (name) => get('notes', idOf(name));

/** Keeps a whole form. */
export const keepDraft = (name, pairs) => put('notes', { id: idOf(name), pairs, whole: true });

export const dropDraft = (name) => drop('notes', idOf(name));

/** Puts some values into a draft, in the place of those of the same names; the rest stays. */
export async function addToDraft(name, added) {
  const old = (await readDraft(name)) ?? { pairs: [], whole: false };
  const named = new Set(added.map(([field]) => field));
  const pairs = [...old.pairs.filter(([field]) => !named.has(field)), ...added];
  await put('notes', { id: idOf(name), pairs, whole: old.whole });
}
