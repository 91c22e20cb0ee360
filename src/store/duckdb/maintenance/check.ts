/** Whether a store is what it should be. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { StoreCheck } from '../../store-maintenance.ts';

/** What must be none, as a question for a number, and how it is said. */
const QUESTIONS: readonly (readonly [question: string, problem: string])[] = [
  ['SELECT count(*) - count(DISTINCT id) FROM all_events', 'events stand in it more than once'],
  ['SELECT count(*) - count(DISTINCT position) FROM all_events', 'positions are given to more than one event'],
  [
    `SELECT count(*) FROM all_events
     WHERE NOT (json_valid(document) AND json_valid(provenance) AND (changes IS NULL OR json_valid(changes)))`,
    'events have a document that cannot be read',
  ],
  ...['events', 'events_lists'].map(
    (table) =>
      [
        `SELECT count(*) FROM (SELECT position <= lag(position) OVER (ORDER BY rowid) AS falls FROM ${table}) WHERE falls`,
        `events of the table ${table} are not in the order of their positions`,
      ] as const,
  ),
];

/**
 * Reads all of a store; takes seconds for a million events. Others may write meanwhile: it looks at one moment.
 *
 * @param latest position of the latest event
 */
export async function checkEvents(connection: DuckDBConnection, latest: () => number): Promise<StoreCheck> {
  const ask = async (question: string): Promise<number> => {
    const all = ['events', 'events_lists'].map(
      (table) => `SELECT id, position, document, changes, provenance FROM ${table}`,
    );
    const reader = await connection.runAndReadAll(`WITH all_events AS (${all.join(' UNION ALL ')}) ${question}`);
    return Number(reader.getRows()[0]?.[0] ?? 0);
  };
  const problems: string[] = [];
  await connection.run('BEGIN');
  try {
    const events = await ask('SELECT count(*) FROM all_events');
    // Asked now that the moment is fixed: whatever is stored later is not seen.
    const last = latest();
    const beyond = await ask(`SELECT count(*) FROM all_events WHERE position > ${last}`);
    if (beyond > 0) problems.push(`${beyond} events stand behind the latest position, ${last}`);
    for (const [question, problem] of QUESTIONS) {
      const count = await ask(question);
      if (count > 0) problems.push(`${count} ${problem}`);
    }
    return { events, problems };
  } finally {
    await connection.run('ROLLBACK');
  }
}
