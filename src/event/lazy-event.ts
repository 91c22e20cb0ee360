import { derivations } from './derive/derivations.ts';
import type { Document, FieldValue } from './document.ts';
import { type Field, type FieldId, fields } from './field.ts';
import type { Networks } from './networks.ts';
import type { EventView, Provenance } from './view.ts';

/** Remembers decoded fields for the current event and adds the derived ones. Sources extend it. */
export abstract class LazyEvent implements EventView {
  readonly networks: Networks;
  /** As long as the stamps from the start: an array that is filled here and there is slow, and another kind of array each time. */
  private values: FieldValue[];
  private stamps: Uint32Array;
  private generation = 1;

  constructor(networks: Networks) {
    this.networks = networks;
    const size = roomForFields();
    this.values = new Array<FieldValue>(size).fill(undefined);
    this.stamps = new Uint32Array(size);
  }

  /** Decodes one field of the current event; undefined when the source does not have it. */
  protected abstract read(field: FieldId): FieldValue;
  abstract elements(path: readonly string[]): readonly Document[];
  abstract each(visit: (field: Field, value: Exclude<FieldValue, undefined>) => void): void;
  abstract document(): Document;
  abstract id(): string;
  abstract provenance(): Provenance;

  /** Forgets the values of the last event. */
  protected nextEvent(): void {
    this.generation++;
    if (this.generation === 0xffffffff) {
      this.stamps.fill(0);
      this.generation = 1;
    }
  }

  get(field: FieldId): FieldValue {
    if (this.stamps[field] === this.generation) return this.values[field];
    if (field >= this.stamps.length) this.grow();
    // Stamped before reading, so that a derivation that asks for itself finds nothing instead of recursing for ever.
    this.stamps[field] = this.generation;
    this.values[field] = undefined;
    const value = this.read(field) ?? derivations[field]?.(this);
    this.values[field] = value;
    return value;
  }

  private grow(): void {
    const size = roomForFields();
    const stamps = new Uint32Array(size);
    stamps.set(this.stamps);
    this.stamps = stamps;
    this.values = this.values.concat(new Array<FieldValue>(size - this.values.length).fill(undefined));
  }
}

/** The fields there are and some that are met later. */
function roomForFields(): number {
  return fields.size + 64;
}
