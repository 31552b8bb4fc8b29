/** Whether a device is hers alone; and that nobody else's key is written over. */

import { identity } from './keyring.js';
import { standingOf } from './session.js';

/**
 * Prepares the choice in a form: where somebody else's key is kept, hers can only be in the tab.
 *
 * @param {Element} form
 * @param {string} community
 * @returns {Promise<boolean>} whether somebody's key is kept here
 */
export async function prepareChoice(form, community) {
  const held = await identity(community);
  if (held === null || !(await speaks(held))) {
    return false;
  }
  form.querySelector('.occupied').hidden = false;
  form.querySelector('[name="shared"][value="no"]').disabled = true;
  form.querySelector('[name="shared"][value="yes"]').checked = true;
  return true;
}

/** @returns {boolean} */
export const chosen = (form) => form.querySelector('[name="shared"]:checked').value === 'yes';

async function speaks(held) {
  try {
    return ['active', 'waiting'].includes((await standingOf(held)).standing);
  } catch {
    return true; // not to be found out now: better keep it
  }
}
