/** Runs of rules, what rules remember, and the gaps between. */
import type { Document } from '../../../event/document.ts';
import { sql } from '../../../query/compile/sql/sql.ts';
import type { AlertsPut } from '../../alert-store.ts';
import type { ExceptionHits, MatchSearch, RuleGap, RuleMatch, RuleRun, RunOutcome, RunStore } from '../../run-store.ts';
import { NEWS } from './alert-table.ts';
import { putAlerts } from './alert-writing.ts';
import { type DeskDatabase, isOneOf, type WriteSession } from './desk-database.ts';
import { keepMatches, readMatches, timeOfMatch } from './rule-matches.ts';
import { Table } from './table.ts';

type RunRow = { readonly [K in keyof RuleRun]: RuleRun[K] };

/** Runs as they are, in the order in which they ended: their times are those of a clock that may be put back. */
export const RUNS = new Table<RunRow>('desk_runs', {
  id: 'text',
  ruleId: 'text',
  startedMs: 'number',
  endedMs: 'number',
  afterPosition: 'number',
  toPosition: 'number',
  fromMs: 'number',
  toMs: 'number',
  status: 'text',
  reason: 'text',
  candidates: 'number',
  matches: 'number',
  alertsNew: 'number',
  alertsUpdated: 'number',
  suppressed: 'number',
  excepted: 'number',
  overflow: 'number',
});

/** What each rule remembers, as JSON. */
export const STATES = new Table<{ readonly ruleId: string; readonly state: string }>('desk_rule_states', {
  ruleId: 'text',
  state: 'text',
});

type GapRow = { readonly [K in keyof RuleGap]: RuleGap[K] };

/** Gaps, filled ones too. */
export const GAPS = new Table<GapRow>('desk_rule_gaps', {
  id: 'text',
  ruleId: 'text',
  afterPosition: 'number',
  toPosition: 'number',
  reason: 'text',
  foundMs: 'number',
  filledMs: 'number',
});

type HitRow = { readonly [K in keyof ExceptionHits]: ExceptionHits[K] };

/** What each exception silenced. */
export const HITS = new Table<HitRow>('desk_exception_hits', {
  exceptionId: 'text',
  ruleId: 'text',
  count: 'number',
  lastMs: 'number',
});

/** Runs in DuckDB. */
export class DuckDbRuns implements RunStore {
  private readonly database: DeskDatabase;

  constructor(database: DeskDatabase) {
    this.database = database;
  }

  finish(outcome: RunOutcome): Promise<AlertsPut> {
    return this.database.write(async (session) => {
      const { run, alerts, state, matches, gaps = [], filled = [], hits = [] } = outcome;
      const put = await putAlerts(session, alerts, run.endedMs);
      await session.insert(RUNS, [run]);
      if (state !== undefined) await keepState(session, run.ruleId, JSON.stringify(state));
      if (matches !== undefined) await keepMatches(session, run.ruleId, matches);
      await session.insert(GAPS, gaps);
      if (filled.length > 0) {
        await session.run(sql`UPDATE ${GAPS.name} SET filledMs = ${run.endedMs} WHERE ${isOneOf(sql`id`, filled)}`);
      }
      for (const hit of hits) await countHit(session, hit);
      return put;
    });
  }

  async latest(ruleId: string | undefined, limit: number): Promise<readonly RuleRun[]> {
    const which = ruleId === undefined ? sql`true` : sql`ruleId = ${ruleId}`;
    return this.database.read<RunRow>(
      sql`SELECT * FROM ${RUNS.name} WHERE ${which} ORDER BY rowid DESC LIMIT ${limit}`,
    );
  }

  async state(ruleId: string): Promise<Document | undefined> {
    const [row] = await this.database.read<{ readonly state: string }>(
      sql`SELECT state FROM ${STATES.name} WHERE ruleId = ${ruleId}`,
    );
    return row && (JSON.parse(row.state) as Document);
  }

  matches(ruleId: string, search: MatchSearch): Promise<readonly RuleMatch[]> {
    return readMatches(this.database, ruleId, search);
  }

  matchTime(ruleId: string, newer: number): Promise<number | undefined> {
    return timeOfMatch(this.database, ruleId, newer);
  }

  gaps(ruleId?: string): Promise<readonly RuleGap[]> {
    const which = ruleId === undefined ? sql`true` : sql`ruleId = ${ruleId}`;
    return this.database.read<GapRow>(sql`SELECT * FROM ${GAPS.name} WHERE ${which} ORDER BY foundMs, id`);
  }

  exceptionHits(): Promise<readonly ExceptionHits[]> {
    return this.database.read<HitRow>(sql`SELECT * FROM ${HITS.name} ORDER BY exceptionId, ruleId`);
  }

  async forget(beforeMs: number): Promise<void> {
    await this.database.write(async (session) => {
      await session.run(
        sql`DELETE FROM ${RUNS.name} WHERE endedMs < ${beforeMs} AND id NOT IN
            (SELECT last(id ORDER BY rowid) FROM ${RUNS.name} GROUP BY ruleId)`,
      );
      // The last one stays, so that numbers go on from it.
      await session.run(
        sql`DELETE FROM ${NEWS.name} WHERE atMs < ${beforeMs} AND number < (SELECT max(number) FROM ${NEWS.name})`,
      );
    });
  }
}

async function keepState(session: WriteSession, ruleId: string, state: string): Promise<void> {
  const changed = await session.run(sql`UPDATE ${STATES.name} SET state = ${state} WHERE ruleId = ${ruleId}`);
  if (changed === 0) await session.insert(STATES, [{ ruleId, state }]);
}

async function countHit(session: WriteSession, hit: HitRow): Promise<void> {
  const { exceptionId, ruleId, count, lastMs } = hit;
  const changed = await session.run(
    sql`UPDATE ${HITS.name} SET count = count + ${count}, lastMs = greatest(lastMs, ${lastMs})
        WHERE exceptionId = ${exceptionId} AND ruleId = ${ruleId}`,
  );
  if (changed === 0) await session.insert(HITS, [hit]);
}
