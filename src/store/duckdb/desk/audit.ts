/** The audit log: each entry's hash covers the entry and the hash before it, so that none can be changed or taken out unseen. */
import { createHash } from 'node:crypto';
import type { Document } from '../../../event/document.ts';
import { sql } from '../../../query/compile/sql/sql.ts';
import type { AuditEntry, AuditLog, StoredAuditEntry } from '../../audit-log.ts';
import type { DeskDatabase, WriteSession } from './desk-database.ts';
import { Table } from './table.ts';

type AuditRow = {
  readonly number: number;
  readonly atMs: number;
  readonly by: string;
  readonly action: string;
  readonly details: string;
  readonly hash: string;
};

/** Entries by number. */
export const AUDIT = new Table<AuditRow>('desk_audit', {
  number: 'number',
  atMs: 'number',
  by: 'text',
  action: 'text',
  details: 'text',
  hash: 'text',
});

/** Entries checked at a time. */
const PAGE = 10_000;
/** What stands before the first entry. */
const START = '';

/** The audit log in DuckDB. */
export class DuckDbAudit implements AuditLog {
  private readonly database: DeskDatabase;

  constructor(database: DeskDatabase) {
    this.database = database;
  }

  append(entry: AuditEntry): Promise<void> {
    return this.database.write((session) => addAudit(session, entry));
  }

  async entries(limit: number, below = Number.MAX_SAFE_INTEGER): Promise<readonly StoredAuditEntry[]> {
    const rows = await this.database.read<AuditRow>(
      sql`SELECT * FROM ${AUDIT.name} WHERE number < ${below} ORDER BY number DESC LIMIT ${limit}`,
    );
    return rows.map(toEntry);
  }

  async firstForged(): Promise<StoredAuditEntry | undefined> {
    let before = START;
    let number = 0;
    for (;;) {
      const rows = await this.database.read<AuditRow>(
        sql`SELECT * FROM ${AUDIT.name} WHERE number > ${number} OR number IS NULL ORDER BY number NULLS FIRST LIMIT ${PAGE}`,
      );
      for (const row of rows) {
        if (row.number !== ++number || row.hash !== hashOf(row, before)) return toEntry(row);
        before = row.hash;
      }
      if (rows.length < PAGE) return undefined;
    }
  }
}

/** Adds an entry in the transaction of what it tells of. */
export async function addAudit(session: WriteSession, { atMs, by, action, details }: AuditEntry): Promise<void> {
  const [last] = await session.read<AuditRow>(sql`SELECT * FROM ${AUDIT.name} ORDER BY number DESC LIMIT 1`);
  const row = { number: (last?.number ?? 0) + 1, atMs, by, action, details: JSON.stringify(details) };
  await session.insert(AUDIT, [{ ...row, hash: hashOf(row, last?.hash ?? START) }]);
}

function hashOf({ number, atMs, by, action, details }: Omit<AuditRow, 'hash'>, before: string): string {
  return createHash('sha256')
    .update(JSON.stringify([before, number, atMs, by, action, details]))
    .digest('hex');
}

function toEntry({ details, ...row }: AuditRow): StoredAuditEntry {
  return { ...row, details: parsed(details) };
}

/** Details of an entry; one that was forged may hold no JSON. */
function parsed(details: string): Document {
  try {
    return JSON.parse(details) as Document;
  } catch {
    return { unreadable: details };
  }
}
