/** How alerts come into the store, and how people change them. */
import { sql } from '../../../query/compile/sql/sql.ts';
import type { AlertChange, AlertRecord, AlertsPut } from '../../alert-store.ts';
import { ALERTS, type AlertRow, CHANGES, NEWS, toAlertRow } from './alert-table.ts';
import { isOneOf, type WriteSession } from './desk-database.ts';

/** Alerts written with one statement, so that documents of a large run do not all stand in memory twice. */
const PART = 500;
/** Closed alerts that are taken out at once; the others go the next time. */
const MOST_REMOVED = 50_000;

/** Adds alerts that are new and renews those that are known; one that became more severe is open again. */
export async function putAlerts(
  session: WriteSession,
  alerts: readonly AlertRecord[],
  atMs: number,
): Promise<AlertsPut> {
  const latest = [...new Map(alerts.map((alert) => [alert.id, alert])).values()];
  const added: string[] = [];
  const raised: string[] = [];
  const reopened: string[] = [];
  for (let from = 0; from < latest.length; from += PART) {
    const rows = latest.slice(from, from + PART).map(toAlertRow);
    const known = await knownOf(session, rows);
    const isNew = rows.filter(({ id }) => !known.has(id));
    await session.insert(ALERTS, isNew);
    const renewed = rows.filter(({ id }) => known.has(id));
    await session.update(ALERTS, RENEWED, renewed);
    for (const { id } of isNew) added.push(id);
    for (const row of renewed) {
      const before = known.get(row.id)!;
      if (row.riskScore <= before.peakScore) continue;
      raised.push(row.id);
      if (before.state === 'closed') reopened.push(row.id);
    }
  }
  await addChange(session, reopened, { state: 'open', note: 'became more severe', by: 'rule', atMs });
  await addNews(session, { added, raised }, atMs);
  return { added, raised };
}

async function addNews(session: WriteSession, { added, raised }: AlertsPut, atMs: number): Promise<void> {
  const ids = [...added, ...raised];
  if (ids.length === 0) return;
  const number = (await session.highest(NEWS)) + 1;
  await session.insert(
    NEWS,
    ids.map((alertId, i) => ({ number: number + i, alertId, isNew: i < added.length, atMs })),
  );
}

type KnownRow = Pick<AlertRow, 'id' | 'peakScore' | 'state'>;

async function knownOf(session: WriteSession, rows: readonly AlertRow[]): Promise<ReadonlyMap<string, KnownRow>> {
  const ids = rows.map(({ id }) => id);
  const known = await session.read<KnownRow>(
    sql`SELECT id, peakScore, state FROM ${ALERTS.name} WHERE ${isOneOf(sql`id`, ids)}`,
  );
  return new Map(known.map((row) => [row.id, row]));
}

/** What a later run tells of a known alert; when it was first made and where it stands with people stays. */
const RENEWED = [
  ...(
    [
      'timeMs',
      'riskScore',
      'severity',
      'isBuildingBlock',
      'host',
      'source',
      'destination',
      'account',
      'words',
      'document',
    ] as const
  ).map((column) => `"${column}" = new."${column}"`),
  `"peakScore" = greatest(${ALERTS.name.text}."peakScore", new."peakScore")`,
].join(', ');

/** @returns ids of those that are there; each gets the change in its history */
export async function changeAlerts(
  session: WriteSession,
  ids: readonly string[],
  change: AlertChange,
): Promise<readonly string[]> {
  const there = await session.read<{ readonly id: string }>(
    sql`SELECT id FROM ${ALERTS.name} WHERE ${isOneOf(sql`id`, ids)}`,
  );
  const found = there.map(({ id }) => id);
  await addChange(session, found, change);
  return found;
}

/** Takes out closed alerts about which nothing has happened since. @returns how many */
export async function removeClosed(session: WriteSession, beforeMs: number): Promise<number> {
  const changed = sql`SELECT alertId FROM ${CHANGES.name} WHERE atMs >= ${beforeMs}`;
  const old = await session.read<{ readonly id: string }>(
    sql`SELECT id FROM ${ALERTS.name} WHERE state = 'closed' AND timeMs < ${beforeMs} AND createdMs < ${beforeMs}
          AND id NOT IN (${changed}) LIMIT ${MOST_REMOVED}`,
  );
  const ids = old.map(({ id }) => id);
  if (ids.length === 0) return 0;
  await session.run(sql`DELETE FROM ${CHANGES.name} WHERE ${isOneOf(sql`alertId`, ids)}`);
  await session.run(sql`DELETE FROM ${ALERTS.name} WHERE ${isOneOf(sql`id`, ids)}`);
  return ids.length;
}

async function addChange(session: WriteSession, ids: readonly string[], change: AlertChange): Promise<void> {
  if (ids.length === 0) return;
  const number = (await session.highest(CHANGES)) + 1;
  const { state, verdict, note, by, atMs } = change;
  await session.insert(
    CHANGES,
    ids.map((alertId, i) => ({ alertId, number: number + i, state, verdict, note, by, atMs })),
  );
  await session.run(
    sql`UPDATE ${ALERTS.name} SET state = ${state}, verdict = nullif(${verdict ?? ''}, '') WHERE ${isOneOf(sql`id`, ids)}`,
  );
}
