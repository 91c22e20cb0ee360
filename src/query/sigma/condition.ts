/** Conditions of Sigma as a tree. Offsets are those of the condition's text, in UTF-16 units. */
import { compileGlob, parseGlob } from '../../base/glob.ts';
import type { SourceText } from '../../base/place.ts';

/** Where a node stands in the condition. */
export interface ConditionSpan {
  readonly start: number;
  readonly end: number;
}

/** A node of a condition. */
export type ConditionNode =
  | ({ readonly kind: 'and' | 'or'; readonly parts: readonly ConditionNode[] } & ConditionSpan)
  | ({ readonly kind: 'not'; readonly part: ConditionNode } & ConditionSpan)
  /** A search by its name. */
  | ({ readonly kind: 'search'; readonly name: string } & ConditionSpan)
  /** Some or all of the searches whose name fits; `them` is written `*`-less as undefined. */
  | ({
      readonly kind: 'of';
      readonly quantifier: 'any' | 'all';
      readonly pattern: string | undefined;
    } & ConditionSpan);

/** A parsed condition with its text. */
export interface SigmaCondition {
  readonly source: SourceText;
  readonly root: ConditionNode;
}

/** @returns whether a `not` stands anywhere in the condition */
export function hasNegation(node: ConditionNode): boolean {
  if (node.kind === 'not') return true;
  return (node.kind === 'and' || node.kind === 'or') && node.parts.some(hasNegation);
}

/**
 * @param pattern a name with `*` for any run of characters; undefined for `them`
 * @param names searches of the document
 * @returns the names that `1 of` and `all of` mean; those that begin with `_` only for a pattern that does
 */
export function namesOf(pattern: string | undefined, names: Iterable<string>): string[] {
  const isHiddenAsked = pattern?.startsWith('_') === true;
  const fits = pattern === undefined ? () => true : patternTest(pattern);
  return [...names].filter((name) => (isHiddenAsked || !name.startsWith('_')) && fits(name));
}

/** Searches that a message lists. */
const MAX_LISTED = 20;

/** @returns what a message about an unknown search offers; undefined when there is none */
export function searchesHere(names: readonly string[]): string | undefined {
  return names.length > 0 ? `searches here: ${names.slice(0, MAX_LISTED).join(', ')}` : undefined;
}

function patternTest(pattern: string): (name: string) => boolean {
  const fits = compileGlob(parseGlob(pattern));
  return (name) => fits(name);
}
