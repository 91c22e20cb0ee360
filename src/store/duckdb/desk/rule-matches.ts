/** Events that rules remember by the few fields that decide: to look for them among millions again would take seconds. */
import type { FieldValue } from '../../../event/document.ts';
import type { Provenance } from '../../../event/view.ts';
import { sql } from '../../../query/compile/sql/sql.ts';
import type { MatchesKept, MatchSearch, RuleMatch } from '../../run-store.ts';
import { type DeskDatabase, isOneOf, type WriteSession } from './desk-database.ts';
import { Table } from './table.ts';

type MatchRow = {
  readonly ruleId: string;
  /** The one group of the event; NULL for one of several. */
  readonly inGroup: string | undefined;
  readonly timeMs: number;
  readonly position: number;
  readonly id: string;
  readonly provenance: string;
  /** JSON, NULL for a field the event has not. */
  readonly held: string;
};

/** See the head of this file. */
export const MATCHES = new Table<MatchRow>('desk_rule_matches', {
  ruleId: 'text',
  inGroup: 'text',
  timeMs: 'number',
  position: 'number',
  id: 'text',
  provenance: 'text',
  held: 'text',
});

/** Writes what a run remembers. */
export async function keepMatches(session: WriteSession, ruleId: string, kept: MatchesKept): Promise<void> {
  const forgotten = kept.isAnew ? sql`true` : sql`timeMs < ${kept.fromMs}`;
  await session.run(sql`DELETE FROM ${MATCHES.name} WHERE ruleId = ${ruleId} AND ${forgotten}`);
  const added = kept.added.filter(({ timeMs }) => timeMs >= kept.fromMs);
  await session.insert(
    MATCHES,
    added.map(({ group, timeMs, position, id, provenance, values }) => {
      const held = JSON.stringify(values.map((value) => value ?? null));
      return { ruleId, inGroup: group, timeMs, position, id, provenance: JSON.stringify(provenance), held };
    }),
  );
}

/** @returns see {@link RunStore.matches} */
export async function readMatches(database: DeskDatabase, ruleId: string, search: MatchSearch): Promise<RuleMatch[]> {
  const { groups, fromMs, beforeMs, limit } = search;
  const isAsked = groups ? sql`(inGroup IS NULL OR ${isOneOf(sql`inGroup`, groups)})` : sql`true`;
  const rows = await database.read<Omit<MatchRow, 'ruleId'>>(
    sql`SELECT * EXCLUDE (ruleId) FROM ${MATCHES.name}
        WHERE ruleId = ${ruleId} AND timeMs >= ${fromMs} AND timeMs < ${beforeMs} AND ${isAsked}
        ORDER BY timeMs DESC, id DESC LIMIT ${limit}`,
  );
  // The same few texts come again and again.
  const places = new Map<string, Provenance>();
  const placeOf = (text: string): Provenance => {
    let place = places.get(text);
    if (!place) places.set(text, (place = JSON.parse(text) as Provenance));
    return place;
  };
  return rows.map(({ inGroup, timeMs, position, id, provenance, held }) => ({
    group: inGroup,
    timeMs,
    position,
    id,
    provenance: placeOf(provenance),
    values: (JSON.parse(held) as (FieldValue | null)[]).map((value) => value ?? undefined),
  }));
}

/** @returns see {@link RunStore.matchTime} */
export async function timeOfMatch(database: DeskDatabase, ruleId: string, newer: number): Promise<number | undefined> {
  const [row] = await database.read<Pick<MatchRow, 'timeMs'>>(
    sql`SELECT timeMs FROM ${MATCHES.name} WHERE ruleId = ${ruleId} ORDER BY timeMs DESC LIMIT 1 OFFSET ${newer}`,
  );
  return row?.timeMs;
}
