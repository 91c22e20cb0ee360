import type { EventView } from '../../event/view.ts';
import type { Expression } from '../expression.ts';

/**
 * @param expression what is computed of an event
 * @returns whether it gives true for one combination of the fields' values
 */
export function compileComputed(expression: Expression): (view: EventView) => boolean {
  throw new Error(`no language makes expressions yet (${expression.kind})`);
}
