import { fieldId } from '../../event/field.ts';
import type { EventView } from '../../event/view.ts';
import { hourOf } from '../convergence/sightings.ts';

/** Hours of all keys remembered; a network of 1,000 hosts has as many in four days. */
const MAX_SIGHTS = 100_000;

const TIMESTAMP = fieldId('@timestamp');

/**
 * Which events of a kind would tell nothing new to a rule that only wants to know that they are collected: in some logs each
 * second event is of such a kind, and one an hour and host says it all.
 */
export class SightMemory {
  private readonly fields: readonly number[];
  private readonly seen = new Set<string>();

  /** @param per names of the fields by which a rule tells hosts apart */
  constructor(per: readonly string[]) {
    this.fields = per.map((name) => fieldId(name));
  }

  /** @returns false when an event of this hour with these values was seen before; always true when too many were */
  isNew(view: EventView): boolean {
    const time = view.get(TIMESTAMP);
    let key = String(hourOf(typeof time === 'number' ? time : Number.NaN));
    for (const field of this.fields) key += `\n${String(view.get(field))}`;
    if (this.seen.has(key)) return false;
    if (this.seen.size < MAX_SIGHTS) this.seen.add(key);
    return true;
  }
}
