/** On a shared device: forgets on demand, and signs a tab out that does not hold the key. */

import { forget, isInTab } from '../device/keyring.js';
import { ask } from '../device/net.js';

const { community } = document.body.dataset;
const form = document.querySelector('form.forget-now');

async function leave() {
  await forget(community);
  await ask('/leave', { method: 'POST' });
  location.replace('/');
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  leave().catch(() => form.submit());
});

// The tab that held the key was closed: whoever sits here now is not to read on in her name.
if (!isInTab(community)) {
  ask('/leave', { method: 'POST' })
    .then(() => location.replace('/'))
    .catch(() => {});
}
