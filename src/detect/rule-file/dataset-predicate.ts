import { parseGlob } from '../../base/glob.ts';
import { fields } from '../../event/field.ts';
import { ALL, or, type Predicate } from '../../query/predicate.ts';

const DATASET = fields.get('event.dataset');

/**
 * @param datasets names such as `zeek.conn`, or patterns such as `zeek.*`; none means every dataset
 * @returns the condition on event.dataset
 */
export function datasetPredicate(datasets: readonly string[]): Predicate {
  if (datasets.length === 0) return ALL;
  const names = datasets.filter((name) => !name.includes('*'));
  const patterns = datasets.filter((name) => name.includes('*')).map(patternOf);
  if (names.length === 0) return or(patterns);
  const [first] = names;
  const exact: Predicate =
    names.length === 1
      ? { kind: 'equals', field: DATASET, value: first!, fold: false }
      : { kind: 'oneOf', field: DATASET, values: names, fold: false };
  return or([exact, ...patterns]);
}

function patternOf(pattern: string): Predicate {
  const parts = parseGlob(pattern);
  const [first, second] = parts;
  if (first?.kind === 'star' && parts.length === 1) return ALL;
  if (first?.kind === 'text' && second?.kind === 'star' && parts.length === 2) {
    return { kind: 'prefix', field: DATASET, text: first.text, fold: false };
  }
  return { kind: 'glob', field: DATASET, parts, fold: false };
}
