/**
 * The current record of an event log. It holds no value: only where the values are, in slots that are used again for the
 * next record. A value is decoded when it is asked for.
 */
import { filetimeMs } from '../../../base/time/filetime.ts';
import type { DataName } from '../../windows/data-name.ts';
import type { DataSection, WindowsRecord } from '../../windows/windows-record.ts';
import type { ElementNode } from '../format/tree.ts';
import { compileTemplate } from '../templates/compile-template.ts';
import { SYSTEM } from '../templates/system-field.ts';
import type { Template } from '../templates/template.ts';
import type { ChunkContext } from './chunk-context.ts';
import { DataLists } from './data-lists.ts';
import { type MaterialisedRecord, materialise } from './materialise.ts';
import { RepeatedText } from './repeated-text.ts';
import { SlotValues } from './slot-values.ts';
import type { Slots } from './slots.ts';
import { SystemPart } from './system-part.ts';

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

  private bodyAt = 0;
  private bodyEnd = 0;
  private readonly chunk: ChunkContext;
  private readonly slots: Slots;
  private readonly values: SlotValues;
  private readonly system: SystemPart;
  private readonly lists: DataLists;
  private readonly lastChannel = new RepeatedText();
  private readonly lastProvider = new RepeatedText();

  constructor(chunk: ChunkContext, slots: Slots) {
    this.chunk = chunk;
    this.slots = slots;
    this.values = new SlotValues(chunk, slots);
    this.system = new SystemPart(chunk, slots, this.values);
    this.lists = new DataLists(this.values);
  }

  /**
   * The record is now another one.
   *
   * @param main template of its body, or a whole record compiled
   * @param count values of the body, from slot 0 on
   */
  bind(start: number, bodyAt: number, bodyEnd: number, main: Template, count: number): void {
    this.bodyAt = bodyAt;
    this.bodyEnd = bodyEnd;
    this.values.nextRecord(start, count);
    this.system.bind(main, count);
    this.lists.bind(main, count);
    this.eventId = this.system.number(SYSTEM.eventId) ?? 0;
    this.channel = this.system.repeatedText(SYSTEM.channel, this.lastChannel);
    this.provider = this.system.repeatedText(SYSTEM.provider, this.lastProvider);
  }

  /** The record cannot be read; only what its header says is known. */
  bindNothing(start: number): void {
    this.bind(start, start, start, EMPTY, 0);
  }

  /** Its EventData or UserData, which usually is a fragment with a template of its own. */
  bindNested(nested: Template, base: number, count: number): void {
    this.values.addNested(base, count);
    this.lists.bindNested(nested, base, count);
  }

  get providerGuid(): string | undefined {
    return this.system.text(SYSTEM.providerGuid)?.toUpperCase();
  }

  get eventSourceName(): string | undefined {
    return this.system.text(SYSTEM.eventSource);
  }

  get qualifiers(): number | undefined {
    return this.system.number(SYSTEM.qualifiers);
  }

  get version(): number | undefined {
    return this.system.number(SYSTEM.version);
  }

  get computer(): string | undefined {
    return this.system.text(SYSTEM.computer);
  }

  get recordId(): string | undefined {
    return this.system.text(SYSTEM.recordId);
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
    return this.system.time;
  }

  get timeText(): string | undefined {
    return this.system.timeText;
  }

  get level(): number | undefined {
    return this.system.number(SYSTEM.level);
  }

  get task(): number | undefined {
    return this.system.number(SYSTEM.task);
  }

  get opcode(): number | undefined {
    return this.system.number(SYSTEM.opcode);
  }

  get keywords(): string | undefined {
    return this.system.text(SYSTEM.keywords)?.toLowerCase();
  }

  get activityId(): string | undefined {
    return this.system.text(SYSTEM.activityId)?.toUpperCase();
  }

  get relatedActivityId(): string | undefined {
    return this.system.text(SYSTEM.relatedActivityId)?.toUpperCase();
  }

  get processId(): number | undefined {
    return this.system.number(SYSTEM.processId);
  }

  get threadId(): number | undefined {
    return this.system.number(SYSTEM.threadId);
  }

  get userSid(): string | undefined {
    return this.system.text(SYSTEM.userSid);
  }

  get message(): string | undefined {
    return this.system.text(SYSTEM.message);
  }

  get userDataName(): string | undefined {
    return this.lists.userDataName;
  }

  /** EventData@Name, such as `TaskRegisteredEvent`. */
  get eventDataName(): string | undefined {
    return this.lists.eventDataName;
  }

  /** The event's own provider could not render it. */
  get isProcessingError(): boolean {
    return this.lists.isProcessingError;
  }

  /** Values that stand in no list, because the names of the elements around them are too long together. */
  get leftOut(): number {
    return this.lists.leftOut;
  }

  /** Offset of the record in its chunk. */
  get start(): number {
    return this.values.start;
  }

  data(name: DataName): string | undefined {
    return this.lists.first(name);
  }

  dataList(name: DataName): readonly string[] | undefined {
    return this.lists.all(name);
  }

  eachData(visit: (name: string, values: readonly string[], section: DataSection) => void): void {
    this.lists.each(visit);
  }

  /** The whole record as a tree, as Windows renders it. */
  tree(): { readonly root: ElementNode | undefined; readonly problem: string | undefined } {
    const { roots, problem } = this.materialise();
    return { root: roots.find((node) => node.kind === 'element'), problem };
  }

  /** Reads the record anew, as a tree; the slots of the record stay as they are. */
  materialise(): MaterialisedRecord {
    // Templates are filled in above the slots in use, which the lists still point to.
    return materialise(this.chunk, this.slots, this.bodyAt, this.bodyEnd, this.lists.valueCount);
  }
}
