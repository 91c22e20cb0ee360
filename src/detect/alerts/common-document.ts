import { coerceValue } from '../../event/document-event-value.ts';
import { canonicalJson, type Document, isDocument, setPath, visitPath } from '../../event/document.ts';
import { fields } from '../../event/field.ts';

/**
 * What several events have in common: fields that are equal in all of them.
 *
 * @param documents events, the first one gives the order of the keys
 * @returns a new document; empty for no events
 */
export function commonDocument(documents: readonly Document[]): Document {
  const [first, ...rest] = documents;
  if (!first) return {};
  let common = first;
  for (const other of rest) common = intersection(common, other);
  return rest.length === 0 ? { ...first } : common;
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
 * @param document changed
 * @param terms fields by name with their value as text
 */
export function addTerms(
  document: Document,
  terms: readonly { readonly field: string; readonly value: string }[],
): void {
  for (const { field: name, value } of terms) {
    const path = name.split('.');
    let isThere = false;
    visitPath(document, path, () => {
      isThere = true;
    });
    const type = fields.find(name)?.type ?? 'keyword';
    if (!isThere) setOwn(document, path, coerceValue(type, value) ?? value);
  }
}

/** Like setPath, but leaves the objects on the way as they are for whoever else holds them. */
function setOwn(document: Document, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path;
  const below = document[head!];
  if (rest.length > 0 && isDocument(below)) {
    const copy = { ...below };
    setOwn(copy, rest, value);
    document[head!] = copy;
  } else {
    setPath(document, path, value);
  }
}
