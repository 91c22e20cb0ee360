/**
 * A cover of a predicate: a few cheap questions of which at least one is answered yes whenever the predicate is true. A
 * rule like "operation of this interface, or a file of that name" has no single field that it always needs, but it has
 * a cover of two questions, and most events answer no to both.
 */
import { foldAscii, type GlobPart } from '../../base/glob.ts';
import type { Scalar } from '../../event/document.ts';
import type { Field } from '../../event/field.ts';
import { expressionFields } from '../expression.ts';
import type { Predicate } from '../predicate.ts';
import { requiredValues } from './required.ts';

/** A shorter text stands in nearly every value, so asking for it is not worth its while. */
const SHORTEST_TEXT = 3;

/**
 * One question about a field: does it hold one of these values, does one of its texts contain one of these (A–Z folded),
 * or has it a value at all?
 */
export type CoverTerm =
  | { readonly kind: 'values'; readonly field: Field; readonly values: ReadonlySet<Scalar> }
  | { readonly kind: 'texts'; readonly field: Field; readonly texts: ReadonlySet<string> }
  | { readonly kind: 'any'; readonly field: Field };

/** Share of events that answer yes to a question, 0 to 1; only the order of the answers matters. */
export type CoverCost = (term: CoverTerm) => number;

/**
 * @param predicate any predicate
 * @param cost prefers questions that few events answer with yes
 * @returns questions of which one is true whenever the predicate is (none: it is never true), or undefined when there
 * is no such list, as for a negation
 */
export function coverOf(predicate: Predicate, cost: CoverCost): readonly CoverTerm[] | undefined {
  switch (predicate.kind) {
    case 'none':
      return [];
    case 'and':
      return cheapest(
        predicate.parts.map((part) => coverOf(part, cost)),
        cost,
      );
    case 'or':
      return joined(predicate.parts.map((part) => coverOf(part, cost)));
    case 'all':
    case 'not':
    case 'anywhere':
    case 'nested':
      return undefined;
    case 'computed': {
      // Null carries, so every field must be there; asking for the first one is enough.
      const [field] = expressionFields(predicate.expression);
      return field && [{ kind: 'any', field }];
    }
    default: {
      const { field } = predicate;
      // An object exists when anything below it does, which is no single question.
      if (field.type === 'object' || field.type === 'nested') return undefined;
      const values = requiredValues(predicate, field);
      if (values) return [{ kind: 'values', field, values }];
      const texts = requiredTexts(predicate);
      return [texts ? { kind: 'texts', field, texts } : { kind: 'any', field }];
    }
  }
}

/** Texts of which a value contains one (A–Z folded) when the leaf is true; undefined when that cannot be said. */
function requiredTexts(leaf: Predicate): ReadonlySet<string> | undefined {
  switch (leaf.kind) {
    case 'equals':
      return foldedTexts([leaf.value]);
    case 'oneOf':
      return foldedTexts(leaf.values);
    case 'prefix':
    case 'suffix':
    case 'contains':
      return foldedTexts([leaf.text]);
    case 'glob':
      return foldedTexts([longestText(leaf.parts)]);
    default:
      return undefined;
  }
}

function foldedTexts(values: readonly Scalar[]): ReadonlySet<string> | undefined {
  const texts = new Set<string>();
  for (const value of values) {
    if (typeof value !== 'string' || value.length < SHORTEST_TEXT) return undefined;
    texts.add(foldAscii(value));
  }
  return texts;
}

function longestText(parts: readonly GlobPart[]): string {
  return parts.reduce((best, part) => (part.kind === 'text' && part.text.length > best.length ? part.text : best), '');
}

/** Of an `and` every part must hold, so the cheapest part's cover covers the whole. */
function cheapest(
  covers: readonly (readonly CoverTerm[] | undefined)[],
  cost: CoverCost,
): readonly CoverTerm[] | undefined {
  let best: readonly CoverTerm[] | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const cover of covers) {
    if (!cover) continue;
    const sum = cover.reduce((total, term) => total + cost(term), 0);
    if (sum < least) {
      best = cover;
      least = sum;
    }
  }
  return best;
}

/** Of an `or` any part may hold, so all covers are needed; like questions about one field become one. */
function joined(covers: readonly (readonly CoverTerm[] | undefined)[]): readonly CoverTerm[] | undefined {
  const any = new Set<Field>();
  const values = new Map<Field, Set<Scalar>>();
  const texts = new Map<Field, Set<string>>();
  for (const cover of covers) {
    if (!cover) return undefined;
    for (const term of cover) {
      if (term.kind === 'any') any.add(term.field);
      else if (term.kind === 'values') addAll(values, term.field, term.values);
      else addAll(texts, term.field, term.texts);
    }
  }
  return [
    ...[...values].flatMap(([field, set]): CoverTerm[] =>
      any.has(field) ? [] : [{ kind: 'values', field, values: set }],
    ),
    ...[...texts].flatMap(([field, set]): CoverTerm[] =>
      any.has(field) ? [] : [{ kind: 'texts', field, texts: set }],
    ),
    ...[...any].map((field): CoverTerm => ({ kind: 'any', field })),
  ];
}

function addAll<Value>(map: Map<Field, Set<Value>>, field: Field, more: ReadonlySet<Value>): void {
  const known = map.get(field);
  if (known) for (const value of more) known.add(value);
  else map.set(field, new Set(more));
}
