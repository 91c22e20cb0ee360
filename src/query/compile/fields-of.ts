import type { Field } from '../../event/field.ts';
import { expressionFields } from '../expression.ts';
import type { Predicate } from '../predicate.ts';

/**
 * @param predicate the condition
 * @returns the fields it names, those inside `nested` with the nested field itself; `anywhere` names none and reads all
 */
export function fieldsOf(predicate: Predicate): ReadonlySet<Field> {
  const found = new Set<Field>();
  addFields(predicate, found);
  return found;
}

function addFields(predicate: Predicate, found: Set<Field>): void {
  switch (predicate.kind) {
    case 'all':
    case 'none':
    case 'anywhere':
      return;
    case 'and':
    case 'or':
      for (const part of predicate.parts) addFields(part, found);
      return;
    case 'not':
      addFields(predicate.part, found);
      return;
    case 'nested':
      found.add(predicate.path);
      addFields(predicate.part, found);
      return;
    case 'computed':
      for (const field of expressionFields(predicate.expression)) found.add(field);
      return;
    case 'compare':
      found.add(predicate.field);
      found.add(predicate.other);
      return;
    default:
      found.add(predicate.field);
  }
}
