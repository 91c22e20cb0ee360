/**
 * Joins what exporters tell apart: most records tell of one direction, so a connection gives two; a long one is cut into
 * parts. Records of the same ends within two minutes are one event.
 */
import type { EventSink, SourceContext } from '../source.ts';
import type { Domain } from './domain.ts';
import type { FlowRecord } from './flow-record.ts';
import { HALVES_MS, NETFLOW_LIMITS } from './limits.ts';
import { NetflowEvent } from './netflow-event.ts';
import type { RecordTime } from './record-time.ts';

/** A record with what its datagram said. */
export interface ReadRecord extends RecordTime {
  readonly record: FlowRecord;
  readonly domain: Domain;
  readonly sampling: number;
  readonly offset: number | undefined;
  /** When it was received, milliseconds since 1970. */
  readonly received: number;
}

/** One direction of a flow, summed up. */
export interface FlowHalf {
  /** Cumulative TCP flags, undefined when no record gave them. */
  flags: number | undefined;
  octets: number | undefined;
  packets: number | undefined;
  first: number;
  records: number;
}

/** A flow: what its records of both directions say. */
export interface JoinedFlow {
  /** The first record that came: its source is the source of the event unless both halves are there. */
  readonly record: FlowRecord;
  readonly domain: Domain;
  first: number;
  last: number;
  isExportTime: boolean;
  sampling: number;
  readonly offset: number | undefined;
  received: number;
  /** From the record's source to its destination. */
  readonly there: FlowHalf;
  /** The other direction, undefined while nothing told of it. */
  back: FlowHalf | undefined;
  endReason: number | undefined;
  firewallEvent: number | undefined;
}

/** Flows that may still grow. */
export class FlowHalves {
  private readonly context: SourceContext;
  private readonly event: NetflowEvent;
  /** By exporter and ends, in the order of the last record. */
  private readonly flows = new Map<string, JoinedFlow>();
  private hasToldLimit = false;

  constructor(context: SourceContext) {
    this.context = context;
    this.event = new NetflowEvent(context.networks, context.file);
  }

  add(read: ReadRecord, sink: EventSink): void {
    const { record, domain } = read;
    const there = keyOf(domain, record, false);
    const back = keyOf(domain, record, true);
    const isBack = !this.flows.has(there) && this.flows.has(back);
    const key = isBack ? back : there;
    const known = this.flows.get(key);
    if (known) {
      this.flows.delete(key);
      if (read.first - known.last <= HALVES_MS && known.first - read.last <= HALVES_MS) {
        grow(known, read, isBack);
        this.flows.set(key, known);
        return;
      }
      this.give(known, sink);
    }
    this.flows.set(there, flowOf(read));
    if (this.flows.size > NETFLOW_LIMITS.flows) this.giveOldest(sink);
  }

  /** Gives out flows of which nothing came for so long that nothing will. */
  giveLate(now: number, sink: EventSink): void {
    for (const [key, flow] of this.flows) {
      if (now - flow.received <= HALVES_MS) return;
      this.flows.delete(key);
      this.give(flow, sink);
    }
  }

  giveAll(sink: EventSink): void {
    for (const flow of this.flows.values()) this.give(flow, sink);
    this.flows.clear();
  }

  private giveOldest(sink: EventSink): void {
    if (!this.hasToldLimit) {
      const message = `limit flows (${NETFLOW_LIMITS.flows}) reached: halves of connections are told before the other may come`;
      this.context.faults.add({ code: 'netflow.limit', file: this.context.file, message, isAssumption: true });
    }
    this.hasToldLimit = true;
    const [first] = this.flows;
    if (!first) return;
    this.flows.delete(first[0]);
    this.give(first[1], sink);
  }

  private give(flow: JoinedFlow, sink: EventSink): void {
    this.event.point(flow);
    sink(this.event);
  }
}

function keyOf(domain: Domain, record: FlowRecord, isTurned: boolean): string {
  const source = `${record.source.join()}:${record.sourcePort ?? ''}`;
  const destination = `${record.destination.join()}:${record.destinationPort ?? ''}`;
  const ends = isTurned ? `${destination} ${source}` : `${source} ${destination}`;
  return `${domain.exporter} ${domain.version} ${domain.number} ${record.isV6 ? 6 : 4} ${record.protocol ?? ''} ${ends}`;
}

function flowOf(read: ReadRecord): JoinedFlow {
  const { record, domain, first, last, isExportTime, sampling, offset, received } = read;
  const hasBack = (record.reversePackets ?? 0) > 0 || (record.reverseOctets ?? 0) > 0;
  return {
    record,
    domain,
    first,
    last,
    isExportTime,
    sampling,
    offset,
    received,
    there: { flags: record.flags, octets: record.octets, packets: record.packets, first, records: 1 },
    back: hasBack ? backOf(record, first) : undefined,
    endReason: record.endReason,
    firewallEvent: record.firewallEvent,
  };
}

function backOf(record: FlowRecord, first: number): FlowHalf {
  return {
    flags: record.reverseFlags,
    octets: record.reverseOctets,
    packets: record.reversePackets,
    first,
    records: 0,
  };
}

/** Adds a record to a flow. */
function grow(flow: JoinedFlow, read: ReadRecord, isBack: boolean): void {
  const { record } = read;
  flow.first = Math.min(flow.first, read.first);
  flow.last = Math.max(flow.last, read.last);
  flow.isExportTime &&= read.isExportTime;
  flow.sampling = Math.max(flow.sampling, read.sampling);
  flow.received = Math.max(flow.received, read.received);
  flow.endReason = record.endReason ?? flow.endReason;
  flow.firewallEvent = record.firewallEvent === 3 ? 3 : (flow.firewallEvent ?? record.firewallEvent);
  const own: FlowHalf = {
    flags: record.flags,
    octets: record.octets,
    packets: record.packets,
    first: read.first,
    records: 1,
  };
  const hasOther = (record.reversePackets ?? 0) > 0 || (record.reverseOctets ?? 0) > 0;
  const other = hasOther ? backOf(record, read.first) : undefined;
  const [there, back] = isBack ? [other, own] : [own, other];
  if (there) addHalf(flow.there, there);
  if (back && flow.back) addHalf(flow.back, back);
  else flow.back ??= back;
}

function addHalf(half: FlowHalf, more: FlowHalf): void {
  half.flags = sum(half.flags, more.flags, (x, y) => x | y);
  half.octets = sum(half.octets, more.octets, (x, y) => x + y);
  half.packets = sum(half.packets, more.packets, (x, y) => x + y);
  half.first = Math.min(half.first, more.first);
  half.records += more.records;
}

function sum(one: number | undefined, other: number | undefined, add: (x: number, y: number) => number) {
  if (one === undefined || other === undefined) return one ?? other;
  return add(one, other);
}
