/** Makes the secret of an invitation and fills its public half into what is signed. */

import { identity, newSeed } from '../device/keyring.js';
import { remember } from '../device/progress.js';
import { showTrouble } from '../device/trouble.js';
import { keyOfSeed } from '../wire/keys.js';
import { b64urlEncode } from '../wire/text.js';

const form = document.querySelector('.inviting form.act');
const seed = newSeed();
const invitation = keyOfSeed(seed).public.text;
const [act] = JSON.parse(form.dataset.acts);
const acts = [{ ...act, body: { ...act.body, invitation } }];
form.dataset.acts = JSON.stringify(acts);
form.dataset.then = `/invite/${invitation}`;
form.querySelector('pre').textContent = JSON.stringify(acts, null, 1);

// In the browser before it is in the ledger: an invitation whose secret is lost serves nobody.
async function keepSecret() {
  const held = await identity(document.body.dataset.community);
  const begun = { secret: b64urlEncode(seed) };
  await remember(`invite/${invitation}`, begun, { shared: held?.shared ?? true });
}

let kept = false;
const keeping = keepSecret().then(() => {
  kept = true;
});

form.addEventListener('submit', (event) => {
  if (!kept) {
    event.preventDefault();
    event.stopImmediatePropagation();
    keeping.then(
      () => form.querySelector('button').click(),
      (problem) => showTrouble(form, problem),
    );
  }
});
