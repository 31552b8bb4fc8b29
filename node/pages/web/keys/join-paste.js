/** Goes on with an invitation that somebody pasted; it is never sent anywhere. */

import { onSubmit } from '../device/forms.js';
import { readInvitation } from '../device/links.js';
import { partOf, run } from '../device/part.js';

const form = partOf('form.paste');
const { community } = document.body.dataset;

async function goOn() {
  const found = readInvitation(form.querySelector('#pasted').value);
  form.querySelector('#paste-wrong').hidden = found !== null;
  form.querySelector('.elsewhere').hidden = true;
  if (found === null) {
    form.querySelector('#pasted').focus();
  } else if (found.base === location.origin || found.community === community) {
    location.assign(found.path);
  } else {
    const link = form.querySelector('.elsewhere a');
    link.textContent = found.base;
    link.href = found.base + found.path;
    form.querySelector('.elsewhere').hidden = false;
  }
}

run(form, () => onSubmit(form, form, goOn));
