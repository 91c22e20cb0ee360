/** What an exporter's domain has told: its templates, samplers and clock, and data whose template has not come yet. */
import type { FlowRecord } from './flow-record.ts';
import { NETFLOW_LIMITS } from './limits.ts';
import type { Template } from './template.ts';

/** What the header of a datagram says of time. */
export interface ExportTime {
  /** When the datagram was sent, milliseconds since 1970. */
  readonly exported: number;
  /** Milliseconds since the exporter started; undefined in IPFIX. */
  readonly uptime: number | undefined;
}

/** Data that waits for its template. */
export interface WaitingSet {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly time: ExportTime;
  /** When it was received. */
  readonly received: number;
  readonly offset: number | undefined;
}

/** One domain of one exporter. */
export class Domain {
  readonly exporter: string;
  readonly version: number;
  readonly number: number;
  readonly templates = new Map<number, Template>();
  readonly waiting: WaitingSet[] = [];
  waitingBytes = 0;
  /** Sequence number that the next datagram should have, undefined when it cannot be known. */
  nextSequence: number | undefined;
  private readonly samplers = new Map<number, number>();
  /** Sampling of the whole domain, 1 for none. */
  private sampling = 1;
  private systemStart: number | undefined;
  private readonly recent = new Int32Array(RECENT);
  private recentAt = 0;

  constructor(exporter: string, version: number, number: number) {
    this.exporter = exporter;
    this.version = version;
    this.number = number;
  }

  /** @returns whether the same datagram was just there: recorded twice, it must not be counted twice */
  isRepeated(mark: number): boolean {
    if (this.recent.includes(mark)) return true;
    this.recent[this.recentAt] = mark;
    this.recentAt = (this.recentAt + 1) % RECENT;
    return false;
  }

  /** Takes what a record of options says. */
  learn(record: FlowRecord): void {
    if (record.systemStart !== undefined) this.systemStart = record.systemStart;
    const { sampling, samplerId } = record;
    if (sampling === undefined) return;
    if (samplerId === undefined) this.sampling = Math.max(1, sampling);
    else if (this.samplers.size < NETFLOW_LIMITS.samplers) this.samplers.set(samplerId, Math.max(1, sampling));
  }

  /** @returns one packet of how many was looked at for a record */
  samplingOf(record: FlowRecord): number {
    if (record.sampling !== undefined) return Math.max(1, record.sampling);
    const { samplerId } = record;
    return (samplerId === undefined ? undefined : this.samplers.get(samplerId)) ?? this.sampling;
  }

  /** @returns when the exporter started, by a record or by options */
  startOf(record: FlowRecord): number | undefined {
    return record.systemStart ?? this.systemStart;
  }
}

/** Datagrams remembered to know repeated ones. */
const RECENT = 64;
