/**
 * A mapping says how a raw record becomes ECS: for each field a function that reads it. It is written once per kind of
 * log and serves every spelling of that log.
 */
import { stableId } from '../base/hash.ts';
import { formatTimestamp } from '../base/time/timestamp.ts';
import { derivedFields } from '../event/derive/derivations.ts';
import { type Document, type FieldValue, type Scalar, setPath } from '../event/document.ts';
import { addNestedAt } from '../event/document-event.ts';
import { type Field, type FieldId, fieldId, fields } from '../event/field.ts';
import { LazyEvent } from '../event/lazy-event.ts';
import type { Networks } from '../event/networks.ts';
import type { EventView, Provenance } from '../event/view.ts';
import type { RawRecord } from './record.ts';

/** Reads one field from the current record; may ask the view for other fields. */
export type Read = (record: RawRecord, view: EventView) => FieldValue;

/** How one kind of log becomes ECS. */
export interface Mapping {
  readonly dataset: string;
  /** Reads by field number; a hole where the log has nothing. */
  readonly reads: readonly (Read | undefined)[];
  /** Fields of a document, in the order in which they are written. */
  readonly fields: readonly FieldId[];
  /** Texts that make the observation what it is, the same in every spelling of the log. */
  readonly identity: (record: RawRecord, view: EventView) => readonly string[];
  /** Columns outside the mapping go to documents below this name, such as `zeek.dns`. */
  readonly restBelow: string | undefined;
  /** Digits behind the second in documents. */
  readonly timeDigits: 3 | 6;
}

/** What a mapping is made of. */
export interface MappingParts {
  readonly dataset: string;
  readonly fields: Readonly<Record<string, Read>>;
  readonly identity: Mapping['identity'];
  readonly restBelow?: string;
  readonly timeDigits?: 3 | 6;
}

/** Numbers the fields of a mapping. */
export function defineMapping(parts: MappingParts): Mapping {
  const reads = new Array<Read | undefined>(fields.size).fill(undefined);
  reads[fieldId('event.dataset')] = constant(parts.dataset);
  for (const [name, read] of Object.entries(parts.fields)) reads[fieldId(name)] = read;
  const own = reads.flatMap((read, id) => (read ? [id] : []));
  const order = [...new Set([...own, ...derivedFields])].sort((x, y) => x - y);
  return {
    dataset: parts.dataset,
    reads,
    fields: order,
    identity: parts.identity,
    restBelow: parts.restBelow,
    timeDigits: parts.timeDigits ?? 6,
  };
}

/** A field with the same value in every record. */
export function constant(value: Scalar | readonly Scalar[]): Read {
  return () => value;
}

/** The event of a parser that reads by mapping. The parser sets the record's mapping and place, then hands it out. */
export class MappedEvent extends LazyEvent {
  private mapping: Mapping | undefined;
  private readonly record: RawRecord;
  private readonly file: string;
  private readonly format: string;
  private line: number | undefined;
  private offset: number | undefined;

  constructor(record: RawRecord, networks: Networks, file: string, format: string) {
    super(networks);
    this.record = record;
    this.file = file;
    this.format = format;
  }

  /** The record now holds another observation. */
  point(mapping: Mapping, line: number | undefined, offset: number | undefined): void {
    this.nextEvent();
    this.mapping = mapping;
    this.line = line;
    this.offset = offset;
  }

  protected override read(field: FieldId): FieldValue {
    return this.mapping!.reads[field]?.(this.record, this);
  }

  override elements(): readonly Document[] {
    return [];
  }

  override each(visit: (field: Field, value: Exclude<FieldValue, undefined>) => void): void {
    for (const id of this.mapping!.fields) {
      const value = this.get(id);
      if (value !== undefined) visit(fields.at(id), value);
    }
  }

  override document(): Document {
    const mapping = this.mapping!;
    const document: Document = {};
    this.each((field, value) => setPath(document, field.path, documentValue(field, value, mapping.timeDigits)));
    if (mapping.restBelow !== undefined) {
      const rest = Object.fromEntries(this.record.others());
      if (Object.keys(rest).length > 0) addNestedAt(document, mapping.restBelow.split('.'), rest);
    }
    return document;
  }

  override id(): string {
    return stableId([this.mapping!.dataset, ...this.mapping!.identity(this.record, this)]);
  }

  override provenance(): Provenance {
    return { file: this.file, format: this.format, line: this.line, offset: this.offset };
  }
}

/** A value as documents write it: times as ISO text, everything else as it is. */
export function documentValue(field: Field, value: Exclude<FieldValue, undefined>, digits: 3 | 6): unknown {
  if (field.type !== 'date') return value;
  if (Array.isArray(value)) return value.map((one) => (typeof one === 'number' ? formatTimestamp(one, digits) : one));
  return typeof value === 'number' ? formatTimestamp(value, digits) : value;
}
