/** A table whose columns carry the names of a record's keys, so that a row is the record. */
import { BOOLEAN, DOUBLE, type DuckDBType, type DuckDBValue, LIST, listValue, VARCHAR } from '@duckdb/node-api';
import type { Sql } from '../../../query/compile/sql/sql.ts';

/** What stands in a row; undefined is NULL. Numbers are doubles: times, positions and counts up to 2^53. */
export type Cell = string | number | boolean | undefined;

/** A row by the names of its columns. */
export type Row = { readonly [column: string]: Cell };

const TYPES: Readonly<Record<'text' | 'number' | 'boolean', DuckDBType>> = {
  text: VARCHAR,
  number: DOUBLE,
  boolean: BOOLEAN,
};

/** Columns with their types, named once. */
type Columns<R extends Row> = { readonly [K in keyof R]-?: keyof typeof TYPES };

/** A statement with what belongs to its question marks. */
export interface BoundStatement {
  readonly text: string;
  readonly values: DuckDBValue[];
  readonly types: DuckDBType[];
}

/** A table of the desk. */
export class Table<R extends Row = Row> {
  readonly name: Sql;
  /** The statement that makes it where it is not there. */
  readonly creation: string;
  /** Names of all columns, as they stand behind SELECT. */
  readonly columns: Sql;
  private readonly types: readonly (readonly [keyof R & string, DuckDBType])[];

  constructor(name: string, columns: Columns<R>) {
    this.name = { text: name, parameters: [] };
    this.types = Object.entries(columns).map(([column, type]) => [column, TYPES[type]]);
    this.columns = { text: this.types.map(([column]) => `"${column}"`).join(', '), parameters: [] };
    const declared = this.types.map(([column, type]) => `"${column}" ${type.toString()}`);
    this.creation = `CREATE TABLE IF NOT EXISTS ${name} (${declared.join(', ')})`;
  }

  /** @returns a statement that adds the rows, any number of them at once */
  insertion(rows: readonly R[]): BoundStatement {
    const { text, ...bound } = this.relation(rows);
    return { text: `INSERT INTO ${this.name.text} (${this.columns.text}) ${text}`, ...bound };
  }

  /** @returns a question whose answer is the rows, with the table's columns: one list a column goes to the database */
  relation(rows: readonly R[]): BoundStatement {
    return {
      text: `SELECT ${this.types.map(([column]) => `unnest(?) AS "${column}"`).join(', ')}`,
      values: this.types.map(([column]) => listValue(rows.map((row) => row[column] ?? null))),
      types: this.types.map(([, type]) => LIST(type)),
    };
  }
}
