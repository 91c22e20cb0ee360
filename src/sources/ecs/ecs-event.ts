/** The view of an ECS document: fields by byte offset, repairs and fills on demand, the document passed through. */
import { stableId } from '../../base/hash.ts';
import { formatTimestamp } from '../../base/time/timestamp.ts';
import { derivations, derivedFields } from '../../event/derive/derivations.ts';
import {
  canonicalJson,
  type Document,
  type FieldValue,
  isDocument,
  type Scalar,
  setPath,
} from '../../event/document.ts';
import { DocumentEvent, nestedCopy, valueAt } from '../../event/document-event.ts';
import { coerceValue } from '../../event/document-event-value.ts';
import { type Field, type FieldId, fieldId, fields } from '../../event/field.ts';
import { Changes, type JsonOrigin } from '../../event/json-origin.ts';
import { LazyEvent } from '../../event/lazy-event.ts';
import { first, firstNumber, firstText, type Provenance } from '../../event/view.ts';
import type { BulkTarget, JsonRecord } from '../json/dialect.ts';
import type { FlowVerdict } from '../sensor-outcome.ts';
import type { SourceContext } from '../source.ts';
import { FIELD_COLUMNS, otherColumn } from './columns.ts';
import { contentId } from './content-id.ts';
import { DocumentPlans } from './document-plan.ts';
import { type Fill, FILLS } from './fills.ts';
import { writtenIndex } from './index-name.ts';
import { type EcsFacts, type Producer, producerOf } from './producer.ts';
import { LOWER_CASE, repairDocument } from './repairs.ts';
import { finishedValue, isUnfinished, UNFINISHED_FIELDS } from './unfinished.ts';
import { payloadOf, verdictOf } from './verdict.ts';

const HIT = otherColumn('hit');
const HIT_ID = otherColumn('hit_id');
const HIT_INDEX = otherColumn('hit_index');
const TYPE = otherColumn('type');
const TCP_FLAGS = otherColumn('tcp_flags');

const OWN_ID = fieldId('smbastion.event.id');
const TIME = fieldId('@timestamp');
const START = fieldId('event.start');
const CATEGORY = fieldId('event.category');
const DATASET = fieldId('event.dataset');
const EVENT_ID = fieldId('event.id');
const REVERSED = fieldId('smb.flow.reversed');
/** Ids of a whole connection: shippers copy them to event.id, where they are no identity of one line. */
const CONNECTION_IDS = ['zeek.session_id', 'suricata.eve.flow_id', 'flow.id', 'panw.panos.flow_id'].map(fieldId);
const LOWER: ReadonlySet<FieldId> = new Set([...LOWER_CASE].map(fieldId));

/** Facts that come from the verdict and the counters. */
const FLOW_FILLS: Readonly<Record<string, (event: EcsEvent) => FieldValue>> = {
  'smb.flow.outcome': (event) => event.verdict()?.outcome,
  'smb.flow.refused_by': (event) => event.verdict()?.refusedBy,
  'smb.flow.bytes.client': (event) => event.payload('client'),
  'smb.flow.bytes.server': (event) => event.payload('server'),
  'smb.repairs': (event) => event.repairs(),
};

const fills: readonly (Fill | ((event: EcsEvent) => FieldValue) | undefined)[] = tableOf();

function tableOf(): (Fill | undefined)[] {
  const table = new Array<Fill | undefined>(FIELD_COLUMNS).fill(undefined);
  for (const [name, fill] of Object.entries({ ...FILLS, ...FLOW_FILLS })) table[fieldId(name)] = fill as Fill;
  return table;
}

/** Fields that documents may gain, in catalogue order. */
const GAINED: readonly FieldId[] = [
  ...new Set([...fills.flatMap((fill, id) => (fill ? [id] : [])), ...derivedFields]),
].sort((x, y) => x - y);

const PLANS = new DocumentPlans(
  fills.flatMap((fill, id) => (fill ? [id] : [])),
  derivedFields,
);

const NO_REPAIRS: readonly string[] = [];
const NO_TARGET: BulkTarget = { id: undefined, index: undefined };

/** One ECS document. */
export class EcsEvent extends LazyEvent implements EcsFacts {
  private readonly context: SourceContext;
  private readonly record: JsonRecord;
  /** Within which identities hold that others chose; nothing when they hold everywhere. */
  private readonly scope: readonly string[];
  private readonly whole: DocumentEvent;
  private hasWhole = false;
  private parsed: Document | undefined;
  /** A copy of the source that the identity was made of; the document may have it. */
  private copied: Document | undefined;
  private knownRepairs: readonly string[] | undefined;
  private readonly changes = new Changes();
  private target = NO_TARGET;
  private line: number | undefined;
  private offset: number | undefined;
  /** Its pipeline has not run, see `unfinished.ts`. */
  private isUnfinished = false;
  private knownProducer: Producer | undefined;
  /** Null: asked, and there is none. */
  private knownVerdict: FlowVerdict | null | undefined;

  constructor(context: SourceContext, record: JsonRecord) {
    super(context.networks);
    this.context = context;
    this.scope = context.settings.idScope === undefined ? [] : [context.settings.idScope];
    this.record = record;
    this.whole = new DocumentEvent(context.networks);
  }

  /** The record now holds another document. */
  point(line: number | undefined, offset: number | undefined, target: BulkTarget = NO_TARGET): void {
    this.nextEvent();
    this.line = line;
    this.offset = offset;
    this.target = target;
    this.isUnfinished = isUnfinished(this.record) && !this.isNormalised();
    this.hasWhole = false;
    this.parsed = undefined;
    this.copied = undefined;
    this.knownRepairs = undefined;
    this.knownProducer = undefined;
    this.knownVerdict = undefined;
  }

  recordType(): string | undefined {
    return this.record.text(TYPE);
  }

  tcpFlags(): number | undefined {
    return this.record.has(TCP_FLAGS) ? this.record.number(TCP_FLAGS) : undefined;
  }

  index(): string | undefined {
    return this.record.text(HIT_INDEX) ?? this.target.index;
  }

  /** @returns what became of the connection, undefined when the document is about none */
  verdict(): FlowVerdict | undefined {
    if (this.knownVerdict === undefined) this.knownVerdict = verdictOf(this, this.producer()) ?? null;
    return this.knownVerdict ?? undefined;
  }

  /** @returns payload bytes the client or the server sent */
  payload(side: 'client' | 'server'): number | undefined {
    const isSource = (side === 'client') !== (this.get(REVERSED) === true);
    return payloadOf(this, this.producer(), isSource ? 'source' : 'destination');
  }

  /** @returns names of the fields whose value was brought into form */
  repairs(): FieldValue {
    this.knownRepairs ??= repairDocument(nestedCopy(this.source()));
    return this.knownRepairs.length === 0 ? undefined : this.knownRepairs;
  }

  protected override read(id: FieldId): FieldValue {
    if (id === OWN_ID && this.isNormalised() && !this.isVouched()) return this.id();
    const own = this.own(id);
    if (own !== undefined) return own;
    return this.isNormalised() ? undefined : (fills[id] as Fill | undefined)?.(this);
  }

  override elements(path: readonly string[]): readonly Document[] {
    return this.all().elements(path);
  }

  override each(visit: (field: Field, value: Exclude<FieldValue, undefined>) => void): void {
    new DocumentEvent(this.networks, this.document()).each(visit);
  }

  override document(): Document {
    const isNormalised = this.isNormalised();
    const id = isNormalised && !this.isVouched() ? this.id() : undefined;
    const copy = this.copied ?? nestedCopy(this.source());
    this.copied = undefined;
    if (id !== undefined) setPath(copy, fields.at(OWN_ID).path, id);
    if (!isNormalised) this.knownRepairs = repairDocument(copy);
    if (this.isUnfinished) this.finish(copy);
    for (const gained of GAINED) {
      if (isNormalised && derivations[gained] === undefined) continue;
      const { path } = fields.at(gained);
      if (!isFree(copy, path)) continue;
      const value = this.get(gained);
      if (value !== undefined) setPath(copy, path, value);
    }
    return copy;
  }

  origin(): JsonOrigin | undefined {
    if (this.record.has(HIT) || this.isUnfinished || this.isNormalised()) return undefined;
    const tape = this.record.tape();
    const plan = tape && PLANS.of(tape);
    if (!plan) return undefined;
    this.knownRepairs = NO_REPAIRS;
    const { changes } = this;
    changes.clear();
    for (const id of plan.gained) {
      const value = this.get(id);
      if (value !== undefined) changes.set(fields.at(id).name, value);
    }
    return { tape, changes };
  }

  override id(): string {
    const chosen = this.chosenId();
    if (typeof chosen === 'string') return chosen;
    if (chosen !== undefined) return stableId([...chosen, ...this.scope]);
    const tape = this.record.has(HIT) ? undefined : this.record.tape();
    const quick = tape && contentId(tape);
    if (quick !== undefined) return quick;
    this.copied ??= nestedCopy(this.source());
    let identity = this.copied;
    if (isDocument(identity['event'])) {
      const { ingested: _, ...event } = identity['event'];
      identity = { ...identity, event };
    }
    return stableId(['document', canonicalJson(identity)]);
  }

  /** Of events of our own it cannot be told what their ids were made of. */
  beganMs(): number | undefined {
    return this.record.has(OWN_ID) && this.hitId() === undefined ? firstNumber(this, START) : undefined;
  }

  /**
   * What the document or its sender says to be its identity. An `_id` is one within its index, and neither it nor an `event.id`
   * says that two observations of different times are one.
   *
   * @returns our own id, or what an id is made of
   */
  private chosenId(): string | readonly string[] | undefined {
    const hitId = this.hitId();
    if (hitId !== undefined) return ['hit', writtenIndex(this.index() ?? ''), hitId, this.timeText()];
    const known = this.record.has(OWN_ID) ? first(this.own(OWN_ID)) : undefined;
    if (known !== undefined) return this.isVouched() ? String(known) : ['own', String(known)];
    const given = firstText(this, EVENT_ID);
    if (given === undefined || given === '' || CONNECTION_IDS.some((id) => firstText(this, id) === given)) {
      return undefined;
    }
    return ['ecs', firstText(this, DATASET) ?? '', given, this.timeText()];
  }

  private hitId(): string | undefined {
    return this.record.text(HIT_ID) ?? this.target.id;
  }

  /** Whether an identity of ours that stands in the document is believed. */
  private isVouched(): boolean {
    return this.scope.length === 0;
  }

  private timeText(): string {
    return String(this.get(TIME));
  }

  override provenance(): Provenance {
    return { file: this.context.file, format: 'ecs', line: this.line, offset: this.offset };
  }

  /** What the document itself says, in the form of the field's type. */
  private own(id: FieldId): FieldValue {
    const finished = this.isUnfinished ? finishedValue(this.record, id) : undefined;
    if (finished !== undefined) return finished;
    if (id >= FIELD_COLUMNS) return this.all().get(id);
    const { record } = this;
    if (!record.has(id)) return undefined;
    const { type } = fields.at(id);
    if (type === 'object' || type === 'nested') return this.all().get(id);
    const value = record.value(id);
    if (value === undefined) return undefined;
    if (Array.isArray(value)) return this.ownList(id, value as readonly Scalar[]);
    const isDigits = typeof value === 'number' && (type === 'keyword' || type === 'wildcard' || type === 'text');
    // Digits as written: a 64-bit id would lose its last ones as a number.
    const coerced = coerceValue(type, isDigits ? (wholeNumber(record.raw(id)) ?? value) : (value as Scalar));
    if (coerced === undefined) return undefined;
    if (id === CATEGORY) return [coerced];
    return LOWER.has(id) ? String(coerced).toLowerCase() : coerced;
  }

  private ownList(id: FieldId, values: readonly Scalar[]): FieldValue {
    const { type } = fields.at(id);
    const list = values.flatMap((value) => {
      const coerced = coerceValue(type, value);
      if (coerced === undefined) return [];
      return [LOWER.has(id) ? String(coerced).toLowerCase() : coerced];
    });
    return list.length === 0 ? undefined : list.length === 1 && id !== CATEGORY ? list[0] : list;
  }

  /** Puts in what its pipeline would have. */
  private finish(document: Document): void {
    for (const id of UNFINISHED_FIELDS) {
      const value = finishedValue(this.record, id);
      if (value === undefined) continue;
      const { path, type } = fields.at(id);
      setPath(document, path, type === 'date' ? formatTimestamp(Number(value), 6) : value);
    }
  }

  /** Written by us: facts are there already, and a second reading must not add any. */
  private isNormalised(): boolean {
    return this.record.has(OWN_ID);
  }

  private producer(): Producer {
    this.knownProducer ??= producerOf(this);
    return this.knownProducer;
  }

  /** The ECS object: the record itself, or the source of a search hit. Never changed: documents are copies of it. */
  private source(): Document {
    if (this.parsed === undefined) {
      const whole = this.record.parse();
      const hit = this.record.has(HIT) ? whole['_source'] : undefined;
      this.parsed = isDocument(hit) ? hit : whole;
    }
    return this.parsed;
  }

  private all(): DocumentEvent {
    if (!this.hasWhole) {
      this.whole.point(this.source(), this.provenance());
      this.hasWhole = true;
    }
    return this.whole;
  }
}

function wholeNumber(text: string | undefined): string | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? text : undefined;
}

/** @returns whether a field can be added without replacing what the document says */
function isFree(document: Document, path: readonly string[]): boolean {
  for (let length = 1; length < path.length; length++) {
    const above = valueAt(document, path.slice(0, length));
    if (above !== undefined && above !== null && !isDocument(above)) return false;
    if (above === undefined) return true;
  }
  const value = valueAt(document, path);
  return value === undefined || value === null;
}
