import { type FieldId, fields } from '../field.ts';
import { derivations } from './derivations.ts';
import { derivedMayHave } from './needs.ts';

const DERIVED: readonly FieldId[] = derivations.flatMap((derivation, id) => (derivation ? [id] : []));

/** @returns numbers of the derived fields that an event with values of these names can have; others it has not */
export function derivableOf(names: readonly string[]): readonly FieldId[] {
  // Raw values of Windows compare without case and blanks.
  const held = new Set(names.map(folded));
  const may = derivedMayHave(
    (id) => held.has(folded(fields.at(id).name)),
    () => undefined,
  );
  return DERIVED.filter(may);
}

function folded(name: string): string {
  return name.replaceAll(' ', '').toLowerCase();
}
