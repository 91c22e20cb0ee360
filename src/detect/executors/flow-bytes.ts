/**
 * Payload of one flow from its reports. A sensor writes running totals (the largest is the truth) or differences (their
 * sum is); which of the two is told by a later report that has a smaller counter than an earlier one.
 */
import type { EventView } from '../../event/view.ts';
import { firstNumber } from '../../event/view.ts';
import { fieldId } from '../../event/field.ts';

const CLIENT_NAMES = ['smb.flow.bytes.client', 'client.bytes'];
const SERVER_NAMES = ['smb.flow.bytes.server', 'server.bytes'];
const CLIENT = CLIENT_NAMES.map(fieldId);
const SERVER = SERVER_NAMES.map(fieldId);
const SOURCE_BYTES = fieldId('source.bytes');
const DESTINATION_BYTES = fieldId('destination.bytes');
const REVERSED = fieldId('smb.flow.reversed');

/** Names of the fields that may hold bytes of a flow. */
export const BYTE_FIELDS: readonly string[] = [...CLIENT_NAMES, ...SERVER_NAMES, 'source.bytes', 'destination.bytes'];
/** Names of all fields that decide what the bytes of a flow are. */
export const FLOW_FIELDS: readonly string[] = [...BYTE_FIELDS, 'smb.flow.reversed', 'flow.id'];

/** Bytes each way. */
export interface Bytes {
  readonly client: number;
  readonly server: number;
}

/**
 * @returns bytes an event reports each way: payload where the source knows it, else bytes with headers; undefined when
 * it reports none
 */
export function bytesOf(view: EventView): Bytes | undefined {
  const isReversed = view.get(REVERSED) === true;
  const client = firstOf(view, CLIENT) ?? firstNumber(view, isReversed ? DESTINATION_BYTES : SOURCE_BYTES);
  const server = firstOf(view, SERVER) ?? firstNumber(view, isReversed ? SOURCE_BYTES : DESTINATION_BYTES);
  if (client === undefined && server === undefined) return undefined;
  return { client: client ?? 0, server: server ?? 0 };
}

function firstOf(view: EventView, fields: readonly number[]): number | undefined {
  for (const field of fields) {
    const value = firstNumber(view, field);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Reports of one flow; plain data, so that it can be written to a temporary file. */
export interface FlowReports {
  /** Time, client and server bytes of each report, one after the other, in any order; time is Infinity when unknown. */
  samples: number[];
  /** The oldest reports, summed up when there were too many. */
  folded: { time: number; client: number; server: number; sum: Bytes; max: Bytes; falls: boolean } | undefined;
}

/** What the reports of a flow come to. */
export interface FlowTotal extends Bytes {
  /** True when the reports are differences. */
  readonly isDelta: boolean;
}

/** @returns whether reports are above the limit, and were summed up down to half of it */
export function foldReports(flow: FlowReports, limit: number): boolean {
  if (flow.samples.length / 3 <= limit) return false;
  const sorted = sortedSamples(flow.samples);
  const cut = sorted.length - Math.floor(limit / 2);
  flow.folded = walk(flow.folded, sorted.slice(0, cut));
  flow.samples = sorted.slice(cut).flat();
  return true;
}

/**
 * @param onReport called for each report in order of time with the flow's bytes up to then
 */
export function totalOf(flow: FlowReports, onReport?: (time: number, bytes: Bytes) => void): FlowTotal {
  const sorted = sortedSamples(flow.samples);
  const end = walk(flow.folded, sorted);
  const isDelta = end?.falls ?? false;
  if (onReport) {
    let client = 0;
    let server = 0;
    const folded = flow.folded && (isDelta ? flow.folded.sum : flow.folded.max);
    if (folded) {
      ({ client, server } = folded);
      onReport(flow.folded!.time, { client, server });
    }
    for (const [time, oneWay, otherWay] of sorted) {
      client = isDelta ? client + oneWay : Math.max(client, oneWay);
      server = isDelta ? server + otherWay : Math.max(server, otherWay);
      onReport(time, { client, server });
    }
  }
  const bytes = isDelta ? end!.sum : (end?.max ?? { client: 0, server: 0 });
  return { client: bytes.client, server: bytes.server, isDelta };
}

type Sample = readonly [time: number, client: number, server: number];

function sortedSamples(flat: readonly number[]): Sample[] {
  const samples: Sample[] = [];
  for (let i = 0; i < flat.length; i += 3) samples.push([flat[i]!, flat[i + 1]!, flat[i + 2]!]);
  // Infinity minus Infinity is no number; then the counters decide.
  return samples.sort((one, other) => one[0] - other[0] || one[1] - other[1] || one[2] - other[2]);
}

function walk(start: FlowReports['folded'], samples: readonly Sample[]): FlowReports['folded'] {
  let state = start;
  for (const [time, client, server] of samples) {
    state = state
      ? {
          time: Math.max(time, state.time),
          client,
          server,
          sum: { client: state.sum.client + client, server: state.sum.server + server },
          max: { client: Math.max(state.max.client, client), server: Math.max(state.max.server, server) },
          falls: state.falls || client < state.client || server < state.server,
        }
      : { time, client, server, sum: { client, server }, max: { client, server }, falls: false };
  }
  return state;
}
