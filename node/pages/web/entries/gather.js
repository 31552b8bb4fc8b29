/**
 * Gathers the parts of a bundle in pictures until all are here, whichever way they come.
 *
 * A camera application opens this page once for each picture, with the part behind `#`. So parts
 * are kept in the browser between visits; the page that has the last one offers to hand them in.
 */

import { Gathering } from '../device/gathering.js';
import { eyes } from '../device/eyes.js';

const place = document.querySelector('.gather');
const form = place.querySelector('form.complete');
const problem = place.querySelector('.problem');

async function main() {
  const gathering = await Gathering.open();
  const add = async (text, quiet = false) => {
    const { found, damaged } = await gathering.add(text);
    show(gathering);
    problem.hidden = found > 0 || quiet;
    problem.textContent = damaged ? place.dataset.damaged : place.dataset.none;
    return found > 0;
  };
  place.hidden = false;
  show(gathering);
  takeFromAddress(add);
  // The camera application may hand the next link to a page that is open already.
  addEventListener('hashchange', () => takeFromAddress(add));
  const pasted = place.querySelector('#pasted');
  place.querySelector('.add').addEventListener('click', async () => {
    if (await add(pasted.value)) {
      pasted.value = '';
    }
  });
  place.querySelector('.forget').addEventListener('click', async () => {
    await gathering.forget();
    show(gathering);
  });
  form.addEventListener('submit', () => gathering.forget());
  await offerCamera(gathering, add);
}

function takeFromAddress(add) {
  if (location.hash.length > 1) {
    const text = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, '', location.pathname);
    add(text);
  }
}

function show(gathering) {
  const { here, total, missing, complete } = gathering;
  const count = place.querySelector('.count');
  const lacking = place.querySelector('.missing');
  count.dataset.first ??= count.textContent;
  count.textContent =
    here === 0 ? count.dataset.first : filled(count.dataset.template, here, total);
  lacking.textContent =
    here === 0 || complete ? '' : filled(lacking.dataset.template, missing.join(', '));
  form.hidden = !complete;
  form.elements.parts.value = complete ? gathering.texts.join('\n') : '';
}

const filled = (sentence, ...values) =>
  values.reduce((text, value, at) => text.replace(`%${at + 1}`, value), sentence);

async function offerCamera(gathering, add) {
  const look = await eyes(place.querySelector('video'));
  if (look === null) {
    return;
  }
  const button = place.querySelector('button.camera');
  button.hidden = false;
  button.addEventListener('click', async () => {
    button.hidden = true;
    try {
      await look((text) => add(text, true), () => gathering.complete);
    } catch {
      button.hidden = false; // no camera, or it was not allowed: there are other ways
    }
  });
}

main();
