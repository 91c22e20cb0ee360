/** Exceptions, lists, switches and accounts: every version is a row, the highest is what holds. */
import type { Document } from '../../../event/document.ts';
import { type Sql, sql } from '../../../query/compile/sql/sql.ts';
import type { AuditEntry } from '../../audit-log.ts';
import type { DeskEntry, DeskKind, DeskStore } from '../../desk-store.ts';
import { addAudit } from './audit.ts';
import type { DeskDatabase, WriteSession } from './desk-database.ts';
import { Table } from './table.ts';

type DocumentRow = {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly document: string | undefined;
  readonly by: string;
  readonly atMs: number;
};

/** Versions by kind and id; one without a document is a removal. */
export const DOCUMENTS = new Table<DocumentRow>('desk_documents', {
  kind: 'text',
  id: 'text',
  version: 'number',
  document: 'text',
  by: 'text',
  atMs: 'number',
});

/** Kinds of which no earlier version is kept: hashes of passwords and keys, what shippers write at every start, states. */
const WITHOUT_HISTORY: ReadonlySet<DeskKind> = new Set([
  'user',
  'api-key',
  'shipper-object',
  'notification',
  'file-position',
]);

/** The desk in DuckDB. */
export class DuckDbDesk implements DeskStore {
  private readonly database: DeskDatabase;

  constructor(database: DeskDatabase) {
    this.database = database;
  }

  async get(kind: DeskKind, id: string): Promise<DeskEntry | undefined> {
    return (await this.held(kind, sql`id = ${id}`))[0];
  }

  list(kind: DeskKind): Promise<readonly DeskEntry[]> {
    return this.held(kind, sql`true`);
  }

  put(entry: DeskEntry, audit?: AuditEntry): Promise<void> {
    return this.database.write(async (session) => {
      await addVersion(session, entry, JSON.stringify(entry.document));
      if (audit) await addAudit(session, audit);
    });
  }

  remove(kind: DeskKind, id: string, by: string, atMs: number, audit?: AuditEntry): Promise<boolean> {
    return this.database.write(async (session) => {
      const [latest] = await session.read<DocumentRow>(
        sql`SELECT document FROM ${DOCUMENTS.name} WHERE kind = ${kind} AND id = ${id} ORDER BY version DESC LIMIT 1`,
      );
      if (latest?.document === undefined) return false;
      await addVersion(session, { kind, id, by, atMs }, undefined);
      if (audit) await addAudit(session, audit);
      return true;
    });
  }

  async history(kind: DeskKind, id: string): ReturnType<DeskStore['history']> {
    const rows = await this.database.read<DocumentRow>(
      sql`SELECT * FROM ${DOCUMENTS.name} WHERE kind = ${kind} AND id = ${id} ORDER BY version DESC`,
    );
    return rows.map((row) => ({
      kind,
      id,
      document: row.document === undefined ? undefined : (JSON.parse(row.document) as Document),
      by: row.by,
      atMs: row.atMs,
    }));
  }

  private async held(kind: DeskKind, condition: Sql): Promise<DeskEntry[]> {
    const rows = await this.database.read<DocumentRow>(
      sql`SELECT * FROM (SELECT * FROM ${DOCUMENTS.name} WHERE kind = ${kind} AND ${condition}
          QUALIFY row_number() OVER (PARTITION BY id ORDER BY version DESC) = 1) WHERE document IS NOT NULL ORDER BY id`,
    );
    return rows.map(({ id, document, by, atMs }) => ({
      kind,
      id,
      document: JSON.parse(document!) as Document,
      by,
      atMs,
    }));
  }
}

async function addVersion(
  session: WriteSession,
  { kind, id, by, atMs }: Omit<DeskEntry, 'document'>,
  document: string | undefined,
): Promise<void> {
  const where = sql`kind = ${kind} AND id = ${id}`;
  const [last] = await session.read(sql`SELECT max(version) AS version FROM ${DOCUMENTS.name} WHERE ${where}`);
  if (WITHOUT_HISTORY.has(kind)) await session.run(sql`DELETE FROM ${DOCUMENTS.name} WHERE ${where}`);
  const version = Number(last?.['version'] ?? 0) + 1;
  await session.insert(DOCUMENTS, [{ kind, id, version, document, by, atMs }]);
}
