/** What a store knows of itself: the version of its tables, the fields it was made with, its highest position. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { SmbError } from '../../base/error.ts';

/** Version of the tables; a change that older programs cannot read makes it one more. */
const SCHEMA = 4;

/** Steps from each version to the next, the first one from version 1. */
const MIGRATIONS: readonly ((connection: DuckDBConnection) => Promise<void>)[] = [
  // Documents stand as they came, beside what was made of them.
  async (connection) => {
    for (const table of ['events', 'events_lists']) {
      await connection.run(`ALTER TABLE IF EXISTS ${table} ADD COLUMN IF NOT EXISTS changes JSON`);
    }
  },
  // Columns of fields that came later tell of later rows only; earlier programs would take them at their word.
  async () => {},
  // What dead letters are read again with. An earlier program would read parts of messages as if they were whole.
  async (connection) => {
    await connection.run('ALTER TABLE IF EXISTS desk_dead_letters ADD COLUMN IF NOT EXISTS origin VARCHAR');
  },
];

/** Facts by name, each a text. */
export interface StoreMeta {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
}

/**
 * Opens the facts of a store and brings its tables to today's version.
 *
 * @param name of the file, for people
 * @throws STORE-VERSION when a newer program made it
 */
export async function openMeta(connection: DuckDBConnection, name: string): Promise<StoreMeta> {
  await connection.run('CREATE TABLE IF NOT EXISTS meta (key VARCHAR NOT NULL, value VARCHAR NOT NULL)');
  const meta: StoreMeta = {
    get: async (key) => {
      const rows = (await connection.runAndReadAll('SELECT value FROM meta WHERE key = ?', [key])).getRows();
      return rows[0] && String(rows[0][0]);
    },
    set: async (key, value) => {
      await connection.run('DELETE FROM meta WHERE key = ?', [key]);
      await connection.run('INSERT INTO meta VALUES (?, ?)', [key, value]);
    },
  };
  const version = Number((await meta.get('schema')) ?? SCHEMA);
  if (version > SCHEMA) {
    throw new SmbError(
      'STORE-VERSION',
      `${name} was written by a newer smbastion: its tables are of version ${version}`,
      {
        fix: `this program reads versions up to ${SCHEMA}; use the newer one, or another file`,
      },
    );
  }
  await connection.run('BEGIN');
  for (const migrate of MIGRATIONS.slice(version - 1)) await migrate(connection);
  await meta.set('schema', String(SCHEMA));
  await connection.run('COMMIT');
  return meta;
}
