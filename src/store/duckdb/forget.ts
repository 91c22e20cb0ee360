import type { DuckDBInstance } from '@duckdb/node-api';
import { type Sql, sql } from '../../query/compile/sql/sql.ts';
import { ALERTS, CHANGES } from './desk/alert-table.ts';
import { isOneOf } from './desk/desk-database.ts';
import { bindParameters } from './duckdb-values.ts';

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
    await connection.run('BEGIN');
    for (const table of ['events', 'events_lists'])
      await run(sql`DELETE FROM ${{ text: table, parameters: [] }} WHERE ${isOneOf(sql`id`, events)}`);
    await run(sql`DELETE FROM ${CHANGES.name} WHERE ${isOneOf(sql`alertId`, alerts)}`);
    await run(sql`DELETE FROM ${ALERTS.name} WHERE ${isOneOf(sql`id`, alerts)}`);
    await connection.run('COMMIT');
  } finally {
    // An open transaction ends with its connection, undone.
    connection.closeSync();
  }
}
