import { u32 } from '../../../base/bytes/little-endian.ts';
import { decodeUtf16 } from '../../../base/bytes/utf16.ts';
import type { PartNode } from '../format/tree.ts';
import { MAX_RECORD_CHARACTERS } from '../limits.ts';
import type { DataEntry } from '../templates/template.ts';
import { arrayItems } from '../values/array-items.ts';
import { fits, hasText, valueText } from '../values/value-text.ts';
import { ARRAY, VALUE } from '../values/value-type.ts';
import type { ChunkContext } from './chunk-context.ts';
import { pointerBytes } from './pointer-bytes.ts';
import type { Slots } from './slots.ts';

/** Decodes the values of the current record; a value that does not fit its type is absent and reported once. */
export class SlotValues {
  /** Offset of the record in its chunk. */
  start = 0;
  private count = 0;
  private nestedBase = 0;
  private nestedCount = 0;
  /** Slots whose fault was told; made when the first one comes. */
  private told: Set<number> | undefined;
  /** What may still be decoded from this record: a template can name the same long value often. */
  private characters = MAX_RECORD_CHARACTERS;
  private readonly chunk: ChunkContext;
  private readonly slots: Slots;

  constructor(chunk: ChunkContext, slots: Slots) {
    this.chunk = chunk;
    this.slots = slots;
  }

  /** @param count values of the body */
  nextRecord(start: number, count: number): void {
    this.start = start;
    this.count = count;
    this.nestedCount = 0;
    this.told = undefined;
    this.characters = MAX_RECORD_CHARACTERS;
  }

  addNested(base: number, count: number): void {
    this.nestedBase = base;
    this.nestedCount = count;
  }

  /** @returns text of a value; undefined when it is null or damaged */
  text(index: number): string | undefined {
    const type = this.slots.type(index);
    if (type === VALUE.null) return undefined;
    const { bytes } = this.chunk;
    const at = this.slots.at[index]!;
    const size = this.slots.size(index);
    // Nearly all values are one of these two, and fit.
    if (type === VALUE.string) return decodeUtf16(bytes, at, size >> 1);
    if (type === VALUE.u32 && size === 4) return String(u32(bytes, at));
    if ((type & ARRAY) !== 0) return this.items(index)[0];
    if (!fits(bytes, at, size, type) || !hasText(type)) {
      this.fault(index, `${size} bytes cannot be a value of type 0x${type.toString(16)}`);
      return undefined;
    }
    const text = valueText(bytes, at, size, type);
    if (text === undefined) this.fault(index, `a value of type 0x${type.toString(16)} holds no time`);
    return text;
  }

  /** First value of an entry. */
  first(entry: DataEntry, base: number, count: number): string | undefined {
    if (entry.slot >= 0) return entry.slot < count ? this.text(base + entry.slot) : undefined;
    return entry.constant ?? this.joined(entry.parts!, base, count);
  }

  /** Adds every value of an entry: an array has several. */
  all(entry: DataEntry, base: number, count: number, into: string[]): void {
    if (this.characters < 0) return;
    const isArray = entry.slot >= 0 && entry.slot < count && (this.slots.type(base + entry.slot) & ARRAY) !== 0;
    const values = isArray ? this.items(base + entry.slot) : [this.first(entry, base, count)];
    for (const value of values) {
      if (value === undefined) continue;
      this.characters -= value.length;
      if (this.characters < 0) {
        const offset = this.chunk.offset + this.start;
        this.chunk.faults.add('limit', offset, `the record has more than ${MAX_RECORD_CHARACTERS} characters`);
        return;
      }
      into.push(value);
    }
  }

  /** Reports once a record and slot. */
  fault(index: number, message: string): void {
    this.told ??= new Set();
    if (this.told.has(index)) return;
    this.told.add(index);
    this.chunk.faults.add(
      'value-size',
      this.chunk.offset + this.slots.at[index]!,
      `value ${index} of the record: ${message}`,
    );
  }

  private items(index: number): readonly string[] {
    const { slots } = this;
    const isNested = index >= this.count;
    const pointer = isNested
      ? pointerBytes(this.slots, this.nestedBase, this.nestedCount)
      : pointerBytes(this.slots, 0, this.count);
    const { items, problem } = arrayItems(
      this.chunk.bytes,
      slots.at[index]!,
      slots.size(index),
      slots.type(index),
      pointer,
    );
    if (problem !== undefined) this.fault(index, problem);
    return items;
  }

  private joined(parts: readonly PartNode[], base: number, count: number): string {
    let text = '';
    for (const part of parts) {
      if (text.length > MAX_RECORD_CHARACTERS) break;
      if (part.kind === 'text') text += part.text;
      else if (part.slot < count) text += this.text(base + part.slot) ?? '';
    }
    return text;
  }
}
