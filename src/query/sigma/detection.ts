/** Searches of a Sigma document, modifiers applied: what a field's value must be, field names still Sigma's. */
import type { Cidr } from '../../base/address/cidr.ts';
import type { GlobPart } from '../../base/glob.ts';
import type { RegexFlags } from '../../base/regex.ts';
import type { YamlSpan } from '../../base/yaml/yaml-node.ts';
import type { DatePart, RangeOperator } from '../predicate.ts';

/** How two fields are compared. */
export type FieldComparison = '==' | 'prefix' | 'suffix' | 'contains';

/** What one value of a field must be. */
export type SigmaTest =
  /** Text with wildcards over the whole value; A–Z folded unless `cased`. */
  | { readonly kind: 'pattern'; readonly parts: readonly GlobPart[]; readonly cased: boolean }
  /** `text` is the decimal text, whole for numbers beyond what a double can hold. */
  | { readonly kind: 'number'; readonly value: number; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'regex'; readonly pattern: string; readonly flags: RegexFlags }
  | { readonly kind: 'network'; readonly net: Cidr }
  | { readonly kind: 'order'; readonly op: RangeOperator; readonly value: number }
  | { readonly kind: 'datePart'; readonly part: DatePart; readonly value: number }
  /** Compared with another field, named as Sigma does. */
  | { readonly kind: 'field'; readonly name: string; readonly op: FieldComparison; readonly cased: boolean }
  /** Present or absent. */
  | { readonly kind: 'exists'; readonly value: boolean };

/** A written value with everything that modifiers made of it, of which one must hold. */
export interface SigmaValue extends YamlSpan {
  readonly tests: readonly SigmaTest[];
}

/** One entry of a map: a field, or keywords when it names none. */
export interface SigmaItem extends YamlSpan {
  readonly kind: 'item';
  /** Undefined for keywords, which are looked for anywhere in the event. */
  readonly field: string | undefined;
  /** Where the field's name stands. */
  readonly fieldSpan: YamlSpan;
  readonly values: readonly SigmaValue[];
  /** Whether all values must hold (`all`) or one of them. */
  readonly join: 'any' | 'all';
  /** The entry holds when the values do not (`neq`). */
  readonly isNegated: boolean;
}

/** A search: entries that all must hold, or alternatives. */
export type SigmaDetection = { readonly kind: 'and' | 'or'; readonly parts: readonly SigmaDetection[] } | SigmaItem;

/** Calls back for every entry of a search. */
export function walkItems(detection: SigmaDetection, visit: (item: SigmaItem) => void): void {
  if (detection.kind === 'item') visit(detection);
  else for (const part of detection.parts) walkItems(part, visit);
}
