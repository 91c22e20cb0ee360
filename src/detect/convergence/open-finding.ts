/** A finding while it may still grow: what its first match was, what came on top, how well it is tied at best. */
import { compareTexts } from '../../base/order.ts';
import { MAX_MEMBERS } from '../alerts/alert-builder.ts';
import { type Completion, isWindow } from './completion.ts';
import type { ConvergencePart } from './convergence-part.ts';
import { compareEvents, type ConvergenceEvent } from './convergence-event.ts';
import { joined, type SameValues } from './same-values.ts';

/** A set of events that came together. */
export interface ConvergenceMatch extends Completion {
  /** Number of the grade. */
  readonly grade: number;
  readonly anchor: ConvergenceEvent;
  /** Legs nobody could see then. */
  readonly blindLegs: readonly number[];
  /** Ways that stood in for ways whose events are not collected. */
  readonly standIns: readonly number[];
}

/** A finding, open or closed; plain data. */
export interface OpenFinding {
  readonly key: string;
  same: SameValues;
  /** Id of the earliest event of the first match. */
  readonly firstId: string;
  first: number;
  last: number;
  /** The match that tells most. */
  match: ConvergenceMatch;
  /** Events of the matches, then others as they came; in order of time. At most {@link MAX_MEMBERS}. */
  members: ConvergenceEvent[];
  /** Events by way. */
  readonly counts: number[];
  /** The last event counted: time, id, way. */
  cursor: readonly [time: number, id: string, way: number];
}

/** @returns a finding of its first match; its events are counted by {@link countEvent} */
export function openFinding(key: string, same: SameValues, match: ConvergenceMatch, ways: number): OpenFinding {
  return {
    key,
    same: joined(same, match.anchor.same),
    firstId: match.members[0]!.id,
    first: match.start,
    last: match.start,
    match,
    members: [],
    counts: new Array<number>(ways).fill(0),
    cursor: [match.start, '', -1],
  };
}

/** A further match of the finding; one that tells more takes the place of the one shown. */
export function addMatch(finding: OpenFinding, match: ConvergenceMatch): void {
  // Of matches equally well tied, the one whose anchor shows in the way that the rule lists first.
  const order = match.grade - finding.match.grade || match.anchor.way - finding.match.anchor.way;
  if (order < 0) finding.match = match;
  finding.first = Math.min(finding.first, match.start);
  finding.last = Math.max(finding.last, match.end);
}

/** @returns whether an event goes on with the finding: it comes within a window of the last one */
export function goesOn(finding: OpenFinding, time: number, part: ConvergencePart): boolean {
  return time <= finding.last || isWindow(finding.last, time, part.windowMs);
}

/** Counts an event of the finding, and shows it while there is room. */
export function countEvent(finding: OpenFinding, event: ConvergenceEvent): void {
  finding.counts[event.way]! += event.weight;
  finding.last = Math.max(finding.last, event.time);
  if (finding.members.length < MAX_MEMBERS) finding.members.push(event);
}

/** @returns whether the event comes behind all that were counted */
export function isBehindCursor({ cursor: [time, id, way] }: OpenFinding, event: ConvergenceEvent): boolean {
  return (event.time - time || compareTexts(event.id, id) || event.way - way) > 0;
}

/** @returns the events shown: those of the best match for sure, in order of time */
export function shownMembers({ match, members }: OpenFinding): ConvergenceEvent[] {
  const others = members.filter((event) => !match.members.some((one) => one.id === event.id && one.way === event.way));
  const room = Math.max(0, MAX_MEMBERS - match.members.length);
  return [...match.members, ...others.slice(0, room)].sort(compareEvents);
}
