import type { Cidr } from '../../base/address/cidr.ts';
import type { Scalar } from '../../event/document.ts';
import type { Field } from '../../event/field.ts';
import type { Predicate } from '../predicate.ts';

/**
 * Joins alternatives of one field: `f = a or f = b` becomes one set, and networks of one field one list. Ten thousand
 * terms then cost one look-up.
 *
 * @param parts alternatives of an `or`
 * @returns fewer or as many alternatives with the same meaning, in the order of first mention
 */
export function mergeEquals(parts: readonly Predicate[]): Predicate[] {
  const merged: Predicate[] = [];
  const sets = new Map<string, { at: number; field: Field; fold: boolean; values: Scalar[] }>();
  const networks = new Map<number, { at: number; field: Field; nets: Cidr[] }>();
  for (const part of parts) {
    if (part.kind === 'equals' || part.kind === 'oneOf') {
      const key = `${part.field.id} ${part.fold}`;
      const values = part.kind === 'equals' ? [part.value] : part.values;
      const known = sets.get(key);
      if (known) {
        for (const value of values) known.values.push(value);
      } else {
        sets.set(key, { at: merged.length, field: part.field, fold: part.fold, values: [...values] });
        merged.push(part);
      }
    } else if (part.kind === 'cidr') {
      const known = networks.get(part.field.id);
      if (known) {
        for (const net of part.nets) known.nets.push(net);
      } else {
        networks.set(part.field.id, { at: merged.length, field: part.field, nets: [...part.nets] });
        merged.push(part);
      }
    } else {
      merged.push(part);
    }
  }
  for (const { at, field, fold, values } of sets.values()) {
    if (values.length > 1) merged[at] = { kind: 'oneOf', field, fold, values: [...new Set(values)] };
  }
  for (const { at, field, nets } of networks.values()) merged[at] = { kind: 'cidr', field, nets };
  return merged;
}
