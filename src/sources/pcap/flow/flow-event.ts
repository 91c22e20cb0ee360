/** The event of a connection: fields are read from its row of numbers when a rule asks, and a document is made if it matched. */
import { stableId } from '../../../base/hash.ts';
import { derivedFields } from '../../../event/derive/derivations.ts';
import { type Document, type FieldValue, setPath } from '../../../event/document.ts';
import { DocumentEvent, nestedCopy } from '../../../event/document-event.ts';
import type { EventFacts } from '../../../event/event-facts.ts';
import { type Field, type FieldId, fieldId, fields } from '../../../event/field.ts';
import { LazyEvent } from '../../../event/lazy-event.ts';
import type { Networks } from '../../../event/networks.ts';
import type { Provenance } from '../../../event/view.ts';
import { documentValue } from '../../mapping.ts';
import type { FlowVerdict } from '../../sensor-outcome.ts';
import { traitsOf } from '../connection-traits.ts';
import type { Tunnel } from '../ip/tunnel-list.ts';
import type { Side, StreamEnd } from '../stream.ts';
import { NestedEvent } from '../nested-event.ts';
import { FLOW_FACTS_BY, type FlowKind } from './flow-facts.ts';
import { FLOW_FIELDS, type FlowFieldRead } from './flow-fields.ts';
import { FlowRow } from './flow-row.ts';
import type { FlowTable } from './flow-table.ts';

/** What stands beside the row of a flow. */
export interface FlowEnd {
  readonly kind: FlowKind;
  /** `interim`: it goes on. */
  readonly reason: StreamEnd | 'interim';
  readonly verdict: FlowVerdict;
  /** Payload bytes seen of each side, each once. */
  readonly payload: readonly [number, number];
  /** Payload bytes that were not recorded. */
  readonly missing: readonly [number, number];
  readonly summary: Document | undefined;
  readonly interfaceName: string | undefined;
  readonly tunnel: Tunnel | undefined;
  /** Connections are told while they are open. */
  readonly isLive: boolean;
}

const READS: readonly (FlowFieldRead | undefined)[] = tableOf();
const OWN: readonly FieldId[] = [
  ...new Set([...READS.flatMap((read, id) => (read ? [id] : [])), ...derivedFields]),
].sort((x, y) => x - y);
const MICROSECONDS = 6;

/** What a protocol learnt, as it states it: derived are the fields of the whole flow, not of this part. */
class LearntFields extends NestedEvent {
  stated(field: FieldId): FieldValue {
    return this.read(field);
  }
}

/** The view of a flow that has ended; one object for all. */
export class FlowEvent extends LazyEvent {
  readonly row: FlowRow;
  end!: FlowEnd;
  client: Side = 0;
  server: Side = 1;
  private readonly learnt: LearntFields;
  private readonly file: string;

  constructor(networks: Networks, file: string, table: FlowTable) {
    super(networks);
    this.row = new FlowRow(table, 0);
    this.learnt = new LearntFields(networks);
    this.file = file;
  }

  /** The view now shows another flow, whose row is still in its table. */
  point(table: FlowTable, entry: number, end: FlowEnd): void {
    this.nextEvent();
    this.row.table = table;
    this.row.entry = entry;
    this.end = end;
    this.client = this.row.client;
    this.server = this.client === 0 ? 1 : 0;
    if (end.summary) this.learnt.point(end.summary);
  }

  get facts(): EventFacts {
    const { summary, kind } = this.end;
    return FLOW_FACTS_BY[summary ? 'learnt' : 'bare'][kind].of(traitsOf(this));
  }

  protected override read(field: FieldId): FieldValue {
    return READS[field]?.(this) ?? (this.end.summary ? this.learnt.stated(field) : undefined);
  }

  override elements(path: readonly string[]): readonly Document[] {
    return this.end.summary ? this.learnt.elements(path) : [];
  }

  override each(visit: (field: Field, value: Exclude<FieldValue, undefined>) => void): void {
    new DocumentEvent(this.networks, this.document()).each(visit);
  }

  override document(): Document {
    const document = this.end.summary ? nestedCopy(this.end.summary) : {};
    for (const id of OWN) {
      const value = this.get(id);
      if (value === undefined) continue;
      const field = fields.at(id);
      setPath(document, field.path, documentValue(field, value, MICROSECONDS));
    }
    return document;
  }

  override id(): string {
    const { end, row } = this;
    // What is told of a connection that goes on is another event each time.
    return end.reason === 'interim' ? stableId([this.flowId(), 'interim', String(row.lastTime)]) : this.flowId();
  }

  /** Both ends, the client's first sequence number and the day: the same in every recording of the connection. */
  flowId(): string {
    const { row, client, server, end } = this;
    const isTcp = end.kind === 'tcp';
    // UDP has no number of its own to begin with; the second it began in is the same for every recorder of the traffic.
    const start = isTcp ? row.firstSequence(client) : Math.floor(row.firstTime / 1000);
    const day = Math.floor(row.firstTime / DAY_MS);
    return stableId([
      'smb.flow',
      isTcp ? 'tcp' : 'udp',
      row.ip(client),
      String(row.port(client)),
      row.ip(server),
      String(row.port(server)),
      String(start),
      String(day),
      ...(row.table.isVlanAware ? [`vlan ${row.vlan ?? '-'} ${row.innerVlan ?? '-'}`] : []),
    ]);
  }

  /** What was recorded of it may end earlier or later. */
  beganMs(): number | undefined {
    return this.end.reason === 'interim' ? undefined : this.row.firstTime;
  }

  override provenance(): Provenance {
    return { file: this.file, format: 'pcap', offset: this.row.offset };
  }
}

const DAY_MS = 86_400_000;

function tableOf(): (FlowFieldRead | undefined)[] {
  const table = new Array<FlowFieldRead | undefined>(fields.size).fill(undefined);
  for (const [name, read] of Object.entries(FLOW_FIELDS)) table[fieldId(name)] = read;
  return table;
}
