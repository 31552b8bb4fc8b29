/** Waits until others have made a key somebody's: sponsors, her old device, who knows her. */

import { Trouble } from './net.js';
import { standingOf } from './session.js';

const FIRST_MS = 2_000;
const MOST_MS = 15_000;

/**
 * @param {import('./keyring.js').Identity} identity
 * @returns {Promise<string>} the member's id, once its holder is an active member
 * @throws {Trouble} the key is dead, or the node refuses
 */
export async function arrival(identity) {
  let pause = FIRST_MS;
  for (;;) {
    const found = await ask(identity);
    if (found?.standing === 'active') {
      return found.member;
    }
    if (found?.standing === 'retired' || found?.standing === 'left') {
      throw new Trouble('key-retired', identity.key, 403);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(MOST_MS, pause * 1.2);
  }
}

async function ask(identity) {
  try {
    return await standingOf(identity);
  } catch (problem) {
    // No connection, or asked too often: it may come right.
    if (problem instanceof Trouble && problem.passing) {
      return null;
    }
    throw problem;
  }
}
