/**
 * What an event must hold for a predicate to be true. The rule index asks this to hand an event only to the rules that
 * can match it, so an answer may be too wide but never too narrow.
 */
import type { Scalar } from '../../event/document.ts';
import type { Field } from '../../event/field.ts';
import type { Predicate } from '../predicate.ts';

/** Spellings of a text compared without case are listed up to this many; a longer list would cost more than it saves. */
const MAX_SPELLINGS = 8;

/**
 * @param field the field asked about
 * @returns values of which the field has at least one whenever the predicate is true (none: it is never true), or
 * undefined when that cannot be said
 */
export function requiredValues(predicate: Predicate, field: Field): ReadonlySet<Scalar> | undefined {
  switch (predicate.kind) {
    case 'none':
      return new Set();
    case 'equals':
      return predicate.field === field ? valuesOf([predicate.value], predicate.fold) : undefined;
    case 'oneOf':
      return predicate.field === field ? valuesOf(predicate.values, predicate.fold) : undefined;
    case 'and':
      return smallest(predicate.parts.map((part) => requiredValues(part, field)));
    case 'or':
      return union(predicate.parts, field);
    default:
      return undefined;
  }
}

/** Two parts may be met by two values of the field, so the sets cannot be intersected; any one of them holds. */
function smallest(sets: readonly (ReadonlySet<Scalar> | undefined)[]): ReadonlySet<Scalar> | undefined {
  let best: ReadonlySet<Scalar> | undefined;
  for (const set of sets) if (set && (!best || set.size < best.size)) best = set;
  return best;
}

function union(parts: readonly Predicate[], field: Field): ReadonlySet<Scalar> | undefined {
  const all = new Set<Scalar>();
  for (const part of parts) {
    const values = requiredValues(part, field);
    if (!values) return undefined;
    for (const value of values) all.add(value);
  }
  return all;
}

function valuesOf(values: readonly Scalar[], fold: boolean): ReadonlySet<Scalar> | undefined {
  if (!fold) return new Set(values);
  const all = new Set<Scalar>();
  for (const value of values) {
    const written = typeof value === 'string' ? spellings(value) : [value];
    if (!written) return undefined;
    for (const spelling of written) all.add(spelling);
  }
  return all;
}

/** All mixtures of capitals and small letters of a text, or undefined when there are too many. */
function spellings(text: string): string[] | undefined {
  let list = [''];
  for (const c of text) {
    const isLetter = /[A-Za-z]/.test(c);
    if (isLetter && list.length * 2 > MAX_SPELLINGS) return undefined;
    list = isLetter
      ? list.flatMap((start) => [start + c.toLowerCase(), start + c.toUpperCase()])
      : list.map((start) => start + c);
  }
  return list;
}
