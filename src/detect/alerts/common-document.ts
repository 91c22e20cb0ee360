import { coerceValue } from '../../event/document-event-value.ts';
import { canonicalJson, type Document, isDocument, visitPath } from '../../event/document.ts';
import { fields } from '../../event/field.ts';
import type { Term } from '../alert.ts';

/**
 * What several events have in common: fields that are equal in all of them.
 *
 * @param documents events, the first one gives the order of the keys
 * @returns the document itself when there is one, else a new one; empty for no events
 */
export function commonDocument(documents: readonly Document[]): Document {
  const [first, ...rest] = documents;
  return rest.reduce(intersection, first ?? {});
}

function intersection(one: Document, other: Document): Document {
  const common: Document = {};
  for (const key of Object.keys(one)) {
    if (key === '__proto__' || !Object.hasOwn(other, key)) continue;
    const left = one[key];
    const right = other[key];
    if (isDocument(left) && isDocument(right)) {
      const inner = intersection(left, right);
      if (Object.keys(inner).length > 0) common[key] = inner;
    } else if (left === right || canonicalJson(left) === canonicalJson(right)) {
      common[key] = left;
    }
  }
  return common;
}

/**
 * Puts the values a group is made of into its document where it lacks them.
 *
 * @param document left as it is
 * @param terms fields by name with their value as text
 * @returns the document itself when it lacks none, else a copy
 */
export function withTerms(document: Document, terms: readonly Term[]): Document {
  let whole = document;
  for (const { field: name, value } of terms) {
    const path = name.split('.');
    let isThere = false;
    visitPath(document, path, () => {
      isThere = true;
    });
    const type = fields.find(name)?.type ?? 'keyword';
    if (!isThere) whole = withValue(whole, path, coerceValue(type, value) ?? value);
  }
  return whole;
}

function withValue(document: Document, path: readonly string[], value: unknown): Document {
  const [head = '', ...rest] = path;
  const below = document[head];
  return { ...document, [head]: rest.length === 0 ? value : withValue(isDocument(below) ? below : {}, rest, value) };
}
