/** Events that a query's condition finds, with their documents. */
import type { DuckDBValue } from '@duckdb/node-api';
import type { Document } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { applyChanges } from '../../event/json-origin.ts';
import type { Networks } from '../../event/networks.ts';
import type { Provenance } from '../../event/view.ts';
import { joinSql, type Sql, sql } from '../../query/compile/sql/sql.ts';
import type { EventSearch, StoredEvent } from '../event-store.ts';
import type { DocumentCache, DocumentTexts, EventKey } from './document-cache.ts';
import type { EventCursor } from './event-cursor.ts';
import { setIngested } from './ingested.ts';
import type { ReadConnections } from './read-connections.ts';
import { rowsAt } from './rows-at.ts';
import type { TableQuery } from './table-query.ts';

const TEXTS: Sql = { text: 'position, provenance, document, changes', parameters: [] };

/** An event, and which of the queries found it. */
interface Candidate {
  readonly event: StoredEvent;
  readonly table: number;
}

/** The first candidates of a search. */
export interface Candidates {
  readonly candidates: readonly Candidate[];
  /** Where they end; undefined when there are no more. */
  readonly next: EventCursor | undefined;
}

/** Which candidates are wanted. */
export interface CandidateSearch {
  readonly order: EventSearch['order'];
  readonly after: EventCursor | undefined;
  readonly limit: number;
}

/** What candidates are read with. */
export interface CandidateReading {
  readonly connections: ReadConnections;
  readonly networks: Networks;
  readonly cache: DocumentCache;
}

/**
 * Finds the first candidates. Their order is settled without documents, which are read for those alone that are handed out:
 * a document costs a hundred times as much as what it is ordered by.
 */
export async function readCandidates(
  reading: CandidateReading,
  queries: readonly TableQuery[],
  search: CandidateSearch,
): Promise<Candidates> {
  const { generation } = reading.cache;
  const keys = await readKeys(reading.connections, queries, search);
  const candidates = await withDocuments(reading, queries, keys, generation);
  return { candidates, next: keys.length < search.limit ? undefined : keys.at(-1) };
}

/** @returns the events at some positions, in their order */
export async function readAt(
  reading: CandidateReading,
  queries: readonly TableQuery[],
  positions: readonly number[],
): Promise<StoredEvent[]> {
  const { generation } = reading.cache;
  // What was read lately is still there.
  const keys = [...new Set(positions)].flatMap((position) => reading.cache.get(position)?.key ?? []);
  for (const [table, { name, said }] of queries.entries()) {
    const number: Sql = { text: String(table), parameters: [] };
    const columns = sql`time, id, position, ingested, ${said}, ${number}`;
    // An event stands in one of the tables, nearly always the first.
    const found = new Set(keys.map(({ position }) => position));
    const wanted = positions.filter((position) => !found.has(position));
    keys.push(...toKeys(await rowsAt(reading.connections, name, columns, wanted)));
  }
  keys.sort((one, other) => one.position - other.position);
  return (await withDocuments(reading, queries, keys, generation)).map(({ event }) => event);
}

async function withDocuments(
  reading: CandidateReading,
  queries: readonly TableQuery[],
  keys: readonly EventKey[],
  generation: number,
): Promise<Candidate[]> {
  const documents = await readTexts(reading, queries, keys, generation);
  const view = new DocumentEvent(reading.networks);
  return keys.flatMap(({ saidMs, table, ...key }) => {
    const texts = documents.get(key.position);
    // Removed between the two questions, because it was too old.
    if (!texts) return [];
    const document = JSON.parse(texts.document) as Document;
    if (texts.changes !== undefined) applyChanges(document, JSON.parse(texts.changes) as Document);
    if (saidMs !== undefined) setIngested(view, document, saidMs);
    return [{ table, event: { ...key, provenance: JSON.parse(texts.provenance) as Provenance, document } }];
  });
}

async function readTexts(
  { connections, cache }: CandidateReading,
  queries: readonly TableQuery[],
  keys: readonly EventKey[],
  generation: number,
): Promise<ReadonlyMap<number, DocumentTexts>> {
  const found = new Map<number, DocumentTexts>();
  for (const { position } of keys) {
    const texts = cache.get(position);
    if (texts) found.set(position, texts);
  }
  for (const [table, { name }] of queries.entries()) {
    const wanted = keys.filter((key) => key.table === table && !found.has(key.position));
    const byPosition = new Map(wanted.map((key) => [key.position, key]));
    for (const row of await rowsAt(connections, name, TEXTS, [...byPosition.keys()])) {
      const [position, provenance, document, changes] = row;
      const texts = {
        key: byPosition.get(Number(position))!,
        provenance: String(provenance),
        document: String(document),
        changes: changes === null ? undefined : String(changes),
      };
      found.set(Number(position), texts);
      cache.put(Number(position), texts, generation);
    }
  }
  return found;
}

async function readKeys(
  connections: ReadConnections,
  queries: readonly TableQuery[],
  { order, after, limit }: CandidateSearch,
): Promise<EventKey[]> {
  const beyond: Sql = { text: order === 'oldest' ? '>' : '<', parameters: [] };
  const direction: Sql = { text: order === 'oldest' ? 'ASC' : 'DESC', parameters: [] };
  const parts = queries.map(({ name, condition, said }, table) => {
    const from =
      after && sql`(time ${beyond} ${after.timeMs} OR (time = ${after.timeMs} AND id ${beyond} ${after.id}))`;
    const where = from ? joinSql([condition, from], 'AND') : condition;
    const number: Sql = { text: String(table), parameters: [] };
    return sql`SELECT time, id, position, ingested, ${said}, ${number} FROM ${name} WHERE ${where}`;
  });
  const union = sql`${parts[0]!} UNION ALL ${parts[1]!}`;
  const rows = await connections.rows(sql`${union} ORDER BY time ${direction}, id ${direction} LIMIT ${limit}`);
  return toKeys(rows);
}

function toKeys(rows: readonly DuckDBValue[][]): EventKey[] {
  return rows.map(([time, id, position, ingested, said, table]) => ({
    timeMs: Number(time),
    id: String(id),
    position: Number(position),
    ingestedMs: Number(ingested),
    saidMs: said === null ? undefined : Number(said),
    table: Number(table),
  }));
}
