import { stableId } from '../../base/hash.ts';
import { compareEvents, type EventOrder } from '../executors/leg-matches.ts';

/** An event that is a member of a correlation, and the leg it matched. */
export interface CorrelationMemberEvent<M> {
  readonly leg: number;
  readonly event: M;
}

/** What a correlation counts: an event, or the firing of another correlation with its events. */
export interface CorrelationItem<M> extends EventOrder {
  readonly members: readonly CorrelationMemberEvent<M>[];
  /** Also those that are not listed. */
  readonly memberCount: number;
}

/** What an item is to one correlation. */
export interface ItemPart {
  /** Number of the rule in the correlation. */
  readonly input: number;
  /** Groups it belongs to. */
  readonly groups: readonly string[];
  /** What is counted or computed; empty where nothing is. */
  readonly values: readonly (string | number)[];
}

/** A correlation that holds. */
export interface Firing<M> {
  readonly group: string;
  /** In time order, each event once. */
  readonly members: readonly CorrelationMemberEvent<M>[];
  readonly memberCount: number;
  /** What was compared: a count, a sum, an average; of temporal correlations the number of different rules. */
  readonly figure: number;
}

/** Members listed of one firing within another; 1,000 firings of 1,000 members would be too many. */
const NESTED_MEMBERS = 100;

/**
 * Puts the members of items together.
 *
 * @param max members listed: the first ones and the last
 * @param total members of these items and of others that are not given
 */
export function membersOfItems<M extends EventOrder>(
  items: readonly CorrelationItem<M>[],
  max: number,
  total: number,
): Pick<Firing<M>, 'members' | 'memberCount'> {
  const byId = new Map<string, CorrelationMemberEvent<M>>();
  let listed = 0;
  for (const { members } of items) {
    listed += members.length;
    // The same event may be in several firings; the first leg it matched stands for it.
    for (const member of members) if (!byId.has(member.event.id)) byId.set(member.event.id, member);
  }
  const all = [...byId.values()].sort((one, other) => compareEvents(one.event, other.event));
  const members = all.length <= max ? all : [...all.slice(0, max - 1), all.at(-1)!];
  // Whatever is not listed cannot be told apart any more, so it counts as it was counted.
  return { members, memberCount: all.length + total - listed };
}

/** @returns the firing as an event for another correlation: it happens with its last member */
export function toItem<M extends EventOrder>(firing: Firing<M>, name: string): CorrelationItem<M> {
  const { group, members, memberCount } = firing;
  const last = members.at(-1)!.event;
  const ids = members.map(({ event }) => event.id);
  const id = stableId(['firing', name, group, String(memberCount), ...ids]);
  const kept = members.length <= NESTED_MEMBERS ? members : [...members.slice(0, NESTED_MEMBERS - 1), members.at(-1)!];
  return { time: last.time, tiebreaker: undefined, id, members: kept, memberCount };
}
