/** The event of a flow that an exporter told of. */
import { Address, addressFromV4 } from '../../base/address/address.ts';
import { stableId } from '../../base/hash.ts';
import { derivedFields } from '../../event/derive/derivations.ts';
import { type Document, type FieldValue, setPath } from '../../event/document.ts';
import { type Field, type FieldId, fieldId, fields } from '../../event/field.ts';
import { LazyEvent } from '../../event/lazy-event.ts';
import type { Networks } from '../../event/networks.ts';
import { isSmbPort } from '../../event/smb-port.ts';
import type { Provenance } from '../../event/view.ts';
import { documentValue } from '../mapping.ts';
import type { FlowVerdict } from '../sensor-outcome.ts';
import type { FlowHalf, JoinedFlow } from './flow-halves.ts';
import { NETFLOW_FIELDS, type NetflowRead } from './netflow-fields.ts';
import { verdictOf } from './netflow-verdict.ts';

/** One end of a flow. */
export interface FlowEnd {
  readonly ip: string;
  readonly port: number | undefined;
  readonly mac: string | undefined;
  readonly natIp: string | undefined;
  readonly natPort: number | undefined;
  /** What it sent, undefined when no record told of that direction. */
  readonly sent: FlowHalf | undefined;
}

const READS: readonly (NetflowRead | undefined)[] = tableOf();
const OWN: readonly FieldId[] = [
  ...new Set([...READS.flatMap((read, id) => (read ? [id] : [])), ...derivedFields]),
].sort((x, y) => x - y);

/** The view of a flow; one object for all. */
export class NetflowEvent extends LazyEvent {
  flow!: JoinedFlow;
  /** Source of the event: of a record alone as it says, of a whole connection its client. */
  source!: FlowEnd;
  destination!: FlowEnd;
  verdict: FlowVerdict | undefined;
  private readonly file: string;

  constructor(networks: Networks, file: string) {
    super(networks);
    this.file = file;
  }

  /** The view now shows another flow. */
  point(flow: JoinedFlow): void {
    this.nextEvent();
    this.flow = flow;
    const { record } = flow;
    const one: FlowEnd = {
      ip: textOf(record.source, record.isV6),
      port: record.sourcePort,
      mac: record.sourceMac,
      natIp: natOf(record.sourceNat, record.source[0]),
      natPort: record.sourceNatPort || undefined,
      sent: flow.there,
    };
    const other: FlowEnd = {
      ip: textOf(record.destination, record.isV6),
      port: record.destinationPort,
      mac: record.destinationMac,
      natIp: natOf(record.destinationNat, record.destination[0]),
      natPort: record.destinationNatPort || undefined,
      sent: flow.back,
    };
    const isTurned = flow.back !== undefined && isServer(one, other, flow);
    this.source = isTurned ? other : one;
    this.destination = isTurned ? one : other;
    this.verdict = verdictOf(flow, this.source, this.destination);
  }

  protected override read(field: FieldId): FieldValue {
    return READS[field]?.(this);
  }

  override elements(): readonly Document[] {
    return [];
  }

  override each(visit: (field: Field, value: Exclude<FieldValue, undefined>) => void): void {
    for (const id of OWN) {
      const value = this.get(id);
      if (value !== undefined) visit(fields.at(id), value);
    }
  }

  override document(): Document {
    const document: Document = {};
    this.each((field, value) => setPath(document, field.path, documentValue(field, value, 6)));
    return document;
  }

  /** The exporter, both ends, the beginning and the end: an exporter that tells of a flow while it goes on begins it at the same time again. */
  override id(): string {
    const { flow } = this;
    const { domain, record } = flow;
    const ends = [this.source, this.destination].flatMap(({ ip, port }) => [ip, String(port ?? '')]);
    return stableId([
      'netflow.log',
      domain.exporter,
      String(domain.number),
      String(record.protocol ?? ''),
      ...ends,
      String(Math.floor(flow.first)),
      String(Math.floor(flow.last)),
    ]);
  }

  override provenance(): Provenance {
    return { file: this.file, format: 'netflow', offset: this.flow.offset };
  }
}

function textOf(words: readonly [number, number, number, number], isV6: boolean): string {
  return (isV6 ? new Address(...words) : addressFromV4(words[0])).text;
}

/** An address that was not translated is repeated, or zero. */
function natOf(translated: number | undefined, original: number): string | undefined {
  return translated === undefined || translated === 0 || translated === original
    ? undefined
    : addressFromV4(translated).text;
}

/**
 * Whether the source of the first record is the server: by the port of SMB, by the half that opened (SYN without ACK), by
 * who began. Flags are cumulative, so SYN and ACK in both halves say nothing.
 */
function isServer(one: FlowEnd, other: FlowEnd, flow: JoinedFlow): boolean {
  if (isSmbPort(one.port) !== isSmbPort(other.port)) return isSmbPort(one.port);
  if (opened(flow.there) !== opened(flow.back)) return opened(flow.back);
  return flow.back!.first < flow.there.first;
}

/** @returns whether a half holds SYN and no ACK */
function opened(half: FlowHalf | undefined): boolean {
  return half?.flags !== undefined && (half.flags & 0x12) === 0x02;
}

function tableOf(): (NetflowRead | undefined)[] {
  const table = new Array<NetflowRead | undefined>(fields.size).fill(undefined);
  for (const [name, read] of Object.entries(NETFLOW_FIELDS)) table[fieldId(name)] = read;
  return table;
}
