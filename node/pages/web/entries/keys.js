/**
 * Everything that a browser does with keys beside signing: coming in, further devices, loss.
 *
 * One entry for all of these pages, so that a phone loads few files and loads them once.
 */

import '../keys/device-add.js';
import '../keys/device-how.js';
import '../keys/device-new.js';
import '../keys/device-start.js';
import '../keys/invitation.js';
import '../keys/join-paste.js';
import '../keys/join.js';
import '../keys/key.js';
import '../keys/lost.js';
import '../keys/me.js';
import '../keys/my-data.js';
import '../keys/newcomer.js';
import '../keys/replace.js';
