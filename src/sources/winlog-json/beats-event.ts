/**
 * Documents of Winlogbeat and Elastic Agent are ECS already: what they say themselves stands, what they leave out comes
 * from the record by the same mapping as for an event log. Three things are not theirs to say: which computer wrote the
 * record (`host` may be the collector), what `winlog` holds, and an action that is only the task's name.
 */
import { JSON_KIND } from '../../base/json/json-shape.ts';
import type { JsonTape } from '../../base/json/json-tape.ts';
import { leafValue } from '../../base/json/leaf-value.ts';
import { type Document, type FieldValue, isDocument, setPath } from '../../event/document.ts';
import { DocumentEvent, nestedCopy, valueAt } from '../../event/document-event.ts';
import { type Field, type FieldId, fieldId, fields } from '../../event/field.ts';
import { Changes, type JsonOrigin } from '../../event/json-origin.ts';
import type { Networks } from '../../event/networks.ts';
import { TapeEvent } from '../../event/tape-event.ts';
import { documentValue } from '../mapping.ts';
import { eachRaw } from '../windows/raw-data.ts';
import { TIME_DIGITS } from '../windows/windows-event.ts';
import type { Freedom } from '../windows/windows-facts.ts';
import { type BeatsPlan, beatsPlan, isOfRecord } from './beats-plan.ts';
import type { BeatsRecord } from './beats-record.ts';
import { WinlogEvent } from './winlog-event.ts';

const HOST_NAME = fieldId('host.name');
const ACTION = fieldId('event.action');
const TASK = fieldId('winlog.task');
/** Fields that ECS wants in lower case. */
const LOWER: ReadonlySet<FieldId> = new Set(
  ['network.transport', 'network.protocol', 'network.type'].map((name) => fieldId(name)),
);

/** One document. */
export class BeatsEvent extends WinlogEvent {
  private readonly beats: BeatsRecord;
  private readonly own: TapeEvent;
  private hasOwn = false;
  private knownForwarded: boolean | undefined;
  private readonly changes = new Changes();

  constructor(record: BeatsRecord, networks: Networks, file: string, format: string) {
    super(record, networks, file, format);
    this.beats = record;
    this.own = new TapeEvent(networks);
  }

  override point(line: number | undefined, offset: number | undefined): void {
    super.point(line, offset);
    this.hasOwn = false;
    this.knownForwarded = undefined;
  }

  override get freedom(): Freedom {
    return 'any';
  }

  protected override read(id: FieldId): FieldValue {
    if (isOfRecord(id)) return super.read(id) ?? this.stated(id);
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

  origin(): JsonOrigin | undefined {
    const known = this.beats.laidOut();
    const plan = known && beatsPlan(known.layout, known.tape.shape, this.kindOfRecord(), this.isForwarded());
    if (!plan) return undefined;
    const { tape } = known;
    const { changes } = this;
    changes.clear();
    for (const { name, values, isList } of plan.moved) {
      const all = values.map(({ leaf, kind }) => leafValue(tape, leaf, kind));
      changes.set(name, isList ? all : all[0]);
    }
    for (const name of plan.removed) changes.set(name, null);
    for (const { id, name, isStated, leaf } of plan.fields) {
      if (isStated && !isOfRecord(id) && !this.isTaskName(id)) continue;
      const value = this.get(id);
      if (value === undefined || (leaf >= 0 && value === leafValue(tape, leaf, JSON_KIND.text))) continue;
      changes.set(name, documentValue(fields.at(id), value, TIME_DIGITS));
    }
    return this.changeData(tape, plan.data) ? { tape, changes } : undefined;
  }

  /**
   * What the event's data is called and holds otherwise than in the document.
   *
   * @returns false when nothing of it is left under its name
   */
  private changeData(tape: JsonTape, data: BeatsPlan['data']): boolean {
    const { changes, beats } = this;
    const { codes } = this.kindOfRecord();
    let met = 0;
    eachRaw(beats, codes, (name, value) => {
      const leaf = data.get(name);
      if (leaf !== undefined) met++;
      if (leaf === undefined || value !== leafValue(tape, leaf, JSON_KIND.text)) changes.set(name, value);
    });
    if (met === data.size) return true;
    if (met === 0) return false;
    const shown = new Set<string>();
    eachRaw(beats, codes, (name) => shown.add(name));
    for (const name of data.keys()) if (!shown.has(name)) changes.set(name, null);
    return true;
  }

  /** Adds what the document has not, and puts right what is the record's. */
  private complete(copy: Document, mapped: Document, path: readonly string[]): void {
    for (const [key, value] of Object.entries(mapped)) {
      const at = [...path, key];
      if (isDocument(value)) {
        this.complete(copy, value, at);
        continue;
      }
      const field = fields.met(at.join('.'));
      const known = valueAt(copy, at);
      const isTheirs = field !== undefined && !isOfRecord(field.id) && !this.isTaskName(field.id);
      if (known === undefined || !isTheirs) setPath(copy, at, value);
    }
  }

  /** What the document says itself. */
  private stated(id: FieldId): FieldValue {
    if (!this.stating().mayHave(id)) return undefined;
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
    this.knownForwarded ??= this.namesOther();
    return this.knownForwarded;
  }

  private namesOther(): boolean {
    const { computer } = this.beats;
    const host = this.stating().get(HOST_NAME);
    if (computer === undefined || typeof host !== 'string') return false;
    return shortName(computer) !== shortName(host);
  }

  private stating(): TapeEvent {
    if (!this.hasOwn) {
      this.own.show(this.beats.laidOut()?.tape, () => this.beats.document());
      this.hasOwn = true;
    }
    return this.own;
  }
}

function shortName(host: string): string {
  return host.toLowerCase().split('.')[0]!;
}
