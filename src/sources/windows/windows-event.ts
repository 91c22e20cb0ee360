import { stableId } from '../../base/hash.ts';
import { type Document, type FieldValue, setPath } from '../../event/document.ts';
import type { EventFacts } from '../../event/event-facts.ts';
import { type Field, type FieldId, fields } from '../../event/field.ts';
import { LazyEvent } from '../../event/lazy-event.ts';
import type { Networks } from '../../event/networks.ts';
import type { Provenance } from '../../event/view.ts';
import { documentValue } from '../mapping.ts';
import { commonTimeOf } from './own-time.ts';
import { eachRaw, rawField, readRaw } from './raw-data.ts';
import { keptFacts } from './windows-facts.ts';
import { type WindowsKind, windowsKind } from './windows-mapping.ts';
import type { WindowsRecord } from './windows-record.ts';

/** Event logs keep tenths of microseconds; six digits are what every shape can give or pad. */
export const TIME_DIGITS = 6;

/** A Windows event record as ECS, whatever the record was wrapped in. */
export class WindowsEvent extends LazyEvent {
  private readonly record: WindowsRecord;
  private readonly file: string;
  private readonly format: string;
  private line: number | undefined;
  private offset: number | undefined;
  private kind: WindowsKind | undefined;

  /**
   * @param record shows the current record; its getters answer anew after each {@link point}
   * @param format id of the source
   */
  constructor(record: WindowsRecord, networks: Networks, file: string, format: string) {
    super(networks);
    this.record = record;
    this.file = file;
    this.format = format;
  }

  /** The record now shows another event. */
  point(line: number | undefined, offset: number | undefined): void {
    this.nextEvent();
    this.line = line;
    this.offset = offset;
    this.kind = undefined;
  }

  get facts(): EventFacts | undefined {
    const { channel, provider, eventId } = this.record;
    return keptFacts(channel, provider, eventId);
  }

  protected override read(field: FieldId): FieldValue {
    const kind = this.kindOfRecord();
    const read = kind.reads[field];
    if (read) return read(this.record, this);
    const raw = rawField(field);
    return raw === null ? undefined : readRaw(this.record, raw, kind.codes);
  }

  override elements(): readonly Document[] {
    return [];
  }

  override each(visit: (field: Field, value: Exclude<FieldValue, undefined>) => void): void {
    this.eachMapped(visit);
    eachRaw(this.record, this.kindOfRecord().codes, (name, value) => {
      const field = fields.met(name);
      if (field && !field.catalogued) visit(field, value);
    });
  }

  override document(): Document {
    const document: Document = {};
    this.eachMapped((field, value) => setPath(document, field.path, documentValue(field, value, TIME_DIGITS)));
    eachRaw(this.record, this.kindOfRecord().codes, (name, value) => setPath(document, name.split('.'), value));
    return document;
  }

  /**
   * Made of what the event is and not of where it was read, so that the live log, an export, a collector's copy and a
   * shipper's copy are one event. Shapes that lost the record number are told apart by their values.
   */
  override id(): string {
    const { computer, channel, recordId, provider, eventId } = this.record;
    const time = commonTimeOf(this.record);
    const parts = [computer, channel, recordId, provider].map((part) => (part ?? '').toLowerCase());
    const values: string[] = [];
    if (recordId === undefined) eachRaw(this.record, 'audit', (name, value) => values.push(name, String(value)));
    return stableId(['windows', ...parts, String(eventId), String(Math.floor(time / 1000)), ...values]);
  }

  override provenance(): Provenance {
    return { file: this.file, format: this.format, line: this.line, offset: this.offset };
  }

  protected kindOfRecord(): WindowsKind {
    const { record } = this;
    this.kind ??= windowsKind(record.channel, record.provider, record.eventId);
    return this.kind;
  }

  private eachMapped(visit: (field: Field, value: Exclude<FieldValue, undefined>) => void): void {
    for (const id of this.kindOfRecord().fields) {
      const value = this.get(id);
      if (value !== undefined) visit(fields.at(id), value);
    }
  }
}
