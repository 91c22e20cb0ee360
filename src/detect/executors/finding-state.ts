/**
 * What is known of one finding. Every part is a minimum, a maximum, a union or a sum over events, so parts of one finding
 * that were gathered apart (in another order, or before and after a spill) add up to the same whole.
 */
import { compareTexts } from '../../base/order.ts';
import type { Provenance } from '../../event/view.ts';
import { MAX_MEMBERS } from '../alerts/alert-builder.ts';
import type { DocumentTicket } from '../scan/kept-documents.ts';
import type { SpillCodec } from '../scan/sorted-spill.ts';
import type { Verdict } from './finding-verdict.ts';
import type { FlowReports } from './flow-bytes.ts';

/** An event of a finding. */
export interface EventRef {
  readonly id: string;
  /** Infinity when the event has no time. */
  readonly time: number;
  readonly provenance: Provenance;
  readonly ticket: DocumentTicket;
}

/** Which rungs were proven, and when first. */
export interface Proof {
  /** One bit a rung. */
  rungs: number;
  /** Earliest time of each rung; Infinity when not proven or without time. */
  readonly times: number[];
}

/** One connection of a finding. */
export interface Connection {
  readonly proof: Proof;
  /** Largest counters of reports that belong to no flow. */
  client: number;
  server: number;
  flows: Map<string, FlowReports> | undefined;
}

/** One finding. */
export interface FindingState {
  readonly key: string;
  /** False while only events came that may join but not open. */
  isOpen: boolean;
  count: number;
  first: number;
  last: number;
  /** The earliest event, and its values of the fields that raises ask for. */
  origin: { readonly time: number; readonly id: string; readonly values: readonly (string | null)[] };
  /** The earliest event by the highest rung it proves; the last place is for events that prove none. */
  readonly proofs: (EventRef | null)[];
  /** The earliest events, in order. */
  readonly earliest: EventRef[];
  readonly connections: Map<string, Connection>;
  /** Rungs of connections beyond the limit. */
  readonly beyond: Proof;
  isCut: boolean;
  /** How it was told to be raised, in words, and empty when not at all; undefined when it was not told, or has changed since. */
  toldRaise?: string | undefined;
  /** What it comes to; undefined when that was not asked since it changed. */
  verdict?: Verdict | undefined;
}

/** An event was added: what was made of it before does not hold any more. */
export function hasChanged(state: FindingState): void {
  state.toldRaise = undefined;
  state.verdict = undefined;
}

/** The highest rung a bit set holds, or -1. */
export function highestRung(rungs: number): number {
  return 31 - Math.clz32(rungs);
}

/** @returns a proof of nothing for that many rungs */
export function emptyProof(rungCount: number): Proof {
  return { rungs: 0, times: new Array<number>(rungCount).fill(Infinity) };
}

/** Adds a proof to another. */
export function addProof(target: Proof, rungs: number, times: readonly number[]): void {
  target.rungs |= rungs;
  for (let i = 0; i < times.length; i++) if (times[i]! < target.times[i]!) target.times[i] = times[i]!;
}

/** Order of events: time, then id. */
export function isEarlier(
  one: { readonly time: number; readonly id: string },
  other: { readonly time: number; readonly id: string },
): boolean {
  return one.time < other.time || (one.time === other.time && one.id < other.id);
}

/**
 * Keeps the earliest events in order.
 *
 * @returns true when the event is one of them
 */
export function addEarliest(list: EventRef[], ref: EventRef): boolean {
  if (list.length >= MAX_MEMBERS && !isEarlier(ref, list.at(-1)!)) return false;
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isEarlier(list[middle]!, ref)) low = middle + 1;
    else high = middle;
  }
  if (list[low]?.id === ref.id && list[low]!.time === ref.time) return false;
  list.splice(low, 0, ref);
  if (list.length > MAX_MEMBERS) list.pop();
  return true;
}

/**
 * Adds one part of a finding to another.
 *
 * @param target changed
 * @param part given up by the caller
 * @param maxConnections connections told apart
 */
export function mergeStates(target: FindingState, part: FindingState, maxConnections: number): void {
  target.isOpen ||= part.isOpen;
  target.isCut ||= part.isCut;
  hasChanged(target);
  target.count += part.count;
  target.first = Math.min(target.first, part.first);
  target.last = Math.max(target.last, part.last);
  if (isEarlier(part.origin, target.origin)) target.origin = part.origin;
  part.proofs.forEach((ref, i) => {
    const known = target.proofs[i];
    if (ref && (!known || isEarlier(ref, known))) target.proofs[i] = ref;
  });
  for (const ref of part.earliest) addEarliest(target.earliest, ref);
  addProof(target.beyond, part.beyond.rungs, part.beyond.times);
  for (const [member, connection] of part.connections) {
    const known = target.connections.get(member);
    if (known) {
      mergeConnections(known, connection);
    } else if (target.connections.size < maxConnections) {
      target.connections.set(member, connection);
    } else {
      addProof(target.beyond, connection.proof.rungs, connection.proof.times);
      target.isCut = true;
    }
  }
}

function mergeConnections(target: Connection, part: Connection): void {
  addProof(target.proof, part.proof.rungs, part.proof.times);
  target.client = Math.max(target.client, part.client);
  target.server = Math.max(target.server, part.server);
  if (!part.flows) return;
  target.flows ??= new Map();
  for (const [id, reports] of part.flows) {
    const known = target.flows.get(id);
    if (!known) {
      target.flows.set(id, reports);
      continue;
    }
    known.samples.push(...reports.samples);
    known.folded = mergeFolded(known.folded, reports.folded);
  }
}

function mergeFolded(one: FlowReports['folded'], other: FlowReports['folded']): FlowReports['folded'] {
  if (!one || !other) return one ?? other;
  const [before, after] = one.time <= other.time ? [one, other] : [other, one];
  return {
    ...after,
    sum: { client: before.sum.client + after.sum.client, server: before.sum.server + after.sum.server },
    max: {
      client: Math.max(before.max.client, after.max.client),
      server: Math.max(before.max.server, after.max.server),
    },
    falls: before.falls || after.falls || after.max.client < before.client || after.max.server < before.server,
  };
}

/** Findings as lines of text, in order of their key. JSON writes Infinity as null; no other number here can be null. */
export const FINDING_STATE_CODEC: SpillCodec<FindingState> = {
  compare: (one, other) => compareTexts(one.key, other.key),
  encode: (state) => {
    const connections = [...state.connections].map(([member, { flows, ...rest }]) => {
      return [member, { ...rest, flows: flows && [...flows] }];
    });
    return JSON.stringify({ ...state, connections, verdict: undefined });
  },
  decode: (line) => {
    const state = JSON.parse(line) as Omit<FindingState, 'connections'> & {
      readonly connections: [string, Omit<Connection, 'flows'> & { flows?: [string, FlowReports][] }][];
    };
    return {
      ...state,
      first: orInfinity(state.first),
      last: (state.last as number | null) ?? -Infinity,
      origin: { ...state.origin, time: orInfinity(state.origin.time) },
      proofs: state.proofs.map((ref) => ref && timed(ref)),
      earliest: state.earliest.map(timed),
      beyond: timedProof(state.beyond),
      connections: new Map(
        state.connections.map(([member, { proof, client, server, flows }]) => {
          const timedFlows = flows?.map(([id, { samples, folded }]): [string, FlowReports] => {
            return [id, { samples: samples.map(orInfinity), folded: folded && timed(folded) }];
          });
          return [member, { proof: timedProof(proof), client, server, flows: timedFlows && new Map(timedFlows) }];
        }),
      ),
    };
  },
};

function orInfinity(written: number | null): number {
  return written ?? Infinity;
}

function timed<T extends { readonly time: number }>(written: T): T {
  return { ...written, time: orInfinity(written.time) };
}

function timedProof({ rungs, times }: Proof): Proof {
  return { rungs, times: times.map(orInfinity) };
}
