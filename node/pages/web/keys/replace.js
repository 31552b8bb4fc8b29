/** Confirming a new key: reads it off the link, and who is said to have made it. */

import { checkNumber } from '../device/comparing.js';
import { readName, readPair, takeFragment } from '../device/links.js';
import { partOf, run } from '../device/part.js';

const form = partOf('form.replace');
const field = form.querySelector('#key');

function take(text) {
  const [key, said] = readPair(text);
  const name = readName(said);
  const line = form.querySelector('.said');
  line.hidden = name === '';
  if (name !== '') {
    const who = document.createElement('bdi');
    who.textContent = name;
    const [before, after] = line.dataset.says.split('#');
    line.replaceChildren(before, who, after);
  }
  compare(key);
  return key;
}

function compare(key) {
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
    field.value = take(fragment);
  } else if (field.value !== '') {
    compare(field.value);
  }
  field.addEventListener('input', () => {
    if (field.value.includes('#')) {
      field.value = take(field.value);
    } else {
      compare(field.value.trim());
    }
  });
}

run(form, start);
