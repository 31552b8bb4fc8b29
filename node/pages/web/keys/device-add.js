/** The first device again: reads key and proof off the second one's link. */

import { checkNumber } from '../device/comparing.js';
import { readPair, takeFragment } from '../device/links.js';
import { partOf, run } from '../device/part.js';

const form = partOf('form.device-add');
const field = (name) => form.querySelector(`[name="${name}"]`);

function take(text) {
  const [key, proof] = readPair(text);
  field('key').value = key;
  field('proof').value = proof;
  let number = '';
  try {
    number = checkNumber(key);
  } catch {
    // not a key: the node says so when it is asked
  }
  form.querySelector('.compare').hidden = number === '';
  form.querySelector('.number').textContent = number;
}

function start() {
  const fragment = takeFragment();
  if (fragment !== '') {
    take(fragment);
    form.querySelector('.from-link').hidden = false;
    form.querySelector('.by-hand').hidden = true;
  }
  form.querySelector('#pasted').addEventListener('input', (event) => take(event.target.value));
}

run(form, start);
