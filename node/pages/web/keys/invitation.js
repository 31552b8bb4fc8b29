/** Shows the link of an invitation in the browser that made it. */

import { hand } from '../device/handing.js';
import { joinPath } from '../device/links.js';
import { partOf, run } from '../device/part.js';
import { recall } from '../device/progress.js';
import { b64urlDecode } from '../wire/text.js';

const place = partOf('.invitation');

async function show() {
  const begun = await recall(`invite/${place.dataset.invitation}`);
  place.querySelector('.unknown').hidden = begun !== null;
  if (begun !== null) {
    await hand(place, joinPath(b64urlDecode(begun.secret)));
  }
}

run(place, show);
