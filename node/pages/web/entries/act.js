/**
 * Every form of class `act`: signs what it holds, hands it in, checks the receipt, goes on.
 *
 * `data-acts` is a list of {kind, audience, body}; `{"$": 0}` in a later body, and `$0` in
 * `data-then`, stand for the id of the first, and so on. What was signed is kept until the node answered: trying
 * again sends the same bytes, and the same message twice is one entry.
 */

import { actAll } from '../device/acting.js';
import { identity } from '../device/keyring.js';
import { showTrouble } from '../device/trouble.js';

async function submit(form) {
  const found = await identity(document.body.dataset.community);
  if (found === null) {
    form.querySelector('.no-key').hidden = false;
    form.querySelector('.no-key').focus();
    return;
  }
  const ids = await actAll(found, JSON.parse(form.dataset.acts));
  const then = ids.reduce((path, id, at) => path.split(`$${at}`).join(id), form.dataset.then);
  location.assign(then);
}

for (const form of document.querySelectorAll('form.act')) {
  const button = form.querySelector('button');
  const wait = form.querySelector('.wait');
  button.disabled = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    button.disabled = true;
    wait.hidden = false;
    form.querySelector('.failed').hidden = true;
    submit(form)
      .catch((problem) => showTrouble(form, problem))
      .finally(() => {
        button.disabled = false;
        wait.hidden = true;
      });
  });
}
