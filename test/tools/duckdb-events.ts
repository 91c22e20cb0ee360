import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { EventView } from '../../src/event/view.ts';
import { type CatalogueColumns, SQL_MACROS } from '../../src/query/compile/sql/catalogue-columns.ts';
import type { SqlParameter } from '../../src/query/compile/sql/sql.ts';
import { bindParameters } from '../../src/store/duckdb/duckdb-values.ts';
import { EventRows, type UsedColumns } from '../../src/store/duckdb/rows/event-row.ts';

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

  /** Replaces all events; `show` points the view at one of them. They are written as the store writes them. */
  async fill(count: number, view: EventView, show: (number: number) => void): Promise<void> {
    await this.connection.run('DELETE FROM events');
    const rows = new EventRows(this.columns, view.networks);
    const used: UsedColumns = { usual: new Set(), lists: new Set() };
    const lines: string[] = [];
    for (let i = 0; i < count; i++) {
      show(i);
      lines.push(`{"number":${i},${rows.of(view, 'id', used, true).text}}`);
    }
    const file = join(mkdtempSync(join(tmpdir(), 'smbastion-rows-')), 'rows');
    writeFileSync(file, lines.join('\n'));
    const types = new Map(
      this.columns.declarations().map((text) => /^"(.*?)" (.*)$/.exec(text)!.slice(1) as [string, string]),
    );
    const all = ['number', ...used.usual, ...used.lists].map((name) => `"${name}"`);
    const columns = all.map((name) => `${name}: '${types.get(name.slice(1, -1)) ?? 'INTEGER'}'`);
    await this.connection.run(
      `INSERT INTO events (${all.join()}) SELECT ${all.join()} FROM read_json('${file}', format = 'newline_delimited', columns = {${columns.join()}})`,
    );
    rmSync(dirname(file), { recursive: true });
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
