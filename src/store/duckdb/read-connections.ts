import type { DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { SmbError } from '../../base/error.ts';
import type { Sql } from '../../query/compile/sql/sql.ts';
import { bindParameters } from './duckdb-values.ts';

/** Between two attempts to stop a question. */
const AGAIN_MS = 20;

/** Asks the database, each question on a connection of its own and with an end to its patience. */
export class ReadConnections {
  private readonly instance: DuckDBInstance;
  private readonly queryMs: number;

  constructor(instance: DuckDBInstance, queryMs: number) {
    this.instance = instance;
    this.queryMs = queryMs;
  }

  /** @throws STORE-TIMEOUT when it takes too long */
  async rows({ text, parameters }: Sql): Promise<DuckDBValue[][]> {
    const { values, types } = bindParameters(parameters);
    const connection = await this.instance.connect();
    let isLate = false;
    // Again and again: a question that has not begun yet does not hear it.
    const stop = () => {
      isLate = true;
      connection.interrupt();
      timer = setTimeout(stop, AGAIN_MS);
    };
    let timer = setTimeout(stop, this.queryMs);
    try {
      return (await connection.runAndReadAll(text, values, types)).getRows();
    } catch (error) {
      if (!isLate) throw error;
      throw new SmbError('STORE-TIMEOUT', `the store took longer than ${this.queryMs} ms and was stopped`, {
        fix: 'ask for a shorter stretch of time or for fields that rules use, or raise the limit of a question',
      });
    } finally {
      clearTimeout(timer);
      connection.closeSync();
    }
  }
}
