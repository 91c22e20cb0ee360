import { type Document, isDocument } from '../../src/event/document.ts';

/**
 * A document without some fields, and without the objects that this leaves empty.
 *
 * @param names dotted names; a name stands for all below it
 */
export function without(document: Document, names: readonly string[], prefix = ''): Document {
  const rest = Object.entries(document).flatMap(([key, value]): [string, unknown][] => {
    if (names.includes(prefix + key)) return [];
    if (!isDocument(value)) return [[key, value]];
    const inner = without(value, names, `${prefix}${key}.`);
    return Object.keys(inner).length === 0 ? [] : [[key, inner]];
  });
  return Object.fromEntries(rest);
}
