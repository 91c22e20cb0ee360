/** Makes events of flows that have ended, where they concern SMB. */
import { type Document, isDocument } from '../../../event/document.ts';
import type { Networks } from '../../../event/networks.ts';
import type { FlowVerdict } from '../../sensor-outcome.ts';
import type { EventGate, EventSink } from '../../source.ts';
import type { TunnelList } from '../ip/tunnel-list.ts';
import { isSmbPort } from '../../../event/smb-port.ts';
import type { StreamEnd } from '../stream.ts';
import type { Connection } from '../tcp/connection.ts';
import { type FlowEnd, FlowEvent } from './flow-event.ts';
import { FLOW_FACTS, type FlowKind } from './flow-facts.ts';
import { FlowRow } from './flow-row.ts';
import { STATE } from './flow-state.ts';
import type { FlowTable } from './flow-table.ts';
import { tcpVerdict } from './tcp-outcome.ts';
import { udpVerdict } from './udp-outcome.ts';

const NONE: readonly [number, number] = [0, 0];
const UDP_HEADERS = { v4: 28, v6: 48 } as const;

/** What the events of flows are made with. */
export interface FlowSurroundings {
  readonly networks: Networks;
  readonly file: string;
  readonly tunnels: TunnelList;
  interfaceName(number: number): string | undefined;
  readonly sink: () => EventSink;
  /** Connections are told while they are open: events of one name their flow. */
  readonly isLive: boolean;
  /** Absent when every flow is wanted. */
  readonly gate: EventGate | undefined;
}

/** Gives out the events of flows. */
export class FlowReporter {
  private readonly around: FlowSurroundings;
  private event: FlowEvent | undefined;
  private row: FlowRow | undefined;
  private readonly wanted: Partial<Record<FlowKind, boolean>> = {};

  constructor(around: FlowSurroundings) {
    this.around = around;
  }

  /** A connection has ended; it is told when a port or a protocol says that it is SMB. */
  tcp(table: FlowTable, entry: number, connection: Connection | undefined, reason: StreamEnd): void {
    this.giveTcp(table, entry, connection, reason, connection?.summary);
  }

  /** A connection goes on; it is told with what is known so far. */
  interim(connection: Connection, summary: Document | undefined): void {
    this.giveTcp(connection.table, connection.entry, connection, 'interim', summary);
  }

  private giveTcp(
    table: FlowTable,
    entry: number,
    connection: Connection | undefined,
    reason: FlowEnd['reason'],
    summary: Document | undefined,
  ): void {
    const row = this.rowOf(table, entry);
    if (!isSmbPort(row.port(0)) && !isSmbPort(row.port(1)) && !isRecognised(summary)) return;
    const sides = connection?.sides;
    const payload: FlowEnd['payload'] = sides ? [sides[0].seen, sides[1].seen] : NONE;
    const missing: FlowEnd['missing'] = sides ? [sides[0].missing, sides[1].missing] : NONE;
    const verdict = tcpVerdict({
      state: row.state,
      client: row.client,
      packets: [row.packets(0), row.packets(1)],
      payload,
      hasMoved: hasMoved(summary),
    });
    this.give(table, entry, 'tcp', reason, verdict, payload, missing, summary);
  }

  /** A UDP conversation of NetBIOS, or of SMB over QUIC when something was learnt, has ended. */
  udp(table: FlowTable, entry: number, reason: StreamEnd, learnt: Document | undefined): void {
    const row = this.rowOf(table, entry);
    const header = table.isV6 ? UDP_HEADERS.v6 : UDP_HEADERS.v4;
    const payload: FlowEnd['payload'] = [
      Math.max(0, row.bytes(0) - row.packets(0) * header),
      Math.max(0, row.bytes(1) - row.packets(1) * header),
    ];
    const verdict = udpVerdict(row.state, row.client, learnt !== undefined, payload);
    const kind = learnt === undefined ? 'udp' : 'quic';
    const isAnswered = (row.state & (STATE.data << (1 - row.client))) !== 0;
    if (learnt && isDocument(learnt['smb']) && isDocument(learnt['smb']['quic'])) {
      learnt['smb']['quic']['answered'] = isAnswered;
    }
    this.give(table, entry, kind, reason, verdict, payload, NONE, learnt);
  }

  private give(
    table: FlowTable,
    entry: number,
    kind: FlowKind,
    reason: FlowEnd['reason'],
    verdict: FlowVerdict,
    payload: FlowEnd['payload'],
    missing: FlowEnd['missing'],
    summary: Document | undefined,
  ): void {
    const { around } = this;
    const row = this.rowOf(table, entry);
    if (!this.isWanted(kind)) {
      around.gate!.pass(kind === 'quic' ? 'smb.quic' : 'smb.flow', row.lastTime);
      return;
    }
    const tunnel = around.tunnels.at(row.tunnelNumber);
    const interfaceName = around.interfaceName(row.interfaceNumber);
    this.event ??= new FlowEvent(around.networks, around.file, table);
    this.event.point(table, entry, {
      kind,
      reason,
      verdict,
      payload,
      missing,
      summary,
      interfaceName,
      tunnel,
      isLive: around.isLive,
    });
    around.sink()(this.event);
  }

  /** Asked once a kind. */
  private isWanted(kind: FlowKind): boolean {
    const { gate } = this.around;
    return (this.wanted[kind] ??= gate === undefined || gate.admits(FLOW_FACTS[kind]));
  }

  private rowOf(table: FlowTable, entry: number): FlowRow {
    this.row ??= new FlowRow(table, entry);
    this.row.table = table;
    this.row.entry = entry;
    return this.row;
  }
}

/** @returns whether a protocol recognised its own */
function isRecognised(summary: Document | undefined): boolean {
  const network = summary?.['network'];
  return isDocument(network) && network['protocol'] !== undefined;
}

/** @returns whether a protocol saw a file being read or written */
function hasMoved(summary: Document | undefined): boolean {
  const smb = summary?.['smb'];
  return isDocument(smb) && isDocument(smb['flow']) && smb['flow']['moved'] === true;
}
