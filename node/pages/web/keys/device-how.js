/** Goes on with the link of the other device, where it was pasted. */

import { onSubmit } from '../device/forms.js';
import { readOwner } from '../device/links.js';
import { partOf, run } from '../device/part.js';

const form = partOf('form.paste-device');

async function goOn() {
  const owner = readOwner(form.querySelector('#pasted').value);
  form.querySelector('#paste-wrong').hidden = owner !== null;
  if (owner === null) {
    form.querySelector('#pasted').focus();
  } else {
    location.assign(`/me/device/${owner}`);
  }
}

run(form, () => onSubmit(form, form, goOn));
