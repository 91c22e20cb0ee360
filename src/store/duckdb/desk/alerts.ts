/** Alerts in DuckDB. */
import { joinSql, type Sql, sql } from '../../../query/compile/sql/sql.ts';
import type {
  AlertChange,
  AlertFilter,
  AlertGroup,
  AlertGrouping,
  AlertNews,
  AlertSearch,
  AlertStore,
  StoredAlert,
} from '../../alert-store.ts';
import type { AuditEntry } from '../../audit-log.ts';
import { formatCursor, parseCursor } from '../reading/event-cursor.ts';
import { ALERTS, type AlertRow, CHANGES, NEWS, toStoredAlert } from './alert-table.ts';
import { changeAlerts, removeClosed } from './alert-writing.ts';
import { addAudit } from './audit.ts';
import { type DeskDatabase, isOneOf } from './desk-database.ts';

/** Columns that alerts are grouped by. */
const GROUPINGS: Readonly<Record<AlertGrouping, Sql>> = {
  rule: sql`ruleId`,
  host: sql`host`,
  source: sql`source`,
  destination: sql`destination`,
  account: sql`account`,
};

/** Severities, the worst last. */
const RANK = sql`CASE severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 ELSE 1 END`;

/** The alerts of a store. */
export class DuckDbAlerts implements AlertStore {
  private readonly database: DeskDatabase;

  constructor(database: DeskDatabase) {
    this.database = database;
  }

  async get(id: string): Promise<StoredAlert | undefined> {
    return (await this.read(sql`SELECT * FROM ${ALERTS.name} WHERE id = ${id}`))[0];
  }

  async known(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const rows = await this.database.read<{ readonly id: string }>(
      sql`SELECT id FROM ${ALERTS.name} WHERE ${isOneOf(sql`id`, ids)}`,
    );
    return new Set(rows.map(({ id }) => id));
  }

  async search({ limit, after, ...filter }: AlertSearch): ReturnType<AlertStore['search']> {
    const cursor = after === undefined ? undefined : parseCursor(after);
    const beyond = cursor
      ? sql`(timeMs < ${cursor.timeMs} OR (timeMs = ${cursor.timeMs} AND id < ${cursor.id}))`
      : sql`true`;
    const where = joinSql([condition(filter), beyond], 'AND');
    const order = sql`ORDER BY timeMs DESC, id DESC`;
    // Documents are read of the rows that are shown, not of all that fit.
    const page = sql`SELECT rowid FROM ${ALERTS.name} WHERE ${where} ${order} LIMIT ${limit}`;
    const alerts = await this.read(sql`SELECT * FROM ${ALERTS.name} WHERE rowid IN (${page}) ${order}`);
    return { alerts, next: alerts.length < limit ? undefined : formatCursor(alerts.at(-1)!) };
  }

  private async read(question: Sql): Promise<StoredAlert[]> {
    const rows = await this.database.read<AlertRow>(question);
    const ids = rows.map(({ id }) => id);
    const changes = await this.database.read<Parameters<typeof toStoredAlert>[1][number]>(
      sql`SELECT * FROM ${CHANGES.name} WHERE ${isOneOf(sql`alertId`, ids)} ORDER BY number`,
    );
    const byAlert = new Map(rows.map(({ id }) => [id, [] as typeof changes]));
    for (const change of changes) byAlert.get(change.alertId)?.push(change);
    return rows.map((row) => toStoredAlert(row, byAlert.get(row.id) ?? []));
  }

  counts(): ReturnType<AlertStore['counts']> {
    return this.database.read(
      sql`SELECT state, severity, count(*) AS count FROM ${ALERTS.name} WHERE NOT isBuildingBlock
          GROUP BY state, severity ORDER BY state, ${RANK} DESC`,
    );
  }

  news(after: number, limit: number): Promise<readonly AlertNews[]> {
    return this.database.read<{ readonly [K in keyof AlertNews]: AlertNews[K] }>(
      sql`SELECT * FROM ${NEWS.name} WHERE number > ${after} ORDER BY number LIMIT ${limit}`,
    );
  }

  latestNews(): Promise<number> {
    return this.database.number(sql`SELECT max(number) FROM ${NEWS.name}`);
  }

  async groups(filter: AlertFilter, by: AlertGrouping, limit: number): Promise<readonly AlertGroup[]> {
    return this.database.read<{ readonly [K in keyof AlertGroup]: AlertGroup[K] }>(
      sql`SELECT ${GROUPINGS[by]} AS value, count(*) AS count, count(*) FILTER (state = 'open') AS open,
            arg_max(severity, ${RANK}) AS severity, min(timeMs) AS firstMs, max(timeMs) AS lastMs
          FROM ${ALERTS.name} WHERE ${condition(filter)}
          GROUP BY value ORDER BY max(${RANK}) DESC, count DESC, value NULLS LAST LIMIT ${limit}`,
    );
  }

  change(
    ids: readonly string[],
    change: AlertChange,
    audit?: (changed: readonly string[]) => AuditEntry,
  ): Promise<readonly string[]> {
    return this.database.write(async (session) => {
      const changed = await changeAlerts(session, ids, change);
      if (audit && changed.length > 0) await addAudit(session, audit(changed));
      return changed;
    });
  }

  removeClosed(beforeMs: number, audit: (removed: number) => AuditEntry): Promise<number> {
    return this.database.write(async (session) => {
      const removed = await removeClosed(session, beforeMs);
      if (removed > 0) await addAudit(session, audit(removed));
      return removed;
    });
  }
}

function condition(filter: AlertFilter): Sql {
  const parts: Sql[] = [sql`true`];
  if (filter.ids) parts.push(isOneOf(sql`id`, filter.ids));
  if (filter.idPrefix !== undefined) parts.push(sql`starts_with(id, ${filter.idPrefix})`);
  if (filter.states) parts.push(isOneOf(sql`state`, filter.states));
  if (filter.ruleIds) parts.push(isOneOf(sql`ruleId`, filter.ruleIds));
  if (filter.severities) parts.push(isOneOf(sql`severity`, filter.severities));
  if (filter.fromMs !== undefined) parts.push(sql`timeMs >= ${filter.fromMs}`);
  if (filter.beforeMs !== undefined) parts.push(sql`timeMs < ${filter.beforeMs}`);
  if (filter.createdFromMs !== undefined) parts.push(sql`createdMs >= ${filter.createdFromMs}`);
  if (filter.text !== undefined) parts.push(sql`contains(words, ${filter.text.toLowerCase()})`);
  if (!filter.withBuildingBlocks) parts.push(sql`NOT isBuildingBlock`);
  return joinSql(parts, 'AND');
}
