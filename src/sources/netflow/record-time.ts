import type { Domain, ExportTime } from './domain.ts';
import type { FlowRecord } from './flow-record.ts';

/** When a flow was, and whether the exporter said so. */
export interface RecordTime {
  /** Milliseconds since 1970. */
  readonly first: number;
  readonly last: number;
  /** True when the time of the export stands in for times that were not given. */
  readonly isExportTime: boolean;
}

/** The exporter's clock since it started wraps after 49 days. */
const WRAP = 4_294_967_296;

/** @returns times of a record; those since the start of the exporter are counted back from the export */
export function timesOf(record: FlowRecord, domain: Domain, { exported, uptime }: ExportTime): RecordTime {
  const { firstUptime, lastUptime, durationMs } = record;
  let { first, last } = record;
  if (first === undefined && last === undefined && (firstUptime ?? lastUptime) !== undefined) {
    const start = domain.startOf(record);
    const now = uptime ?? (start === undefined ? undefined : exported - start);
    if (now !== undefined) {
      first = before(exported, now, firstUptime);
      last = before(exported, now, lastUptime);
    }
  }
  if (first !== undefined && last === undefined && durationMs !== undefined) last = first + durationMs;
  if (last !== undefined && first === undefined && durationMs !== undefined) first = last - durationMs;
  const known = first ?? last;
  if (known === undefined) return { first: exported, last: exported, isExportTime: true };
  return { first: first ?? known, last: Math.max(last ?? known, first ?? known), isExportTime: false };
}

/** A flow that began before the clock wrapped has a time far above the exporter's uptime: the difference is unsigned. */
function before(exported: number, uptime: number, at: number | undefined): number | undefined {
  return at === undefined ? undefined : exported - ((((uptime - at) % WRAP) + WRAP) % WRAP);
}
