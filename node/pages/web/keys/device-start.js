/** Shows the link that the other device opens. */

import { hand } from '../device/handing.js';
import { partOf, run } from '../device/part.js';

const place = partOf('.device-start');

run(place, () => hand(place, place.dataset.path));
