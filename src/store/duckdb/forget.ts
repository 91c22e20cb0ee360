import type { DuckDBInstance } from '@duckdb/node-api';
import { type Sql, sql } from '../../query/compile/sql/sql.ts';
import { ALERTS, CHANGES } from './desk/alert-table.ts';
import { isOneOf } from './desk/desk-database.ts';
import { bindParameters } from './duckdb-values.ts';

const TABLES = ['events', 'events_lists'];

/** Takes out events and alerts by their ids, all or nothing; see Store.forget. */
export async function forget(
  instance: DuckDBInstance,
  { events, alerts }: { readonly events: readonly string[]; readonly alerts: readonly string[] },
): Promise<void> {
  const connection = await instance.connect();
  const run = async (statement: Sql) => {
    const { values, types } = bindParameters(statement.parameters);
    await connection.run(statement.text, values, types);
  };
  try {
    await connection.run('CREATE TABLE IF NOT EXISTS meta (key VARCHAR NOT NULL, value VARCHAR NOT NULL)');
    await connection.run('BEGIN');
    // Positions go on where they were, also when the latest events are gone: rules stand at them.
    const highest = TABLES.map((table) => `(SELECT max(position) FROM ${table})`).join(', ');
    const before = "(SELECT max(value::BIGINT) FROM meta WHERE key = 'position')";
    await connection.run(`CREATE TEMP TABLE latest AS SELECT greatest(${highest}, ${before}, 0)::VARCHAR AS position`);
    await connection.run("DELETE FROM meta WHERE key = 'position'");
    await connection.run("INSERT INTO meta SELECT 'position', position FROM latest");
    for (const table of TABLES)
      await run(sql`DELETE FROM ${{ text: table, parameters: [] }} WHERE ${isOneOf(sql`id`, events)}`);
    await run(sql`DELETE FROM ${CHANGES.name} WHERE ${isOneOf(sql`alertId`, alerts)}`);
    await run(sql`DELETE FROM ${ALERTS.name} WHERE ${isOneOf(sql`id`, alerts)}`);
    await connection.run('COMMIT');
  } finally {
    // An open transaction ends with its connection, undone.
    connection.closeSync();
  }
}
