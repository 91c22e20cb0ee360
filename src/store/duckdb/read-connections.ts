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
  private readonly signal: AbortSignal | undefined;

  constructor(instance: DuckDBInstance, queryMs: number, signal?: AbortSignal) {
    this.instance = instance;
    this.queryMs = queryMs;
    this.signal = signal;
  }

  /** @returns the same for a question that somebody may give up */
  until(signal: AbortSignal | undefined): ReadConnections {
    return signal ? new ReadConnections(this.instance, this.queryMs, signal) : this;
  }

  /** @throws STORE-TIMEOUT when it takes too long, or was given up */
  async rows({ text, parameters }: Sql): Promise<DuckDBValue[][]> {
    if (this.signal?.aborted) throw this.timeout();
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
    const giveUp = () => {
      clearTimeout(timer);
      stop();
    };
    this.signal?.addEventListener('abort', giveUp);
    // It may have been given up while the connection was made.
    if (this.signal?.aborted) giveUp();
    try {
      return (await connection.runAndReadAll(text, values, types)).getRows();
    } catch (error) {
      if (!isLate) throw error;
      throw this.timeout();
    } finally {
      this.signal?.removeEventListener('abort', giveUp);
      clearTimeout(timer);
      connection.closeSync();
    }
  }

  private timeout(): SmbError {
    const what = this.signal?.aborted ? 'the question was given up' : `the store took longer than ${this.queryMs} ms`;
    return new SmbError('STORE-TIMEOUT', `${what} and was stopped`, {
      fix: 'ask for a shorter stretch of time or for fields that rules use, or raise the limit of a question',
    });
  }
}
