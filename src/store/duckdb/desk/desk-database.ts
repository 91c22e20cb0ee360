/**
 * The desk's side of the database: everything that is kept beside events. All that writes goes through one connection, one
 * transaction after the other, so that no two of them ever conflict; whoever reads has a connection of his own and sees what
 * was written before.
 */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { SmbError } from '../../../base/error.ts';
import { Pending } from '../../../base/pending.ts';
import { closedError } from '../closed-error.ts';
import { type Sql, sql } from '../../../query/compile/sql/sql.ts';
import { bindParameters } from '../duckdb-values.ts';
import type { Cell, Row, Table } from './table.ts';

/** One transaction that is open. */
export class WriteSession {
  private readonly connection: DuckDBConnection;

  constructor(connection: DuckDBConnection) {
    this.connection = connection;
  }

  /** @returns how many rows were changed */
  async run(statement: Sql): Promise<number> {
    const { values, types } = bindParameters(statement.parameters);
    return (await this.connection.run(statement.text, values, types)).rowsChanged;
  }

  /** @returns the rows of a question, by the names of their columns */
  read<R extends Row>(question: Sql): Promise<R[]> {
    return readRows<R>(this.connection, question);
  }

  /** @returns the highest number in a table; 0 for none */
  async highest<R extends Row & { readonly number: number }>({ name }: Table<R>): Promise<number> {
    const [row] = await this.read(sql`SELECT max(number) AS highest FROM ${name}`);
    return Number(row?.['highest'] ?? 0);
  }

  /** Adds rows to a table; none is no work. */
  async insert<R extends Row>(table: Table<R>, rows: readonly R[]): Promise<void> {
    if (rows.length === 0) return;
    const { text, values, types } = table.insertion(rows);
    await this.connection.run(text, values, types);
  }

  /**
   * Changes rows that are there, found by their ids; none is no work.
   *
   * @param assignments what follows SET; columns of the new rows are named `new."column"`
   */
  async update<R extends Row & { readonly id: string }>(
    table: Table<R>,
    assignments: string,
    rows: readonly R[],
  ): Promise<void> {
    if (rows.length === 0) return;
    const { text, values, types } = table.relation(rows);
    const name = table.name.text;
    await this.connection.run(
      `UPDATE ${name} SET ${assignments} FROM (${text}) AS new WHERE ${name}.id = new.id`,
      values,
      types,
    );
  }
}

/** Reads and writes in turn. */
export class DeskDatabase {
  private readonly instance: DuckDBInstance;
  private readonly writer: DuckDBConnection;
  /** Settles when everything handed over so far is written. */
  private writing: Promise<unknown> = Promise.resolve();
  private readonly reading = new Pending();
  private isClosing = false;

  private constructor(instance: DuckDBInstance, writer: DuckDBConnection) {
    this.instance = instance;
    this.writer = writer;
  }

  /** @param tables made when they are not there */
  static async open(instance: DuckDBInstance, tables: readonly Table[]): Promise<DeskDatabase> {
    const database = new DeskDatabase(instance, await instance.connect());
    for (const table of tables) await database.writer.run(table.creation);
    return database;
  }

  /** @returns the rows of a question, by the names of their columns */
  read<R extends Row>(question: Sql): Promise<R[]> {
    return this.reading.of(this.ask(question));
  }

  /** @returns the one number that a question has as its answer; 0 for none */
  async number(question: Sql): Promise<number> {
    const [row] = await this.read(question);
    return Number(Object.values(row ?? {})[0] ?? 0);
  }

  /** Does all of the work or nothing of it; when the promise is fulfilled it is on disk. */
  write<T>(work: (session: WriteSession) => Promise<T>): Promise<T> {
    if (this.isClosing) return Promise.reject(closedError());
    const written = this.writing.then(() => this.transaction(work));
    this.writing = written.catch(() => undefined);
    return written;
  }

  private async transaction<T>(work: (session: WriteSession) => Promise<T>): Promise<T> {
    await this.writer.run('BEGIN');
    try {
      const result = await work(new WriteSession(this.writer));
      await this.writer.run('COMMIT');
      return result;
    } catch (error) {
      // A commit that fails has rolled back already, and nothing is open then.
      await this.writer.run('ROLLBACK').catch(() => undefined);
      throw writeError(error) ?? error;
    }
  }

  /** Waits for what is being written and read: see `read-connections.ts`. Whoever asks from then on is refused. */
  async close(): Promise<void> {
    await this.writing;
    this.isClosing = true;
    // What came meanwhile; nothing must be on its way when the connection is closed.
    await this.writing;
    await this.reading.ended();
    this.writer.closeSync();
  }

  private async ask<R extends Row>(question: Sql): Promise<R[]> {
    if (this.isClosing) throw closedError();
    const connection = await this.instance.connect();
    try {
      return await readRows<R>(connection, question);
    } finally {
      connection.closeSync();
    }
  }
}

async function readRows<R extends Row>(connection: DuckDBConnection, question: Sql): Promise<R[]> {
  const { values, types } = bindParameters(question.parameters);
  const reader = await connection.runAndReadAll(question.text, values, types);
  const names = reader.columnNames();
  return reader.getRows().map((cells) => {
    const row: Record<string, Cell> = {};
    cells.forEach((cell, i) => {
      row[names[i]!] = cell === null ? undefined : typeof cell === 'bigint' ? Number(cell) : (cell as Cell);
    });
    return row as R;
  });
}

/** @returns a condition that holds for every row whose column has one of the texts */
export function isOneOf(column: Sql, texts: readonly string[]): Sql {
  return sql`${column} IN (SELECT unnest(${texts}))`;
}

/** @returns what a disk that takes no more means to people; DuckDB has no codes, only sentences */
function writeError(error: unknown): SmbError | undefined {
  if (!(error instanceof Error) || !/no space left|could not write|disk quota|read-only file/i.test(error.message))
    return;
  return new SmbError('STORE-WRITE', 'The store cannot write; nothing was changed.', {
    fix: 'make room on the disk of the data folder; smbastion doctor says how much is left',
  });
}
