/** What must fit together in sequences and samples beyond the grammar. */
import type { EqlFieldName, EqlItem, EqlTree } from './ast.ts';
import type { FailAt } from './text-literal.ts';

/** Steps of a sequence with its runs written out, or items of a sample; each holds state for every key. */
export const MAX_EQL_STEPS = 256;

/** Fields of a join key. */
export const MAX_EQL_KEYS = 32;

/** Calls back with the first thing that does not fit. */
export function checkStructure(tree: EqlTree, fail: FailAt): void {
  if (tree.kind === 'event') return;
  const { items, by } = tree;
  const steps = items.reduce((sum, { runs }) => sum + runs, 0);
  if (steps > MAX_EQL_STEPS) fail(`more than ${MAX_EQL_STEPS} steps`, items.at(-1)!, 'write fewer items or runs');
  const last = items.at(-1)!;
  if (steps < 2) {
    const fix = tree.kind === 'sequence' ? 'add a step, or "with runs=2"; one event needs no sequence' : 'add an item';
    fail(`a ${tree.kind} has at least two ${tree.kind === 'sequence' ? 'steps' : 'items'}`, last, fix);
  }
  checkKeys(by, tree.kind === 'sequence' && tree.until ? [...items, tree.until] : items, fail);
  if (tree.kind === 'sample') {
    if (by.length + items[0]!.by.length === 0)
      fail('a sample needs keys', items[0]!, 'write sample by field [ … ] [ … ]');
    return;
  }
  const missing = items.find(({ isMissing }) => isMissing);
  if (missing && tree.maxspanMs === undefined) {
    fail('a missing event needs a span of time', missing, 'write sequence with maxspan=5m');
  }
  if (items.every(({ isMissing }) => isMissing)) fail('at least one step stands without "!"', items[0]!);
}

/** Keys are compared by position, so every item has the same number. */
function checkKeys(by: readonly EqlFieldName[], items: readonly EqlItem[], fail: FailAt): void {
  const own = items[0]!.by.length;
  if (by.length + own > MAX_EQL_KEYS)
    fail(`more than ${MAX_EQL_KEYS} fields in a key`, [...by, ...items[0]!.by].at(-1)!);
  for (const item of items) {
    if (item.by.length === own) continue;
    const [here, first] = [by.length + item.by.length, by.length + own];
    fail(
      `this item has ${fieldCount(here)} and the first one ${fieldCount(first)}`,
      item,
      'keys are compared by position: write by for all',
    );
  }
}

function fieldCount(count: number): string {
  return count === 0 ? 'no key' : `a key of ${count} ${count === 1 ? 'field' : 'fields'}`;
}
