/** Parts of pages: a script serves several pages and does nothing for what is not in this one. */

import { showTrouble } from './trouble.js';

/** @returns {Element} the part, or an empty one where this page has none */
export const partOf = (selector) =>
  document.querySelector(selector) ?? document.createElement('form');

/**
 * @param {Element} place
 * @param {() => Promise<void> | void} start called if the part is in this page
 */
export async function run(place, start) {
  if (place.isConnected) {
    try {
      await start();
    } catch (problem) {
      await showTrouble(place, problem);
    }
  }
}
