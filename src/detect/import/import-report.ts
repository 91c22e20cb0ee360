import type { Place } from '../../base/place.ts';
import type { ValueTest } from '../../query/predicate.ts';
import type { ImportedList } from './elastic-list.ts';
import type { ImportedRule } from './elastic-rule.ts';

/** Something that was not taken over. */
export interface RefusedPart {
  /** What it is: `rule "x"`, `exception "y"`, `line`, `summary`. */
  readonly name: string;
  readonly reason: string;
  readonly place: Place | undefined;
}

/** What came of an import. */
export interface ImportReport {
  /** Rules in the order of the input, also those that cannot run. */
  readonly rules: readonly ImportedRule[];
  /** Text of an exception file; empty when there is none. */
  readonly exceptions: string;
  readonly lists: readonly ImportedList[];
  readonly refused: readonly RefusedPart[];
  /** What concerns the whole input. */
  readonly notes: readonly string[];
}

/** What is there already, and may be referred to without being in the input. */
export interface ImportContext {
  /** Value lists by name. */
  readonly lists?: ReadonlyMap<string, ValueTest> | undefined;
  /** Shared exception lists. */
  readonly exceptionLists?: readonly string[] | undefined;
}
