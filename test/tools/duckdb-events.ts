import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { DocumentEvent } from '../../src/event/document-event.ts';
import type { EventView } from '../../src/event/view.ts';
import { type CatalogueColumns, SQL_MACROS } from '../../src/query/compile/sql/catalogue-columns.ts';
import type { SqlParameter } from '../../src/query/compile/sql/sql.ts';
import { bindParameters, columnValue, elementValues, memberValues } from '../../src/store/duckdb/duckdb-values.ts';

/** A table of events in memory, numbered from 0, for tests of conditions. */
export class DuckDbEvents {
  private readonly connection: DuckDBConnection;
  private readonly columns: CatalogueColumns;

  private constructor(connection: DuckDBConnection, columns: CatalogueColumns) {
    this.connection = connection;
    this.columns = columns;
  }

  static async open(columns: CatalogueColumns): Promise<DuckDbEvents> {
    const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
    for (const macro of SQL_MACROS) await connection.run(macro);
    await connection.run(`CREATE TABLE events (number INTEGER, ${columns.declarations().join(', ')})`);
    return new DuckDbEvents(connection, columns);
  }

  /** Replaces all events; `show` points the view at one of them. */
  async fill(count: number, view: EventView, show: (number: number) => void): Promise<void> {
    await this.connection.run('DELETE FROM events');
    const appender = await this.connection.createAppender('events');
    const inner = new DocumentEvent(view.networks);
    for (let i = 0; i < count; i++) {
      show(i);
      appender.appendInteger(i);
      const values = [
        ...this.columns.columns.map((column) => columnValue(view.get(column.field.id), column) as DuckDBValue),
        ...this.columns.nested.map((column) => elementValues(view, column, inner)),
        memberValues(view),
      ];
      values.forEach((value, at) => appender.appendValue(value, appender.columnType(at + 1)));
      appender.endRow();
    }
    appender.flushSync();
    appender.closeSync();
  }

  /** @returns for each condition the numbers of the events it holds for */
  async numbers(conditions: readonly { sql: string; parameters: readonly SqlParameter[] }[]): Promise<Set<number>[]> {
    const { values, types } = bindParameters(conditions.flatMap(({ parameters }) => parameters));
    const columns = conditions.map(({ sql }) => `(${sql}) IS TRUE`);
    const text = `SELECT number, ${columns.join(', ')} FROM events`;
    const rows = (await this.connection.runAndReadAll(text, values, types)).getRows();
    return conditions.map(
      (_, i) => new Set(rows.filter((row) => row[i + 1] === true).map(([number]) => Number(number))),
    );
  }

  close(): void {
    this.connection.closeSync();
  }
}
