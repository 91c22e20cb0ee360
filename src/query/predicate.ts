/**
 * The one predicate model. KQL lowers to these nodes and `compile/matcher.ts` runs them; they are wide enough for EQL event
 * filters and Sigma, and plain enough for SQL and Query DSL, so that a further language or back end is one folder. Every
 * node maps an event to true or false; a leaf is true when one of the field's values passes its test, hence false for an
 * absent field, and `not` is plain negation. All differences between languages are settled before a node is made.
 */
import type { Cidr } from '../base/address/cidr.ts';
import type { GlobPart } from '../base/glob.ts';
import type { RegexFlags } from '../base/regex.ts';
import type { Scalar } from '../event/document.ts';
import type { Field } from '../event/field.ts';
import type { Expression } from './expression.ts';

/** Order operators of ranges. */
export type RangeOperator = '<' | '<=' | '>' | '>=';

/** A list of values under a name (a value list), answered by whoever loaded it. */
export interface ValueTest {
  readonly name: string;
  /** @returns whether the list holds the value; texts of addresses are tested against networks too */
  has(value: Scalar): boolean;
}

/** Parts of a date that rules compare with a number. */
export const DATE_PARTS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;
/** A part of a date. */
export type DatePart = (typeof DATE_PARTS)[number];

/** A node of the model. `fold` compares A–Z and a–z as equal. */
export type Predicate =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'and'; readonly parts: readonly Predicate[] }
  | { readonly kind: 'or'; readonly parts: readonly Predicate[] }
  | { readonly kind: 'not'; readonly part: Predicate }
  | { readonly kind: 'exists'; readonly field: Field }
  /** Text, number or boolean equality; dates as milliseconds. Addresses use `cidr`. */
  | { readonly kind: 'equals'; readonly field: Field; readonly value: Scalar; readonly fold: boolean }
  | { readonly kind: 'oneOf'; readonly field: Field; readonly values: readonly Scalar[]; readonly fold: boolean }
  /** Number, milliseconds, text by code point, or text of an address (for fields of type ip). */
  | { readonly kind: 'range'; readonly field: Field; readonly op: RangeOperator; readonly value: string | number }
  /** One and the same value lies in low <= value < high: a date written as a whole unit, such as a day. */
  | { readonly kind: 'between'; readonly field: Field; readonly low: number; readonly high: number }
  | {
      readonly kind: 'prefix' | 'suffix' | 'contains';
      readonly field: Field;
      readonly text: string;
      readonly fold: boolean;
    }
  | { readonly kind: 'glob'; readonly field: Field; readonly parts: readonly GlobPart[]; readonly fold: boolean }
  | {
      readonly kind: 'regex';
      readonly field: Field;
      readonly pattern: string;
      readonly mode: 'search' | 'full';
      readonly flags: RegexFlags;
    }
  | { readonly kind: 'cidr'; readonly field: Field; readonly nets: readonly Cidr[] }
  /** Words of a text field, lower-cased: any of them, or all next to each other in order. */
  | {
      readonly kind: 'words';
      readonly field: Field;
      readonly words: readonly string[];
      readonly mode: 'any' | 'phrase';
    }
  /** One word of a text field fits the pattern (already lower-cased). */
  | { readonly kind: 'wordGlob'; readonly field: Field; readonly parts: readonly GlobPart[] }
  /** Keyword search or bare value over every field; see query/compile/anywhere.ts. */
  | { readonly kind: 'anywhere'; readonly test: AnywhereTest }
  | {
      readonly kind: 'compare';
      readonly field: Field;
      readonly other: Field;
      readonly op: '==' | 'prefix' | 'suffix' | 'contains';
      readonly fold: boolean;
    }
  | { readonly kind: 'inList'; readonly field: Field; readonly list: ValueTest }
  /** An expression over fields that gives true for one combination of their values; see expression.ts. */
  | { readonly kind: 'computed'; readonly expression: Expression }
  /** A part of a date is this number; weeks are those of ISO 8601. `zone` is an IANA name, UTC when absent. */
  | {
      readonly kind: 'datePart';
      readonly field: Field;
      readonly part: DatePart;
      readonly value: number;
      readonly zone?: string | undefined;
    }
  /** One element of a nested field satisfies the inner predicate. */
  | { readonly kind: 'nested'; readonly path: Field; readonly part: Predicate };

/**
 * What a bare value means. `whole` (KQL): whole-value equality on keyword, number and address fields, words on text
 * fields. `pattern` (KQL): whole values of keyword fields, single words of text fields. `inside` and `regex` (Sigma
 * keywords): the pattern occurs anywhere in the message, or in a text value of the record when there is no message; A–Z
 * are folded unless `cased`. With `members`, only members of families (`labels.*`) whose name
 * fits are looked at: they cannot be listed, as catalogued fields can.
 */
export type AnywhereTest = { readonly members?: readonly GlobPart[] | undefined } & (
  | { readonly mode: 'whole'; readonly text: string; readonly phrase: boolean }
  | { readonly mode: 'pattern'; readonly parts: readonly GlobPart[] }
  | { readonly mode: 'inside'; readonly parts: readonly GlobPart[]; readonly cased?: boolean }
  | { readonly mode: 'regex'; readonly pattern: string; readonly flags: RegexFlags }
);

/** Holds for every event. */
export const ALL: Predicate = { kind: 'all' };
/** Holds for no event. */
export const NONE: Predicate = { kind: 'none' };

/** @returns `and` of the parts, flattened, without `all`; `none` when one part is `none` */
export function and(parts: readonly Predicate[]): Predicate {
  const flat = parts.flatMap((part) => (part.kind === 'and' ? part.parts : part.kind === 'all' ? [] : [part]));
  if (flat.some((part) => part.kind === 'none')) return NONE;
  if (flat.length === 0) return ALL;
  return flat.length === 1 ? flat[0]! : { kind: 'and', parts: flat };
}

/** @returns `or` of the parts, flattened, without `none`; `all` when one part is `all` */
export function or(parts: readonly Predicate[]): Predicate {
  const flat = parts.flatMap((part) => (part.kind === 'or' ? part.parts : part.kind === 'none' ? [] : [part]));
  if (flat.some((part) => part.kind === 'all')) return ALL;
  if (flat.length === 0) return NONE;
  return flat.length === 1 ? flat[0]! : { kind: 'or', parts: flat };
}

/** @returns the negation, with double negation and constants removed */
export function not(part: Predicate): Predicate {
  if (part.kind === 'all') return NONE;
  if (part.kind === 'none') return ALL;
  return part.kind === 'not' ? part.part : { kind: 'not', part };
}
