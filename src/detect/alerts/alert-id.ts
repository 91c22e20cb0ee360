import { stableId } from '../../base/hash.ts';
import { compareTexts } from '../../base/order.ts';
import type { Term } from '../alert.ts';
import type { Rule } from '../rule.ts';

/** Name of the only space there is yet; part of the ids, so that ids stay when there are several. */
export const SPACE = 'default';

/**
 * Identity of an alert: the same evidence gives the same id on each run. The rule's version is no part of it, so that
 * editing a rule does not raise old alerts again.
 *
 * @param parts event id for a query; terms and first event id for groups; the key for findings
 * @param exceptedBy exception that silences the alert, which keeps it apart from the one that speaks
 * @returns 32 hexadecimal digits
 */
export function alertId(rule: Rule, parts: readonly string[], exceptedBy: string | undefined): string {
  const silenced = exceptedBy === undefined ? [] : ['excepted', exceptedBy];
  return stableId(['a1', SPACE, rule.id, rule.type, ...parts, ...silenced]);
}

/** @returns parts of an id for a group of values, the same in whatever order the rule lists its fields */
export function termParts(terms: readonly Term[]): string[] {
  return [...terms]
    .sort((one, other) => compareTexts(one.field, other.field))
    .flatMap(({ field, value }) => [field, value]);
}
