/** What this device is to the member who looks at her own page. */

import { onSubmit } from '../device/forms.js';
import { forget, identity, seedOf } from '../device/keyring.js';
import { ask } from '../device/net.js';
import { partOf, run } from '../device/part.js';

const place = partOf('.this-device');
const form = place.querySelector('form.forget');
const { community, member } = document.body.dataset;

async function start() {
  const held = await identity(community);
  const hers = held === null ? null : document.querySelector(`[data-key="${held.key}"]`);
  if (hers !== null) {
    hers.querySelector('.here').hidden = false;
  }
  place.querySelector('.state').textContent = place.dataset[await stateOf(held, hers)];
  form.hidden = held === null;
  if (held !== null) {
    onSubmit(form, place, forgetIt);
  }
}

async function stateOf(held, hers) {
  if (held === null) {
    return 'none';
  }
  if (hers === null || (held.member !== null && held.member !== member)) {
    return 'other';
  }
  if (held.shared) {
    return 'shared';
  }
  return (await seedOf(community)) === null ? 'hidden' : 'plain';
}

/** Asks once more, in the page itself. */
async function forgetIt() {
  const sure = form.querySelector('.sure');
  if (sure.hidden) {
    sure.hidden = false;
    form.querySelector('button').textContent = form.dataset.sure;
    return;
  }
  await forget(community);
  await ask('/leave', { method: 'POST' });
  location.replace('/');
}

run(place, () => start().finally(() => place.querySelector('.state').classList.remove('wait')));
