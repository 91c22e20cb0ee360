/**
 * A copy of a store as Parquet, one file a table, made while the store is in use: all tables are read in one transaction. Parquet
 * has no whole numbers of 128 bits, so addresses go as digits.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { SmbError } from '../../../base/error.ts';
import type { Backup } from '../../store-maintenance.ts';
import { quotedName, quotedText } from '../../../query/compile/sql/sql.ts';
import { EVENT_TABLE_NAMES } from '../event-tables.ts';

/** Name of the file that says what the others are; written last, so that a copy that has it is whole. */
const MANIFEST = 'backup.json';

/** Tables that have the columns of those fields that occurred, with the types that the catalogue of their time gave them. */
const EVENT_TABLES: readonly string[] = Object.values(EVENT_TABLE_NAMES);
/** What types of columns are made of. */
const TYPE = /^(?:[\w ,()[\]]|"[\w.@-]+")+$/;

/** A table of a copy: its rows, and the types its columns had. */
interface SavedTable {
  readonly name: string;
  readonly rows: number;
  readonly columns: Readonly<Record<string, string>>;
}

/** @param folder made when it is not there; a copy that is there is replaced */
export async function backUp(connection: DuckDBConnection, folder: string, nowMs: number): Promise<Backup> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, MANIFEST), '{}', { mode: 0o600 });
  const tables: SavedTable[] = [];
  await connection.run('BEGIN');
  try {
    for (const [name, columns] of await tableColumns(connection)) {
      const selected = Object.entries(columns).map(
        ([column, type]) => `${quotedName(column)}::${portable(type)} AS ${quotedName(column)}`,
      );
      const done = await connection.runAndReadAll(
        `COPY (SELECT ${selected.join(', ')} FROM ${quotedName(name)}) TO ${quotedText(fileOf(folder, name))} (FORMAT parquet, COMPRESSION zstd)`,
      );
      tables.push({ name, columns, rows: Number(done.getRows()[0]?.[0] ?? 0) });
    }
  } finally {
    await connection.run('ROLLBACK');
  }
  const manifest = { format: 1, madeMs: nowMs, tables };
  await writeFile(join(folder, MANIFEST), JSON.stringify(manifest, undefined, 2), { mode: 0o600 });
  return { folder, rows: tables.reduce((sum, { rows }) => sum + rows, 0) };
}

/**
 * Fills the empty tables of a new store from a copy.
 *
 * @throws STORE-BACKUP when it is no whole copy, or one of a newer program
 */
export async function restoreInto(connection: DuckDBConnection, folder: string): Promise<void> {
  const tables = await readManifest(folder);
  const own = await tableColumns(connection);
  await connection.run('BEGIN');
  try {
    for (const { name, columns, rows } of tables) {
      const target = own.get(name);
      if (!target) throw broken(folder, `this program has no table ${name}`);
      for (const [column, type] of Object.entries(columns)) {
        if (target[column] !== undefined) continue;
        if (!EVENT_TABLES.includes(name) || !TYPE.test(type))
          throw broken(folder, `this program knows no column ${column}`);
        await connection.run(`ALTER TABLE ${quotedName(name)} ADD COLUMN ${quotedName(column)} ${type}`);
        target[column] = type;
      }
      const names = Object.keys(columns);
      const values = names.map((column) => `${quotedName(column)}::${target[column]}`);
      await connection.run(`DELETE FROM ${quotedName(name)}`);
      const done = await connection.run(
        `INSERT INTO ${quotedName(name)} (${names.map(quotedName).join(', ')}) SELECT ${values.join(', ')} FROM read_parquet(${quotedText(fileOf(folder, name))})`,
      );
      if (done.rowsChanged !== rows) throw broken(folder, `${name} has ${done.rowsChanged} rows instead of ${rows}`);
    }
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    if (error instanceof SmbError) throw error;
    throw broken(folder, error instanceof Error ? error.message.split('\n')[0]! : String(error));
  }
}

async function readManifest(folder: string): Promise<readonly SavedTable[]> {
  try {
    const { format, tables } = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as {
      format?: number;
      tables?: SavedTable[];
    };
    if (format === 1 && Array.isArray(tables)) return tables;
    throw broken(folder, format === undefined ? 'it was not finished' : `its format is ${format}`);
  } catch (error) {
    if (error instanceof SmbError) throw error;
    throw broken(folder, error instanceof Error ? error.message : String(error));
  }
}

function broken(folder: string, reason: string): SmbError {
  return new SmbError('STORE-BACKUP', `${folder} is no whole copy of a store: ${reason}`, {
    fix: 'take another copy; this one is left as it is',
  });
}

async function tableColumns(connection: DuckDBConnection): Promise<Map<string, Record<string, string>>> {
  const reader = await connection.runAndReadAll(
    `SELECT table_name, column_name, data_type FROM duckdb_columns()
     WHERE schema_name = 'main' AND NOT internal AND database_name = current_database() ORDER BY table_name, column_index`,
  );
  const tables = new Map<string, Record<string, string>>();
  for (const [table, column, type] of reader.getRows()) {
    const columns = tables.get(String(table)) ?? {};
    columns[String(column)] = String(type);
    tables.set(String(table), columns);
  }
  return tables;
}

function portable(type: string): string {
  return type.replaceAll('UHUGEINT', 'VARCHAR');
}

function fileOf(folder: string, table: string): string {
  return join(folder, `${table}.parquet`);
}
