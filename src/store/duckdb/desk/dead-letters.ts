/** Dead letters, numbered as they came; when they are too many or too large, the oldest give way. */
import { SmbError } from '../../../base/error.ts';
import { sql } from '../../../query/compile/sql/sql.ts';
import type { DeadLetter, DeadLetterStore, LetterOrigin } from '../../dead-letter-store.ts';
import { type DeskDatabase, isOneOf, type WriteSession } from './desk-database.ts';
import { Table } from './table.ts';

type LetterRow = {
  readonly number: number;
  readonly id: string;
  readonly atMs: number;
  readonly intake: string;
  readonly reason: string;
  readonly content: string;
  readonly isBase64: boolean;
  readonly size: number;
  readonly origin: string | undefined;
};

/** Letters by number; `size` is that of the content in UTF-16 units, `origin` is JSON. */
export const DEAD_LETTERS = new Table<LetterRow>('desk_dead_letters', {
  number: 'number',
  id: 'text',
  atMs: 'number',
  intake: 'text',
  reason: 'text',
  content: 'text',
  isBase64: 'boolean',
  size: 'number',
  origin: 'text',
});

/** What was discarded so far, one row each time. */
export const DISCARDED = new Table<{ readonly count: number }>('desk_dead_letters_discarded', { count: 'number' });

/** How much is held. */
export interface DeadLetterLimits {
  readonly maxLetters: number;
  readonly maxSize: number;
}

/** Enough to see what is wrong with a shipper, little beside the events. */
const LIMITS: DeadLetterLimits = { maxLetters: 100_000, maxSize: 256 * 1024 * 1024 };
/** What is left when a limit is reached, so that not every letter moves the oldest out. */
const LEFT = 0.9;
/** Content of a page; the letter that goes beyond it is the last one of the page. */
const PAGE_SIZE = 16 * 1024 * 1024;

/** Dead letters in DuckDB. */
export class DuckDbDeadLetters implements DeadLetterStore {
  private readonly database: DeskDatabase;
  private readonly limits: DeadLetterLimits;

  constructor(database: DeskDatabase, limits = LIMITS) {
    this.database = database;
    this.limits = limits;
  }

  add(letters: readonly DeadLetter[]): Promise<void> {
    const byId = new Map(letters.map((letter) => [letter.id, letter]));
    return this.database.write(async (session) => {
      const known = await session.read<{ readonly id: string }>(
        sql`SELECT id FROM ${DEAD_LETTERS.name} WHERE ${isOneOf(sql`id`, [...byId.keys()])}`,
      );
      for (const { id } of known) byId.delete(id);
      const held = await heldIn(session);
      const rows = [...byId.values()].map((letter, i): LetterRow => {
        const origin = letter.origin && JSON.stringify(letter.origin);
        return { ...letter, number: held.last + 1 + i, size: letter.content.length, origin };
      });
      await session.insert(DEAD_LETTERS, rows);
      const size = rows.reduce((sum, row) => sum + row.size, held.size);
      if (held.count + rows.length > this.limits.maxLetters || size > this.limits.maxSize) await this.discard(session);
    });
  }

  private async discard(session: WriteSession): Promise<void> {
    const { maxLetters, maxSize } = this.limits;
    const count = await session.run(
      sql`DELETE FROM ${DEAD_LETTERS.name} WHERE number IN (SELECT number FROM (
            SELECT number, count(*) OVER newer AS letters, sum(size) OVER newer AS total FROM ${DEAD_LETTERS.name}
            WINDOW newer AS (ORDER BY number DESC))
          WHERE letters > ${Math.floor(maxLetters * LEFT)} OR total > ${maxSize * LEFT})`,
    );
    await session.insert(DISCARDED, [{ count }]);
  }

  async list(limit: number, after?: string): ReturnType<DeadLetterStore['list']> {
    const below = after === undefined ? Number.MAX_SAFE_INTEGER : parseNumber(after);
    const rows = await this.database.read<LetterRow>(
      sql`SELECT ${DEAD_LETTERS.columns} FROM ${DEAD_LETTERS.name} WHERE number IN (SELECT number FROM (
            SELECT number, size, sum(size) OVER (ORDER BY number DESC) AS total FROM (
              SELECT number, size FROM ${DEAD_LETTERS.name} WHERE number < ${below} ORDER BY number DESC LIMIT ${limit}))
          WHERE total - size < ${PAGE_SIZE}) ORDER BY number DESC`,
    );
    const last = rows.at(-1)?.number;
    const isMore =
      last !== undefined &&
      (rows.length === limit ||
        (await this.database.number(sql`SELECT count(*) FROM ${DEAD_LETTERS.name} WHERE number < ${last}`)) > 0);
    return {
      letters: rows.map(({ number: _number, size: _size, origin, ...letter }) =>
        origin === undefined ? letter : { ...letter, origin: JSON.parse(origin) as LetterOrigin },
      ),
      next: isMore ? String(last) : undefined,
    };
  }

  remove(ids: readonly string[]): Promise<number> {
    return this.database.write((session) =>
      session.run(sql`DELETE FROM ${DEAD_LETTERS.name} WHERE ${isOneOf(sql`id`, ids)}`),
    );
  }

  async count(): ReturnType<DeadLetterStore['count']> {
    const held = await this.database.number(sql`SELECT count(*) FROM ${DEAD_LETTERS.name}`);
    const discarded = await this.database.number(sql`SELECT sum(count) FROM ${DISCARDED.name}`);
    return { held, discarded };
  }
}

async function heldIn(session: WriteSession): Promise<{ last: number; count: number; size: number }> {
  const [held] = await session.read<{ last: number; count: number; size: number }>(
    sql`SELECT coalesce(max(number), 0) AS last, count(*) AS count, coalesce(sum(size), 0) AS size FROM ${DEAD_LETTERS.name}`,
  );
  return held!;
}

function parseNumber(after: string): number {
  if (/^\d{1,15}$/.test(after)) return Number(after);
  throw new SmbError('STORE-CURSOR', `"${after.slice(0, 80)}" is not where a page of dead letters ended`, {
    fix: 'use `next` of the page before, as it is',
  });
}
