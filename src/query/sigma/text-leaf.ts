import type { GlobPart } from '../../base/glob.ts';
import type { Field } from '../../event/field.ts';
import type { Predicate } from '../predicate.ts';
import { literalOf } from './sigma-text.ts';

/**
 * @param parts a pattern over the whole value, not a lone star
 * @param cased whether letter case counts
 * @returns the cheapest leaf that means it
 */
export function textLeaf(field: Field, parts: readonly GlobPart[], cased: boolean): Predicate {
  // Folding nothing is no folding: equal leaves look equal, and the index can use them.
  const fold = !cased && parts.some((part) => part.kind === 'text' && /[A-Za-z]/.test(part.text));
  const literal = literalOf(parts);
  if (literal !== undefined) return { kind: 'equals', field, value: literal, fold };
  const [first, second, third] = parts;
  if (parts.length === 2 && first?.kind === 'text' && second?.kind === 'star') {
    return { kind: 'prefix', field, text: first.text, fold };
  }
  if (parts.length === 2 && first?.kind === 'star' && second?.kind === 'text') {
    return { kind: 'suffix', field, text: second.text, fold };
  }
  if (parts.length === 3 && first?.kind === 'star' && second?.kind === 'text' && third?.kind === 'star') {
    return { kind: 'contains', field, text: second.text, fold };
  }
  return { kind: 'glob', field, parts, fold };
}
