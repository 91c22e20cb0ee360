/** What a name in a query stands for: a field, a group of fields such as `source`, or nothing. */
import { compileGlob, type GlobPart } from '../base/glob.ts';
import { type Field, fields } from '../event/field.ts';

/** Fields with a row of their own never change while the program runs. */
export const CATALOGUED: readonly Field[] = fields.catalogued;
const NESTED: readonly Field[] = CATALOGUED.filter((field) => field.type === 'nested');

/** What a name stands for. */
export type NameTarget =
  | { readonly kind: 'field'; readonly field: Field }
  | { readonly kind: 'group'; readonly members: readonly Field[]; readonly hasFamily: boolean }
  | { readonly kind: 'unknown' };

/**
 * @param name full dotted name
 * @returns the field; for the name of an object, the fields below it
 */
export function resolveName(name: string): NameTarget {
  const field = fields.find(name);
  if (field && field.type !== 'object') return { kind: 'field', field };
  const stem = `${name}.`;
  const members = CATALOGUED.filter((member) => member.name.startsWith(stem));
  const hasFamily = fields.familyRows.some(([row]) => row.startsWith(stem));
  if (field) return { kind: 'group', members: [field, ...members], hasFamily };
  return members.length > 0 || hasFamily ? { kind: 'group', members, hasFamily } : { kind: 'unknown' };
}

/** @returns catalogued fields whose name fits a pattern, without objects */
export function expandPattern(parts: readonly GlobPart[]): readonly Field[] {
  const fits = compileGlob(parts);
  return CATALOGUED.filter((field) => field.type !== 'object' && fits(field.name));
}

/** @returns whether a member of a family (`labels.*`) could have a name that fits; in doubt yes */
export function mayFitFamily(parts: readonly GlobPart[]): boolean {
  const first = parts[0];
  if (first?.kind !== 'text') return true;
  return fields.familyRows.some(([row]) => {
    const stem = row.slice(0, -1);
    return first.text.startsWith(stem) || stem.startsWith(first.text);
  });
}

/** @returns the field of type nested that a field stands below */
export function nestedAbove(field: Field): Field | undefined {
  return NESTED.find((other) => field.name.startsWith(`${other.name}.`));
}
