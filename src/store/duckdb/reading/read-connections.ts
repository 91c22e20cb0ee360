import type { DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { SmbError } from '../../../base/error.ts';
import { Pending } from '../../../base/pending.ts';
import type { Sql } from '../../../query/compile/sql/sql.ts';
import { bindParameters } from '../duckdb-values.ts';

/** Between two attempts to stop a question. */
const AGAIN_MS = 20;

/** Questions of one database that are being answered. */
class OpenQuestions {
  isClosing = false;
  readonly answers = new Pending();
  readonly giveUps = new Set<() => void>();
}

/** Asks the database, each question on a connection of its own and with an end to its patience. */
export class ReadConnections {
  private readonly instance: DuckDBInstance;
  private readonly queryMs: number;
  private readonly signal: AbortSignal | undefined;
  private readonly open: OpenQuestions;

  constructor(instance: DuckDBInstance, queryMs: number, signal?: AbortSignal, open = new OpenQuestions()) {
    this.instance = instance;
    this.queryMs = queryMs;
    this.signal = signal;
    this.open = open;
  }

  /** @returns the same for a question that somebody may give up */
  until(signal: AbortSignal | undefined): ReadConnections {
    return signal ? new ReadConnections(this.instance, this.queryMs, signal, this.open) : this;
  }

  /**
   * Gives up all that is asked, and waits for its end: a database that is being asked something cannot be closed, and would leave
   * its log of changes to be read at the next start.
   */
  async close(): Promise<void> {
    const { open } = this;
    open.isClosing = true;
    for (const giveUp of open.giveUps) giveUp();
    await open.answers.ended();
  }

  /** @throws STORE-TIMEOUT when it takes too long, was given up, or the store is closed */
  async rows(question: Sql): Promise<DuckDBValue[][]> {
    if (this.isGivenUp) throw this.timeout();
    return this.open.answers.of(this.answer(question));
  }

  private get isGivenUp(): boolean {
    return this.open.isClosing || this.signal?.aborted === true;
  }

  private async answer({ text, parameters }: Sql): Promise<DuckDBValue[][]> {
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
    const { giveUps } = this.open;
    giveUps.add(giveUp);
    this.signal?.addEventListener('abort', giveUp);
    // It may have been given up while the connection was made.
    if (this.isGivenUp) giveUp();
    try {
      return (await connection.runAndReadAll(text, values, types)).getRows();
    } catch (error) {
      if (!isLate) throw error;
      throw this.timeout();
    } finally {
      this.signal?.removeEventListener('abort', giveUp);
      giveUps.delete(giveUp);
      clearTimeout(timer);
      connection.closeSync();
    }
  }

  private timeout(): SmbError {
    const what = this.isGivenUp ? 'the question was given up' : `the store took longer than ${this.queryMs} ms`;
    return new SmbError('STORE-TIMEOUT', `${what} and was stopped`, {
      fix: 'ask for a shorter stretch of time or for fields that rules use, or raise the limit of a question',
    });
  }
}
