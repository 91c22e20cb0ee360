/** Whether a store is what it should be. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { countOf } from '../../../base/text/figures.ts';
import type { StoreCheck } from '../../store-maintenance.ts';
import type { EventTable } from '../event-tables.ts';
import { SAME_MS } from '../moment.ts';
import { startColumn } from '../writing/known-events.ts';

/** Events of the same id are one when their times say so, too: see moment.ts. */
const REPEATED = `
  WITH repeated AS (SELECT id FROM all_events GROUP BY id HAVING count(*) > 1),
    copies AS MATERIALIZED (SELECT id, time, began, row_number() OVER () AS number FROM all_events SEMI JOIN repeated USING (id))
  SELECT count(*) FROM copies AS one WHERE EXISTS (FROM copies AS other WHERE other.id = one.id AND other.number < one.number
    AND (abs(other.time - one.time) <= ${SAME_MS} OR abs(other.began - one.began) <= ${SAME_MS}))`;

/** What must be none, as a question for a number, and how it is said of one and of several. */
const QUESTIONS: readonly (readonly [question: string, ofOne: string, ofSeveral: string])[] = [
  [REPEATED, 'event stands in it more than once', 'events stand in it more than once'],
  [
    'SELECT count(*) - count(DISTINCT position) FROM all_events',
    'position is given to more than one event',
    'positions are given to more than one event',
  ],
  [
    `SELECT count(*) FROM all_events
     WHERE NOT (json_valid(document) AND json_valid(provenance) AND (changes IS NULL OR json_valid(changes)))`,
    'event has a document that cannot be read',
    'events have a document that cannot be read',
  ],
  ...['events', 'events_lists'].map(
    (table) =>
      [
        `SELECT count(*) FROM (SELECT position <= lag(position) OVER (ORDER BY rowid) AS falls FROM ${table}) WHERE falls`,
        `event of the table ${table} is not in the order of positions`,
        `events of the table ${table} are not in the order of their positions`,
      ] as const,
  ),
];

/**
 * Reads all of a store; takes seconds for a million events. Others may write meanwhile: it looks at one moment.
 *
 * @param latest position of the latest event
 */
export async function checkEvents(
  connection: DuckDBConnection,
  tables: readonly EventTable[],
  latest: () => number,
): Promise<StoreCheck> {
  const ask = async (question: string): Promise<number> => {
    const all = tables.map(
      (table) =>
        `SELECT id, position, time, ${startColumn(table) ?? 'NULL::DOUBLE'} AS began, document, changes, provenance FROM ${table.name}`,
    );
    const reader = await connection.runAndReadAll(`WITH all_events AS (${all.join(' UNION ALL ')}) FROM (${question})`);
    return Number(reader.getRows()[0]?.[0] ?? 0);
  };
  const problems: string[] = [];
  await connection.run('BEGIN');
  try {
    const events = await ask('SELECT count(*) FROM all_events');
    // Asked now that the moment is fixed: whatever is stored later is not seen.
    const last = latest();
    const beyond = await ask(`SELECT count(*) FROM all_events WHERE position > ${last}`);
    if (beyond > 0)
      problems.push(`${countOf(beyond, 'event stands', 'events stand')} behind the latest position, ${last}`);
    for (const [question, ofOne, ofSeveral] of QUESTIONS) {
      const count = await ask(question);
      if (count > 0) problems.push(countOf(count, ofOne, ofSeveral));
    }
    return { events, problems };
  } finally {
    await connection.run('ROLLBACK');
  }
}
