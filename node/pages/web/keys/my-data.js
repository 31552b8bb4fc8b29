/** Hands out what this browser keeps as proof, as a file; keys are not in it. */

import { partOf, run } from '../device/part.js';
import { all } from '../device/store.js';
import { b64urlEncode } from '../wire/text.js';

const place = partOf('.my-data');
const button = place.querySelector('.download');

async function start() {
  const [receipts, heads] = await Promise.all([all('receipts'), all('heads')]);
  const count = place.querySelector('.count');
  count.textContent = place.dataset.count.replace('#', receipts.length);
  count.hidden = false;
  button.disabled = false;
  button.onclick = () => download(JSON.stringify({ receipts, heads }, plain, 1));
}

const plain = (_name, value) => (value instanceof Uint8Array ? b64urlEncode(value) : value);

function download(text) {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'acuerdo.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

run(place, start);
