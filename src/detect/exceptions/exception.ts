import type { Place } from '../../base/place.ts';
import type { Predicate } from '../../query/predicate.ts';

/** Rule name that stands for every rule. */
export const EVERY_RULE = '*';

/** A loaded exception: matches it holds for are silenced, and counted. Files are described in docs/exceptions.md. */
export interface Exception {
  readonly id: string;
  readonly name: string;
  /** Ids of the rules it belongs to, or {@link EVERY_RULE}; may be empty when it is in a shared list. */
  readonly rules: readonly string[];
  /** Shared list that rules name in their `exceptions` key. */
  readonly list: string | undefined;
  readonly owner: string;
  readonly reason: string;
  readonly comment: string;
  /** When it was made, milliseconds; undefined when not said. */
  readonly created: number | undefined;
  /** Events from this time on are not silenced, milliseconds; Infinity for `never`. */
  readonly expires: number;
  /** As written in the file: a time or `never`. */
  readonly expiresText: string;
  /** Shipped as an example: never active. */
  readonly template: boolean;
  /** Which member of a sequence or correlation is tested: number or name of a leg, `any` (the default) or `all`. */
  readonly step: string | number | undefined;
  /** Whether events are dropped before a sequence or correlation sees them. */
  readonly before: boolean;
  /** Holds for events that are silenced. */
  readonly predicate: Predicate;
  /** Where its id stands. */
  readonly place: Place;
}

/**
 * @param sharedLists ids of the shared lists the rule names
 * @returns whether an exception is one of a rule's
 */
export function belongsTo({ rules, list }: Exception, ruleId: string, sharedLists: readonly string[]): boolean {
  return rules.includes(ruleId) || rules.includes(EVERY_RULE) || (list !== undefined && sharedLists.includes(list));
}
