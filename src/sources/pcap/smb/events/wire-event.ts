import { stableId } from '../../../../base/hash.ts';
import { toMicroseconds } from '../../../../base/time/timestamp.ts';
import { derivations, derivedFields } from '../../../../event/derive/derivations.ts';
import { type Document, type FieldValue, setPath } from '../../../../event/document.ts';
import { DocumentEvent } from '../../../../event/document-event.ts';
import type { EventFacts } from '../../../../event/event-facts.ts';
import { type Field, type FieldId, fieldId, fields } from '../../../../event/field.ts';
import { LazyEvent } from '../../../../event/lazy-event.ts';
import { type EventView, firstNumber, type Provenance } from '../../../../event/view.ts';
import { documentValue } from '../../../mapping.ts';
import { traitsOf } from '../../connection-traits.ts';
import type { SmbOptions } from '../options.ts';
import { identityOf } from './identity.ts';
import type { Telling, WireKind, WireRead } from './wire-kind.ts';

/** An event of a connection, as its sink sees it. */
export interface SmbEvent extends EventView {
  /** Texts that make it the same event in every copy of the traffic. */
  identity(): readonly string[];
  /** Its own fields, without derived ones. */
  own(): Document;
}

const START = fieldId('event.start');
const MICROSECONDS = 6;

/** Derived fields that follow from addresses, ports and protocol; by number of the field. */
const isOfConnection: readonly (true | undefined)[] = tableOf([
  'smb.flow.reversed',
  'smb.flow.transport',
  'smb.flow.evidence',
  'smb.flow.direction',
  'smb.client.place',
  'smb.server.place',
  'smb.client.role',
  'smb.server.role',
  'server.address',
  'network.type',
  'network.community_id',
]);

const isDate = (id: FieldId): boolean => fields.at(id).type === 'date';

/** The view of an event that is being told; one object for all. */
export class WireEvent extends LazyEvent implements SmbEvent {
  private kind!: WireKind<Telling>;
  private telling!: Telling;
  private readonly options: SmbOptions;

  constructor(options: SmbOptions) {
    super(options.networks);
    this.options = options;
  }

  /** The view now shows another event. */
  point<T extends Telling>(kind: WireKind<T>, telling: T): void {
    this.nextEvent();
    this.kind = kind as unknown as WireKind<Telling>;
    this.telling = telling;
  }

  get facts(): EventFacts {
    const { link } = this.telling;
    return this.kind.factsBy.of((link.traits ??= traitsOf(this)));
  }

  protected override read(field: FieldId): FieldValue {
    const read = this.kind.reads[field];
    if (read === undefined) return isOfConnection[field] === true ? this.ofConnection(field) : undefined;
    const value = read(this.telling);
    if (typeof value === 'object') return value.length > 1 ? value : value[0];
    if (typeof value === 'number' && isDate(field)) return toMicroseconds(value);
    return value === '' ? undefined : value;
  }

  /** What is derived of the connection alone is the same for all its events. */
  private ofConnection(field: FieldId): FieldValue {
    const { derived } = this.telling.link;
    if (derived.has(field)) return derived.get(field);
    const value = derivations[field]!(this);
    derived.set(field, value);
    return value;
  }

  override elements(): readonly Document[] {
    return [];
  }

  override each(visit: (field: Field, value: Exclude<FieldValue, undefined>) => void): void {
    new DocumentEvent(this.networks, this.document()).each(visit);
  }

  own(): Document {
    const document: Document = {};
    for (const id of this.kind.fields) {
      const value = (this.kind.reads[id] as WireRead<Telling>)(this.telling);
      if (value === undefined) continue;
      const field = fields.at(id);
      const written = documentValue(field, value, MICROSECONDS);
      if (written === '' || (Array.isArray(written) && written.length === 0)) continue;
      setPath(document, field.path, written);
    }
    return document;
  }

  override document(): Document {
    const document = this.own();
    for (const id of derivedFields) {
      if (this.kind.reads[id] !== undefined && this.read(id) !== undefined) continue;
      const value = this.get(id);
      if (value !== undefined) setPath(document, fields.at(id).path, value);
    }
    return document;
  }

  identity(): readonly string[] {
    return identityOf(this.telling);
  }

  override id(): string {
    return stableId(this.identity());
  }

  /** What is told when a handle is closed is known by its opening. */
  beganMs(): number | undefined {
    return firstNumber(this, START);
  }

  override provenance(): Provenance {
    return { file: this.options.file, format: 'pcap', offset: this.options.clock.offset };
  }
}

function tableOf(names: readonly string[]): (true | undefined)[] {
  const table = new Array<true | undefined>(fields.size).fill(undefined);
  for (const name of names) table[fieldId(name)] = true;
  return table;
}
