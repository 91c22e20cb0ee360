/**
 * The current record of an event log. It holds no value: only where the values are, in slots that are used again for the
 * next record. A value is decoded when it is asked for.
 */
import { parseTimestamp } from '../../../base/time/timestamp.ts';
import { type DataName, dataName, dataNameText } from '../../windows/data-name.ts';
import type { DataSection, WindowsRecord } from '../../windows/windows-record.ts';
import { u16, u32 } from '../../../base/bytes/little-endian.ts';
import type { ElementNode } from '../format/tree.ts';
import { compileTemplate } from '../templates/compile-template.ts';
import { SYSTEM } from '../templates/system-field.ts';
import type { DataEntry, Template } from '../templates/template.ts';
import { filetimeMs, filetimeText } from '../../../base/time/filetime.ts';
import { VALUE } from '../values/value-type.ts';
import type { ChunkContext } from './chunk-context.ts';
import { type MaterialisedRecord, materialise } from './materialise.ts';
import { RepeatedText } from './repeated-text.ts';
import { SlotValues } from './slot-values.ts';
import type { Slots } from './slots.ts';

const UNNAMED = dataName('Data');
const EMPTY = compileTemplate([]);

/** A record of an event log; the getters speak of the record bound last. */
export class EvtxRecord implements WindowsRecord {
  channel: string | undefined;
  provider: string | undefined;
  eventId = 0;
  /** True when the chunk was verified, and its checksum is wrong. */
  isChecksumBad = false;
  /** True for an old record found in free space. */
  isRecovered = false;

  private main: Template = EMPTY;
  private mainCount = 0;
  private nested: Template | undefined;
  private nestedBase = 0;
  private nestedCount = 0;
  private bodyAt = 0;
  private bodyEnd = 0;
  private unnamedValues: string[] | undefined;
  private readonly chunk: ChunkContext;
  private readonly slots: Slots;
  private readonly values: SlotValues;
  private readonly lastChannel = new RepeatedText();
  private readonly lastProvider = new RepeatedText();

  constructor(chunk: ChunkContext, slots: Slots) {
    this.chunk = chunk;
    this.slots = slots;
    this.values = new SlotValues(chunk, slots);
  }

  /**
   * The record is now another one.
   *
   * @param main template of its body, or a whole record compiled
   * @param count values of the body, from slot 0 on
   */
  bind(start: number, bodyAt: number, bodyEnd: number, main: Template, count: number): void {
    this.main = main;
    this.mainCount = count;
    this.nested = undefined;
    this.nestedCount = 0;
    this.bodyAt = bodyAt;
    this.bodyEnd = bodyEnd;
    this.unnamedValues = undefined;
    this.values.nextRecord(start, count);
    this.eventId = this.systemNumber(SYSTEM.eventId) ?? 0;
    this.channel = this.repeatedText(SYSTEM.channel, this.lastChannel);
    this.provider = this.repeatedText(SYSTEM.provider, this.lastProvider);
  }

  /** The record cannot be read; only what its header says is known. */
  bindNothing(start: number): void {
    this.bind(start, start, start, EMPTY, 0);
  }

  /** Its EventData or UserData, which usually is a fragment with a template of its own. */
  bindNested(nested: Template, base: number, count: number): void {
    this.nested = nested;
    this.nestedBase = base;
    this.nestedCount = count;
    this.values.addNested(base, count);
  }

  get providerGuid(): string | undefined {
    return this.systemText(SYSTEM.providerGuid)?.toUpperCase();
  }

  get eventSourceName(): string | undefined {
    return this.systemText(SYSTEM.eventSource);
  }

  get qualifiers(): number | undefined {
    return this.systemNumber(SYSTEM.qualifiers);
  }

  get version(): number | undefined {
    return this.systemNumber(SYSTEM.version);
  }

  get computer(): string | undefined {
    return this.systemText(SYSTEM.computer);
  }

  get recordId(): string | undefined {
    return this.systemText(SYSTEM.recordId);
  }

  /** Number of the record in this file; differs from {@link recordId} in exported and forwarded logs. Decimal. */
  get fileRecordId(): string {
    return String(this.chunk.bytes.readBigUInt64LE(this.start + 8));
  }

  /** When the record was written to this file, in milliseconds. */
  get writtenTime(): number {
    return filetimeMs(this.chunk.bytes, this.start + 16);
  }

  get time(): number {
    const slot = this.timeSlot();
    if (slot >= 0) {
      const time = filetimeMs(this.chunk.bytes, this.slots.at[slot]!);
      if (Number.isNaN(time)) this.values.fault(slot, 'the time of the event is zero or beyond the year 9999');
      return time;
    }
    const text = this.systemText(SYSTEM.time);
    return text === undefined ? Number.NaN : (parseTimestamp(text) ?? Number.NaN);
  }

  get timeText(): string | undefined {
    const slot = this.timeSlot();
    if (slot >= 0) return filetimeText(this.chunk.bytes, this.slots.at[slot]!);
    // Rendered times have nine decimals; the clock has seven.
    return this.systemText(SYSTEM.time)?.replace(/(\.\d{7})00Z$/, '$1Z');
  }

  get level(): number | undefined {
    return this.systemNumber(SYSTEM.level);
  }

  get task(): number | undefined {
    return this.systemNumber(SYSTEM.task);
  }

  get opcode(): number | undefined {
    return this.systemNumber(SYSTEM.opcode);
  }

  get keywords(): string | undefined {
    return this.systemText(SYSTEM.keywords)?.toLowerCase();
  }

  get activityId(): string | undefined {
    return this.systemText(SYSTEM.activityId)?.toUpperCase();
  }

  get relatedActivityId(): string | undefined {
    return this.systemText(SYSTEM.relatedActivityId)?.toUpperCase();
  }

  get processId(): number | undefined {
    return this.systemNumber(SYSTEM.processId);
  }

  get threadId(): number | undefined {
    return this.systemNumber(SYSTEM.threadId);
  }

  get userSid(): string | undefined {
    return this.systemText(SYSTEM.userSid);
  }

  get message(): string | undefined {
    return this.systemText(SYSTEM.message);
  }

  get userDataName(): string | undefined {
    return this.nested?.userDataName ?? this.main.userDataName;
  }

  /** EventData@Name, such as `TaskRegisteredEvent`. */
  get eventDataName(): string | undefined {
    const nested = this.nested?.eventDataName;
    if (nested) return this.values.first(nested, this.nestedBase, this.nestedCount);
    const main = this.main.eventDataName;
    return main && this.values.first(main, 0, this.mainCount);
  }

  /** The event's own provider could not render it. */
  get isProcessingError(): boolean {
    return this.main.isProcessingError || this.nested?.isProcessingError === true;
  }

  /** Values that stand in no list, because the names of the elements around them are too long together. */
  get leftOut(): number {
    return this.main.leftOut + (this.nested?.leftOut ?? 0);
  }

  /** Offset of the record in its chunk. */
  get start(): number {
    return this.values.start;
  }

  data(name: DataName): string | undefined {
    const { nested } = this;
    const inNested = nested?.byName.get(name);
    if (inNested) {
      const value = this.firstOf(inNested, this.nestedBase, this.nestedCount);
      if (value !== undefined) return value;
    }
    if (this.main.entries.length > 0) {
      const inMain = this.main.byName.get(name);
      const value = inMain && this.firstOf(inMain, 0, this.mainCount);
      if (value !== undefined) return value;
    }
    return this.hasUnnamed() ? this.unnamed(name)?.[0] : undefined;
  }

  dataList(name: DataName): readonly string[] | undefined {
    const found: string[] = [];
    const inNested = this.nested?.byName.get(name);
    if (inNested) this.collect(inNested, this.nestedBase, this.nestedCount, found);
    const inMain = this.main.byName.get(name);
    if (inMain) this.collect(inMain, 0, this.mainCount, found);
    if (found.length === 0 || name === UNNAMED) {
      const unnamed = this.hasUnnamed() ? this.unnamed(name) : undefined;
      if (unnamed) found.push(...unnamed);
    }
    return found.length > 0 ? found : undefined;
  }

  eachData(visit: (name: string, values: readonly string[], section: DataSection) => void): void {
    if (this.nested) this.eachEntry(this.nested, this.nestedBase, this.nestedCount, visit);
    this.eachEntry(this.main, 0, this.mainCount, visit);
    if (!this.hasUnnamed()) return;
    const values = this.unnamedList();
    if (values.length > 0) visit('Data', values, 'event_data');
  }

  /** The whole record as a tree, as Windows renders it. */
  tree(): { readonly root: ElementNode | undefined; readonly problem: string | undefined } {
    const { roots, problem } = this.materialise();
    return { root: roots.find((node) => node.kind === 'element'), problem };
  }

  /** Reads the record anew, as a tree; the slots of the record stay as they are. */
  materialise(): MaterialisedRecord {
    // Templates are filled in above the slots in use, which the lists still point to.
    return materialise(this.chunk, this.slots, this.bodyAt, this.bodyEnd, this.mainCount + this.nestedCount);
  }

  private timeSlot(): number {
    const slot = this.main.systemSlots[SYSTEM.time]!;
    const isTime = slot >= 0 && slot < this.mainCount && this.slots.type[slot] === VALUE.filetime;
    return isTime && this.slots.size[slot] === 8 ? slot : -1;
  }

  private systemText(field: number): string | undefined {
    const slot = this.main.systemSlots[field]!;
    if (slot < 0) return present(this.main.systemTexts[field]);
    return slot < this.mainCount ? present(this.values.text(slot)) : undefined;
  }

  /** {@link systemText} of a field that seldom changes from record to record. */
  private repeatedText(field: number, last: RepeatedText): string | undefined {
    const slot = this.main.systemSlots[field]!;
    const { at, size, type } = this.slots;
    if (slot < 0 || slot >= this.mainCount || type[slot] !== VALUE.string) return this.systemText(field);
    return present(last.read(this.chunk.view, this.chunk.bytes, at[slot]!, size[slot]!));
  }

  private systemNumber(field: number): number | undefined {
    const slot = this.main.systemSlots[field]!;
    if (slot >= 0) {
      if (slot >= this.mainCount) return undefined;
      const { bytes } = this.chunk;
      const at = this.slots.at[slot]!;
      const size = this.slots.size[slot]!;
      const type = this.slots.type[slot]!;
      if (type === VALUE.u16 && size === 2) return u16(bytes, at);
      if (type === VALUE.u8 && size === 1) return bytes[at]!;
      if (type === VALUE.u32 && size === 4) return u32(bytes, at);
      if (type === VALUE.null) return undefined;
    }
    const text = this.systemText(field);
    if (text === undefined) return undefined;
    const value = Number(text);
    return Number.isInteger(value) ? value : undefined;
  }

  private firstOf(entry: DataEntry, base: number, count: number): string | undefined {
    for (let at: DataEntry | undefined = entry; at; at = at.next) {
      const value = this.values.first(at, base, count);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  private collect(entry: DataEntry, base: number, count: number, found: string[]): void {
    for (let at: DataEntry | undefined = entry; at; at = at.next) this.values.all(at, base, count, found);
  }

  private eachEntry(
    template: Template,
    base: number,
    count: number,
    visit: (name: string, values: readonly string[], section: DataSection) => void,
  ): void {
    for (const entry of template.entries) {
      if (!entry.isFirst || entry.name === '') continue;
      const values: string[] = [];
      for (let at: DataEntry | undefined = entry; at; at = at.next) {
        if (at.name === entry.name && at.section === entry.section) this.values.all(at, base, count, values);
      }
      if (values.length > 0) visit(entry.name, values, entry.section);
    }
  }

  private hasUnnamed(): boolean {
    return this.main.unnamed.length > 0 || (this.nested !== undefined && this.nested.unnamed.length > 0);
  }

  /** Data elements without name: all of them under `Data`, and the n-th under `param<n>`. */
  private unnamed(name: DataName): readonly string[] | undefined {
    if (name === UNNAMED) return this.unnamedList();
    const index = parameterIndex(name);
    const value = index < 0 ? undefined : this.unnamedList()[index];
    return value === undefined ? undefined : [value];
  }

  private unnamedList(): string[] {
    if (this.unnamedValues) return this.unnamedValues;
    const values: string[] = [];
    if (this.nested) this.addUnnamed(this.nested, this.nestedBase, this.nestedCount, values);
    this.addUnnamed(this.main, 0, this.mainCount, values);
    this.unnamedValues = values;
    return values;
  }

  /** An element without value counts too: the others keep their numbers. */
  private addUnnamed(template: Template, base: number, count: number, values: string[]): void {
    for (const entry of template.unnamed) {
      const before = values.length;
      this.values.all(entry, base, count, values);
      if (values.length === before) values.push('');
    }
  }
}

/** Windows writes `-` for nothing. */
function present(text: string | undefined): string | undefined {
  return text === '' || text === '-' ? undefined : text;
}

const parameterIndexes = new Map<DataName, number>();

/** @returns 0 for `param1`, -1 for other names */
function parameterIndex(name: DataName): number {
  let index = parameterIndexes.get(name);
  if (index === undefined) {
    const digits = name < 0 ? undefined : /^param([1-9]\d{0,4})$/i.exec(dataNameText(name))?.[1];
    index = digits === undefined ? -1 : Number(digits) - 1;
    parameterIndexes.set(name, index);
  }
  return index;
}
