/**
 * Documents of Winlogbeat and Elastic Agent are ECS already: what they say themselves stands, what they leave out comes
 * from the record by the same mapping as for an event log. Three things are not theirs to say: which computer wrote the
 * record (`host` may be the collector), what `winlog` holds, and an action that is only the task's name.
 */
import { type Document, type FieldValue, isDocument, setPath } from '../../event/document.ts';
import { DocumentEvent, nestedCopy, valueAt } from '../../event/document-event.ts';
import { type Field, type FieldId, fieldId, fields } from '../../event/field.ts';
import type { Networks } from '../../event/networks.ts';
import type { Freedom } from '../windows/windows-facts.ts';
import type { BeatsRecord } from './beats-record.ts';
import { WinlogEvent } from './winlog-event.ts';

const HOST_NAME = fieldId('host.name');
const ACTION = fieldId('event.action');
const TASK = fieldId('winlog.task');
/** Fields that the record decides. */
const OF_RECORD: ReadonlySet<FieldId> = new Set(
  ['@timestamp', 'host.name', 'host.hostname', 'host.domain', 'event.code', 'event.provider'].map((name) =>
    fieldId(name),
  ),
);
/** Fields that ECS wants in lower case. */
const LOWER: ReadonlySet<FieldId> = new Set(
  ['network.transport', 'network.protocol', 'network.type'].map((name) => fieldId(name)),
);

/** One document. */
export class BeatsEvent extends WinlogEvent {
  private readonly beats: BeatsRecord;
  private readonly own: DocumentEvent;
  private hasOwn = false;

  constructor(record: BeatsRecord, networks: Networks, file: string, format: string) {
    super(record, networks, file, format);
    this.beats = record;
    this.own = new DocumentEvent(networks);
  }

  override point(line: number | undefined, offset: number | undefined): void {
    super.point(line, offset);
    this.hasOwn = false;
  }

  override get freedom(): Freedom {
    return 'any';
  }

  protected override read(id: FieldId): FieldValue {
    if (this.isOfRecord(id)) return super.read(id) ?? this.stated(id);
    return this.stated(id) ?? super.read(id);
  }

  override elements(path: readonly string[] = []): readonly Document[] {
    return this.stating().elements(path);
  }

  override each(visit: (field: Field, value: Exclude<FieldValue, undefined>) => void): void {
    new DocumentEvent(this.networks, this.document()).each(visit);
  }

  override document(): Document {
    const copy = nestedCopy(this.beats.document());
    if (this.isForwarded()) {
      // The collector is kept, as what it is.
      copy['observer'] ??= copy['host'];
      delete copy['host'];
    }
    if (typeof copy['host'] === 'string') {
      copy['observer'] ??= { name: copy['host'] };
      delete copy['host'];
    }
    const { winlog, event } = copy;
    if (isDocument(winlog)) {
      delete winlog['event_data'];
      delete winlog['user_data'];
    }
    if (isDocument(event)) {
      for (const key of ['category', 'type']) if (typeof event[key] === 'string') event[key] = [event[key]];
    }
    this.complete(copy, super.document(), []);
    return copy;
  }

  /** Adds what the document has not, and puts right what is the record's. */
  private complete(copy: Document, mapped: Document, path: readonly string[]): void {
    for (const [key, value] of Object.entries(mapped)) {
      const at = [...path, key];
      if (isDocument(value)) {
        this.complete(copy, value, at);
        continue;
      }
      const field = fields.find(at.join('.'));
      const known = valueAt(copy, at);
      const isTheirs = field !== undefined && !this.isOfRecord(field.id) && !this.isTaskName(field.id);
      if (known === undefined || !isTheirs) setPath(copy, at, value);
    }
  }

  private isOfRecord(id: FieldId): boolean {
    return OF_RECORD.has(id) || fields.at(id).path[0] === 'winlog';
  }

  /** What the document says itself. */
  private stated(id: FieldId): FieldValue {
    if (fields.at(id).path[0] === 'host' && this.isForwarded()) return undefined;
    if (this.isTaskName(id)) return undefined;
    const value = this.stating().get(id);
    return typeof value === 'string' && LOWER.has(id) ? value.toLowerCase() : value;
  }

  /** A beat without modules copies the task's name to event.action. */
  private isTaskName(id: FieldId): boolean {
    if (id !== ACTION) return false;
    const own = this.stating();
    const action = own.get(ACTION);
    return action !== undefined && action === own.get(TASK) && super.read(ACTION) !== undefined;
  }

  /** Whether host names another machine than the one that wrote the record. */
  private isForwarded(): boolean {
    const { computer } = this.beats;
    const host = this.stating().get(HOST_NAME);
    if (computer === undefined || typeof host !== 'string') return false;
    return shortName(computer) !== shortName(host);
  }

  private stating(): DocumentEvent {
    if (!this.hasOwn) {
      this.own.point(this.beats.document());
      this.hasOwn = true;
    }
    return this.own;
  }
}

function shortName(host: string): string {
  return host.toLowerCase().split('.')[0]!;
}
