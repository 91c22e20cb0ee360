/**
 * JSON objects that write a key several times, as evtx_dump does for values of one name. JSON.parse keeps the last of them;
 * here a key with several plain values holds them all, as a list in the order in which they are written.
 */
import { isDocument } from '../../event/document.ts';
import { parseLenient } from './lenient.ts';

/** Levels that are looked into; what stands deeper is as JSON.parse has it. */
const MAX_DEPTH = 32;

const QUOTE = 34;
const BACKSLASH = 92;
const COLON = 58;
const COMMA = 44;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;

/**
 * @param text one whole object
 * @returns the object with all values of its keys
 */
export function parseRepeating(text: string): unknown {
  const parsed = parseLenient(text);
  return countKeys(parsed) === countColons(text) ? parsed : withRepeats(text, parsed, 0);
}

/** Colons outside of texts: each stands behind a key. */
function countColons(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === QUOTE) at = behindText(text, at) - 1;
    else if (c === COLON) count++;
  }
  return count;
}

function countKeys(value: unknown): number {
  let count = 0;
  const open = [value];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (typeof one !== 'object' || one === null) continue;
    const inner = Object.values(one);
    if (!Array.isArray(one)) count += inner.length;
    // Null would end the loop no more than any other value; undefined does not occur.
    for (const each of inner) if (typeof each === 'object' && each !== null) open.push(each);
  }
  return count;
}

/** @param parsed what JSON.parse makes of the text */
function withRepeats(text: string, parsed: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH || !isDocument(parsed)) return parsed;
  const all = new Map<string, unknown[]>();
  for (const [key, written] of membersOf(text)) {
    const value = withRepeats(written, parseLenient(written), depth + 1);
    const values = all.get(key);
    if (values) values.push(value);
    else all.set(key, [value]);
  }
  return Object.fromEntries([...all].map(([key, values]) => [key, joined(values)]));
}

/** Of objects the last one counts, as for JSON.parse. */
function joined(values: readonly unknown[]): unknown {
  const last = values.at(-1);
  return values.length === 1 || values.some(isDocument) ? last : values.flat();
}

/** Keys and values of an object, as written, in order. */
function* membersOf(text: string): Generator<readonly [key: string, value: string]> {
  let at = text.indexOf('{') + 1;
  for (;;) {
    const open = text.indexOf('"', at);
    if (open < 0) return;
    const close = behindText(text, open);
    const colon = text.indexOf(':', close);
    if (colon < 0) return;
    const end = behindValue(text, colon + 1);
    yield [String(parseLenient(text.slice(open, close))), text.slice(colon + 1, end)];
    if (text.charCodeAt(end) !== COMMA) return;
    at = end + 1;
  }
}

/** @returns the comma or bracket behind a value */
function behindValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === QUOTE) {
      at = behindText(text, at) - 1;
    } else if (c === OPEN_OBJECT || c === OPEN_ARRAY) {
      depth++;
    } else if (c === CLOSE_OBJECT || c === CLOSE_ARRAY) {
      if (depth === 0) return at;
      depth--;
    } else if (c === COMMA && depth === 0) {
      return at;
    }
  }
  return text.length;
}

/** @param open the opening quote */
function behindText(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === BACKSLASH) at++;
    else if (c === QUOTE) return at + 1;
  }
  return text.length;
}
