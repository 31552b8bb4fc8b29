/** The parts of one bundle in pictures that came so far; kept in the browser between visits. */

import { ProtocolError } from '../wire/errors.js';
import { joinParts, partsIn, readPart } from '../wire/parts.js';
import { drop, get, put } from './store.js';

const ID = 'bundle-parts';

export class Gathering {
  /** @returns {Promise<Gathering>} with what was there already */
  static async open() {
    const gathering = new Gathering();
    const kept = await get('notes', ID).catch(() => undefined);
    gathering.#take((kept?.texts ?? []).join(' '));
    return gathering;
  }

  /** @type {Map<number, import('../wire/parts.js').Part>} */
  #parts = new Map();

  get here() {
    return this.#parts.size;
  }

  get total() {
    return this.#first?.total ?? 0;
  }

  get missing() {
    const all = Array.from({ length: this.total }, (_, at) => at + 1);
    return all.filter((number) => !this.#parts.has(number));
  }

  get texts() {
    return [...this.#parts.values()].map((part) => part.text);
  }

  /** Whether all are here and make up what was sent. */
  get complete() {
    try {
      return this.here > 0 && joinParts([...this.#parts.values()]).length > 0;
    } catch (problem) {
      if (problem instanceof ProtocolError) {
        return false;
      }
      throw problem;
    }
  }

  /**
   * Takes every part that stands in a text. One of another file begins anew: people read one
   * bundle at a time, and the last picture that they point at is the one that they mean.
   *
   * @param {string} text
   * @returns {Promise<{found: number, damaged: boolean}>}
   */
  async add(text) {
    const told = this.#take(text);
    if (told.found > 0) {
      // A browser that keeps nothing still gathers while the page is open.
      await put('notes', { id: ID, texts: this.texts }).catch(() => {});
    }
    return told;
  }

  async forget() {
    this.#parts.clear();
    await drop('notes', ID).catch(() => {});
  }

  #take(text) {
    let [found, damaged] = [0, false];
    for (const one of partsIn(text)) {
      try {
        const part = readPart(one);
        if (this.#first !== undefined && this.#first.digest !== part.digest) {
          this.#parts.clear();
        }
        this.#parts.set(part.number, part);
        found += 1;
      } catch (problem) {
        if (!(problem instanceof ProtocolError)) {
          throw problem;
        }
        damaged = true;
      }
    }
    return { found, damaged };
  }

  get #first() {
    return this.#parts.values().next().value;
  }
}
