import type { FieldValue } from '../document.ts';
import { type FieldId, fieldId, fields } from '../field.ts';
import type { EventView } from '../view.ts';
import { ACTIVITY_DERIVATIONS } from './activity.ts';
import { COMPARABLE_DERIVATIONS } from './comparable.ts';
import { FLOW_DERIVATIONS } from './flow.ts';
import { SHARE_DERIVATIONS } from './share.ts';
import { TIED_DERIVATIONS } from './tied.ts';

/** Computes a field from others when the source does not give it itself. */
export type Derivation = (view: EventView) => FieldValue;

/** Fields that rules compare and documents do not hold: they say the same in the writer's own letters. */
const NOT_WRITTEN: Readonly<Record<string, Derivation>> = { ...COMPARABLE_DERIVATIONS, ...TIED_DERIVATIONS };

/** Derivations by field number; a hole where a field has none. */
export const derivations: readonly (Derivation | undefined)[] = tableOf({
  ...FLOW_DERIVATIONS,
  ...SHARE_DERIVATIONS,
  ...ACTIVITY_DERIVATIONS,
  ...NOT_WRITTEN,
});

/** Numbers of the derived fields, in the order in which documents list them. */
export const derivedFields: readonly FieldId[] = derivations.flatMap((derivation, id) =>
  derivation && !Object.hasOwn(NOT_WRITTEN, fields.at(id).name) ? [id] : [],
);

function tableOf(byName: Readonly<Record<string, Derivation>>): (Derivation | undefined)[] {
  const table = new Array<Derivation | undefined>(fields.size).fill(undefined);
  for (const [name, derivation] of Object.entries(byName)) table[fieldId(name)] = derivation;
  return table;
}
