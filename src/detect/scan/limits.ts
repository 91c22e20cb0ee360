/**
 * Limits of the engine: each has a name, a default and a reason. Those with a consequence say so in the summary when they
 * are reached; the others only decide when memory is exchanged for a temporary file, and lose nothing.
 */
import type { LimitReached } from '../scan-result.ts';

interface LimitRow {
  readonly value: number;
  readonly why: string;
  /** What the reader must know once it is reached; undefined for limits that lose nothing. */
  readonly consequence: string | undefined;
}

const TABLE = {
  'matches-remembered': {
    value: 4_194_304,
    why: 'events remembered so that one read twice counts once; 64 MiB',
    consequence: 'later events that are read twice may count twice; alerts keep their ids and stay single',
  },
  'alerts-in-memory': { value: 20_000, why: 'alerts held before they go to a temporary file', consequence: undefined },
  'documents-in-memory': {
    value: 10_000,
    why: 'events kept for group alerts before they go to a temporary file',
    consequence: undefined,
  },
  'document-chars': {
    value: 262_144,
    why: 'characters of one event kept for alerts; real events have a few thousand',
    consequence: 'events larger than this are shown cut in alerts; the evidence holds them whole',
  },
  'document-chars-in-memory': {
    value: 4_194_304,
    why: 'characters of all events kept for group alerts before they go to a temporary file',
    consequence: undefined,
  },
  'record-bytes-in-memory': {
    value: 4_194_304,
    why: 'alerts and matches of all rules, about, before those of the rule with most go to a temporary file',
    consequence: undefined,
  },
  'group-matches-in-memory': {
    value: 100_000,
    why: 'matches of one group rule held before they go to a temporary file',
    consequence: undefined,
  },
  'finding-cells-in-memory': {
    value: 500_000,
    why: 'parts of findings of one rule (findings, connections, members) held before they go to a temporary file; about 100 bytes each',
    consequence: undefined,
  },
  'leg-events-in-memory': {
    value: 10_000,
    why: 'events of one rule of several legs held before they go to a temporary file',
    consequence: undefined,
  },
  'events-of-one-key': {
    value: 50_000,
    why: 'events of one key, such as a host, that one rule of several legs holds at a time: two of its windows',
    consequence:
      'the oldest events of a busy key were forgotten early; legs further apart may not have been put together',
  },
  'groups-of-one-event': {
    value: 2_000,
    why: 'groups, such as clients with an account, that one event of the rarest leg of a rule is compared with',
    consequence:
      'on a busy key only the groups with the latest events were compared; the finding may name another client',
  },
  'sighted-hours': {
    value: 1_000_000,
    why: 'hours of all hosts in which a kind of event was seen, for telling blind legs from missing ones; 64 MiB',
    consequence: 'no leg of further hosts was called blind: findings that rest on a blind leg may be missing',
  },
  'temporary-bytes': {
    value: 16 * 1024 ** 3,
    why: 'temporary files of one scan; a full disk counts as this limit',
    consequence: 'records could not be kept in temporary files: alerts, matches or documents are missing',
  },
  'finding-connections': {
    value: 100_000,
    why: 'connections told apart in one finding',
    consequence: 'further connections of a finding are not counted one by one; its severity and steps are right',
  },
  'flow-reports': {
    value: 4_096,
    why: 'reports of one flow held to tell running totals from differences',
    consequence: 'the oldest reports of a flow were summed up; reports that came late may change its byte counts',
  },
  'value-combinations': {
    value: 256,
    why: 'groups one event may belong to when its fields have several values',
    consequence: 'further combinations of values of one event were not counted',
  },
  'distinct-values': {
    value: 1_000_000,
    why: 'distinct values counted in one alert',
    consequence: 'the number of distinct values of an alert is a lower bound',
  },
  'join-combinations': {
    value: 16,
    why: 'keys one event of a sequence may have when its key fields have several values',
    consequence: 'further combinations of key values of one event took no part in sequences',
  },
  'sequence-keys': {
    value: 100_000,
    why: 'keys of one rule that have a sequence or sample open; about 1 kB each',
    consequence: 'the keys that were touched longest ago were dropped; sequences that had begun there are missing',
  },
  'sequences-waiting': {
    value: 100_000,
    why: 'complete sequences of one rule that wait until a missing event can no longer come',
    consequence: 'the earliest waiting sequences were dropped and are missing',
  },
  'piped-events': {
    value: 100_000,
    why: 'events that a query over single events holds for `head` or `tail`; about 300 bytes each',
    consequence: 'head or tail let fewer events through than it says',
  },
  'correlation-groups': {
    value: 100_000,
    why: 'groups of one correlation whose window is open',
    consequence: 'the groups that were touched longest ago were dropped; correlations that had begun there are missing',
  },
  'correlation-events': {
    value: 500_000,
    why: 'events in the open windows of one correlation; about 300 bytes each',
    consequence: 'the oldest events or groups of a correlation were dropped; its counts are lower bounds',
  },
  'correlation-members': {
    value: 1_000,
    why: 'events one alert of a correlation lists',
    consequence: 'alerts of correlations list only some of their events; the number they give is the true one',
  },
  'suppression-groups': {
    value: 20_000,
    why: 'groups of one rule whose suppression is open at the same time',
    consequence: 'the oldest open groups were closed early and may alert again',
  },
  'datasets-named': {
    value: 1_000,
    why: 'datasets counted by name',
    consequence: 'further datasets are counted together as "(other)"',
  },
  'pairs-counted': {
    value: 100_000,
    why: 'client and server pairs counted for the summary',
    consequence: 'the list of pairs with most alerts leaves out pairs that came later',
  },
} as const satisfies Record<string, LimitRow>;

/** Names of the engine's limits. */
export type LimitName = keyof typeof TABLE;

/** Values of the limits of one scan. */
export type EngineLimits = Readonly<Record<LimitName, number>>;

/** All limits with default and reason, for the generated reference. */
export const ENGINE_LIMITS: readonly ({ readonly name: LimitName } & LimitRow)[] = Object.entries(TABLE).map(
  ([name, row]) => ({ name: name as LimitName, ...row }),
);

/**
 * @param changes limits that differ from their default
 * @returns the value of every limit
 */
export function engineLimits(changes: Partial<EngineLimits> = {}): EngineLimits {
  const values = Object.fromEntries(ENGINE_LIMITS.map(({ name, value }) => [name, value]));
  return { ...(values as EngineLimits), ...changes };
}

/** Counts how often limits were reached. */
export class LimitLog {
  private readonly values: EngineLimits;
  private readonly counts = new Map<LimitName, number>();

  constructor(values: EngineLimits) {
    this.values = values;
  }

  /** @param count how much was affected, in the limit's own unit */
  reached(name: LimitName, count = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + count);
  }

  /** @returns the limits that were reached, in the order of the table */
  list(): readonly LimitReached[] {
    return ENGINE_LIMITS.flatMap(({ name, consequence }) => {
      const count = this.counts.get(name);
      if (count === undefined) return [];
      return [{ name, limit: this.values[name], count, consequence: consequence ?? 'nothing is lost' }];
    });
  }
}
