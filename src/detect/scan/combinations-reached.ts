import { cutTests, MAX_COMBINATIONS } from '../../query/compile/computed.ts';
import type { LimitReached } from '../scan-result.ts';

/**
 * The limit on combinations of values in one test; it is a number of the matcher and no setting.
 *
 * @param before what `cutTests` gave when reading began
 * @returns the limit when it was reached since
 */
export function combinationsReached(before: number): LimitReached[] {
  const count = cutTests() - before;
  if (count === 0) return [];
  const consequence = 'tests over several fields with very many values counted as not passed';
  return [{ name: 'expression-combinations', limit: MAX_COMBINATIONS, count, consequence }];
}
