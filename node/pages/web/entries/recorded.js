/** The minutes stand in the ledger: their draft has done its work. */

import { dropDraft } from '../device/drafts.js';

dropDraft(document.querySelector('[data-recorded]').dataset.recorded);
