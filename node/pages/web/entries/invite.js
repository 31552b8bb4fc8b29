/** Makes the secret of an invitation and fills its public half into what is signed. */

import { identity } from '../device/keyring.js';
import { newSeed } from '../device/keyring.js';
import { remember } from '../device/progress.js';
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
const button = form.querySelector('button');
button.disabled = true;
identity(document.body.dataset.community)
  .then((held) =>
    remember(`invite/${invitation}`, { secret: b64urlEncode(seed) }, { shared: held?.shared ?? true }),
  )
  .then(() => {
    button.disabled = false;
  });
