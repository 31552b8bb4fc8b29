/** A file from anywhere, opened and verified in this browser; it is sent nowhere. */

import { showTrouble } from '../device/trouble.js';

const place = document.querySelector('.check');
const form = place.querySelector('form');
const wait = place.querySelector('.wait');

async function check() {
  const [file] = form.elements.file.files;
  const text = form.elements.text.value.trim();
  if (file === undefined && text === '') {
    form.querySelector('.empty').hidden = false;
    form.querySelector('.empty').focus();
    return;
  }
  const raw = file === undefined ? new TextEncoder().encode(text) : await read(file);
  const { verifyFile } = await import('../device/files.js');
  await verifyFile(place, raw, JSON.parse(place.dataset.asked));
}

const read = async (file) => new Uint8Array(await new Response(file).arrayBuffer());

for (const part of form.elements) {
  part.disabled = false;
}
form.addEventListener('submit', (event) => {
  event.preventDefault();
  form.querySelector('.empty').hidden = true;
  place.querySelector('.failed').hidden = true;
  place.querySelector('.found').hidden = true;
  wait.hidden = false;
  check()
    .catch((problem) => showTrouble(place, problem))
    .finally(() => {
      wait.hidden = true;
    });
});
