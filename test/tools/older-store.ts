import { DuckDBInstance } from '@duckdb/node-api';

/**
 * Makes a store one of an earlier program, whose catalogue lacked some fields: documents say them, no column does.
 *
 * @param file of a store that is closed
 * @param lacking names of fields
 * @param others fields that had another type then, as the store writes types down
 */
export async function makeOlder(
  file: string,
  lacking: readonly string[],
  others: Readonly<Record<string, string>> = {},
): Promise<void> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  const rows = (await connection.runAndReadAll("SELECT value FROM meta WHERE key = 'fields'")).getRows();
  const types = { ...(JSON.parse(String(rows[0]![0])) as Record<string, string>), ...others };
  for (const name of lacking) delete types[name];
  for (const table of ['events', 'events_lists']) {
    for (const name of lacking) await connection.run(`ALTER TABLE ${table} DROP COLUMN IF EXISTS "${name}"`);
  }
  await connection.run("UPDATE meta SET value = ? WHERE key = 'fields'", [JSON.stringify(types)]);
  connection.closeSync();
  instance.closeSync();
}
