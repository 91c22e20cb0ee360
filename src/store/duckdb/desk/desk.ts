/** Everything that is kept beside events, in the same file. */
import type { DuckDBInstance } from '@duckdb/node-api';
import type { Store } from '../../store.ts';
import { ALERTS, CHANGES, NEWS } from './alert-table.ts';
import { DuckDbAlerts } from './alerts.ts';
import { AUDIT, DuckDbAudit } from './audit.ts';
import { DEAD_LETTERS, DISCARDED, DuckDbDeadLetters } from './dead-letters.ts';
import { DeskDatabase } from './desk-database.ts';
import { DOCUMENTS, DuckDbDesk } from './documents.ts';
import { DuckDbRuns, GAPS, HITS, RUNS, STATES } from './runs.ts';
import { MATCHES } from './rule-matches.ts';
import type { Table } from './table.ts';

/** All tables of the desk, for backup and check, too. */
export const DESK_TABLES: readonly Table[] = [
  ALERTS,
  CHANGES,
  NEWS,
  DOCUMENTS,
  RUNS,
  STATES,
  MATCHES,
  GAPS,
  HITS,
  AUDIT,
  DEAD_LETTERS,
  DISCARDED,
] as unknown as readonly Table[];

/** The desk of an open database; its own tables are made when they are not there. */
export async function openDesk(instance: DuckDBInstance): Promise<Omit<Store, 'events' | 'forget' | 'maintenance'>> {
  const database = await DeskDatabase.open(instance, DESK_TABLES);
  return {
    alerts: new DuckDbAlerts(database),
    desk: new DuckDbDesk(database),
    runs: new DuckDbRuns(database),
    audit: new DuckDbAudit(database),
    deadLetters: new DuckDbDeadLetters(database),
    close: () => database.close(),
  };
}
