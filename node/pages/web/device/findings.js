/**
 * What a browser found out, line by line. A line says yes only for what was computed here; what
 * could not be had or compared is "unsure", and never counts as right.
 *
 * @typedef {'yes' | 'no' | 'unsure'} State
 * @typedef {{
 *   name: string,
 *   state: State,
 *   key: string,
 *   values: Object<string, string | number>,
 *   compared: [string, string | number][],
 * }} Line `key` and the names in `compared` are those of sentences of the page
 */

import { ProtocolError } from '../wire/errors.js';
import { Trouble } from './net.js';

const ORDER = ['signature', 'author', 'chain', 'place', 'head', 'published', 'before', 'cosigned'];

export const yes = (key, values = {}, compared = [], gives = null) =>
  ({ state: 'yes', key, values, compared, gives });
export const no = (key, values = {}, compared = [], gives = null) =>
  ({ state: 'no', key, values, compared, gives });
export const unsure = (key, values = {}, compared = [], gives = null) =>
  ({ state: 'unsure', key, values, compared, gives });

export class Findings {
  constructor() {
    this.lines = [];
    /** Whatever was looked at, as it came: what somebody else needs to see the same. */
    this.evidence = {};
  }

  /**
   * Looks into one thing.
   *
   * @param {string} name
   * @param {() => Promise<{state: State, key: string, values: object, compared: Array, gives: any}>} look
   * @returns {Promise<any>} what `look` gives to those that build on it; null if there is nothing
   */
  async look(name, look) {
    let found;
    try {
      found = await look();
    } catch (problem) {
      found = fault(name, problem);
    }
    const { gives, ...line } = found;
    this.lines.push({ name, ...line });
    return gives;
  }

  /** @returns {Line[]} in the order in which people read them */
  get ordered() {
    return [...this.lines].sort((one, other) => place(one) - place(other));
  }

  /** @returns {State} yes only if every line says yes */
  get verdict() {
    const states = this.lines.map((line) => line.state);
    if (states.includes('no')) {
      return 'no';
    }
    return states.length === 0 || states.includes('unsure') ? 'unsure' : 'yes';
  }
}

const place = ({ name }) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);

function fault(name, problem) {
  if (problem instanceof ProtocolError) {
    return no(`${name}-no`, {}, [['code', problem.code], ['detail', problem.detail]]);
  }
  if (problem instanceof Trouble) {
    const key = problem.passing ? 'unreached' : 'not-given';
    return unsure(key, {}, [['code', problem.code], ['detail', problem.detail]]);
  }
  throw problem;
}
