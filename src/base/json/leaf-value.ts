import { decodeText } from '../bytes/text-cache.ts';
import { JSON_KIND } from './json-shape.ts';
import type { JsonTape } from './json-tape.ts';
import { unescapeJson } from './unescape.ts';

/**
 * @param leaf number of a value of the tape
 * @param kind its kind, which is none of null, object and array
 * @returns the value, as JSON.parse gives it
 */
export function leafValue(tape: JsonTape, leaf: number, kind: number): string | number | boolean {
  const { buffer, starts, ends, escaped } = tape;
  const start = starts[leaf]!;
  const end = ends[leaf]!;
  switch (kind) {
    case JSON_KIND.true:
      return true;
    case JSON_KIND.false:
      return false;
    case JSON_KIND.number:
      return Number(decodeText(buffer, start, end));
    default: {
      const text = decodeText(buffer, start, end);
      return escaped[leaf] === 1 ? unescapeJson(text) : text;
    }
  }
}
