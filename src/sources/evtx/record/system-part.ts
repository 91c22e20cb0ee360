import { u16, u32 } from '../../../base/bytes/little-endian.ts';
import { filetimeMs, filetimeText } from '../../../base/time/filetime.ts';
import { parseTimestamp } from '../../../base/time/timestamp.ts';
import { compileTemplate } from '../templates/compile-template.ts';
import { SYSTEM } from '../templates/system-field.ts';
import type { Template } from '../templates/template.ts';
import { VALUE } from '../values/value-type.ts';
import type { ChunkContext } from './chunk-context.ts';
import type { RepeatedText } from './repeated-text.ts';
import type { SlotValues } from './slot-values.ts';
import type { Slots } from './slots.ts';

/** The System part of the current record: each field is a value of the record or stands in its template. */
export class SystemPart {
  private template: Template = compileTemplate([]);
  private count = 0;
  private readonly chunk: ChunkContext;
  private readonly slots: Slots;
  private readonly values: SlotValues;

  constructor(chunk: ChunkContext, slots: Slots, values: SlotValues) {
    this.chunk = chunk;
    this.slots = slots;
    this.values = values;
  }

  /** @param count values of the body, from slot 0 on */
  bind(template: Template, count: number): void {
    this.template = template;
    this.count = count;
  }

  /** @returns milliseconds, NaN when absent; a time out of range is reported */
  get time(): number {
    const slot = this.timeSlot();
    if (slot >= 0) {
      const time = filetimeMs(this.chunk.bytes, this.slots.at[slot]!);
      if (Number.isNaN(time)) this.values.fault(slot, 'the time of the event is zero or beyond the year 9999');
      return time;
    }
    const text = this.text(SYSTEM.time);
    return text === undefined ? Number.NaN : (parseTimestamp(text) ?? Number.NaN);
  }

  /** The time with seven decimals. */
  get timeText(): string | undefined {
    const slot = this.timeSlot();
    if (slot >= 0) return filetimeText(this.chunk.bytes, this.slots.at[slot]!);
    // Rendered times have nine decimals; the clock has seven.
    return this.text(SYSTEM.time)?.replace(/(\.\d{7})00Z$/, '$1Z');
  }

  /** @param field number of {@link SYSTEM} */
  text(field: number): string | undefined {
    const slot = this.template.systemSlots[field]!;
    if (slot < 0) return present(this.template.systemTexts[field]);
    return slot < this.count ? present(this.values.text(slot)) : undefined;
  }

  /** {@link text} of a field that seldom changes from record to record. */
  repeatedText(field: number, last: RepeatedText): string | undefined {
    const slot = this.template.systemSlots[field]!;
    const { slots } = this;
    if (slot < 0 || slot >= this.count || slots.type(slot) !== VALUE.string) return this.text(field);
    return present(last.read(this.chunk.view, this.chunk.bytes, slots.at[slot]!, slots.size(slot)));
  }

  /** @returns a whole number, undefined for anything else */
  number(field: number): number | undefined {
    const slot = this.template.systemSlots[field]!;
    if (slot >= 0) {
      if (slot >= this.count) return undefined;
      const { bytes } = this.chunk;
      const at = this.slots.at[slot]!;
      const size = this.slots.size(slot);
      const type = this.slots.type(slot);
      if (type === VALUE.u16 && size === 2) return u16(bytes, at);
      if (type === VALUE.u8 && size === 1) return bytes[at]!;
      if (type === VALUE.u32 && size === 4) return u32(bytes, at);
      if (type === VALUE.null) return undefined;
    }
    const text = this.text(field);
    if (text === undefined) return undefined;
    const value = Number(text);
    return Number.isInteger(value) ? value : undefined;
  }

  private timeSlot(): number {
    const slot = this.template.systemSlots[SYSTEM.time]!;
    const isTime = slot >= 0 && slot < this.count && this.slots.type(slot) === VALUE.filetime;
    return isTime && this.slots.size(slot) === 8 ? slot : -1;
  }
}

/** Windows writes `-` for nothing. */
function present(text: string | undefined): string | undefined {
  return text === '' || text === '-' ? undefined : text;
}
