/** Events that a query's condition finds, with their documents. */
import type { DuckDBValue } from '@duckdb/node-api';
import type { Document } from '../../../event/document.ts';
import { DocumentEvent } from '../../../event/document-event.ts';
import { applyChanges } from '../../../event/json-origin.ts';
import type { Networks } from '../../../event/networks.ts';
import type { Provenance } from '../../../event/view.ts';
import { joinSql, type Sql, sql } from '../../../query/compile/sql/sql.ts';
import type { EventSearch, StoredEvent } from '../../event-store.ts';
import type { DocumentCache, DocumentTexts, EventKey } from './document-cache.ts';
import type { EventCursor } from './event-cursor.ts';
import { setIngested } from '../ingested.ts';
import type { ReadConnections } from './read-connections.ts';
import { rowsAt } from './rows-at.ts';
import type { TableQuery } from './table-query.ts';

const TEXTS: Sql = { text: 'position, provenance, document, changes', parameters: [] };
const TEXT_COLUMNS = 4;

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
  const keys = await readKeys(reading.connections, queries, search);
  const candidates = toCandidates(reading, keys, await readTexts(reading, queries, keys));
  return { candidates, next: keys.length < search.limit ? undefined : keys.at(-1) };
}

/** @returns the events at some positions, in their order */
export async function readAt(
  reading: CandidateReading,
  queries: readonly TableQuery[],
  positions: readonly number[],
): Promise<StoredEvent[]> {
  const found = new FoundTexts(reading.cache, positions);
  for (const [table, { name, said }] of queries.entries()) {
    // An event stands in one of the tables, nearly always the first.
    const columns = sql`${TEXTS}, ${keyColumns(said, table)}`;
    for (const row of await rowsAt(reading.connections, name, columns, found.missing(positions))) {
      found.put(row, toKey(row.slice(TEXT_COLUMNS)));
    }
  }
  const keys = [...found.texts.values()].map(({ key }) => key).sort((one, other) => one.position - other.position);
  return toCandidates(reading, keys, found).map(({ event }) => event);
}

/** @returns texts of the documents of some events, as far as they are still there */
async function readTexts(
  { connections, cache }: CandidateReading,
  queries: readonly TableQuery[],
  keys: readonly EventKey[],
): Promise<FoundTexts> {
  const found = new FoundTexts(
    cache,
    keys.map(({ position }) => position),
  );
  for (const [table, { name }] of queries.entries()) {
    const ours = new Map(keys.flatMap((key) => (key.table === table ? [[key.position, key]] : [])));
    for (const row of await rowsAt(connections, name, TEXTS, found.missing(ours.keys()))) {
      found.put(row, ours.get(Number(row[0]))!);
    }
  }
  return found;
}

function toCandidates({ networks }: CandidateReading, keys: readonly EventKey[], found: FoundTexts): Candidate[] {
  const view = new DocumentEvent(networks);
  return keys.flatMap(({ saidMs, table, ...key }) => {
    const texts = found.texts.get(key.position);
    // Removed between the two questions, because it was too old.
    if (!texts) return [];
    const document = JSON.parse(texts.document) as Document;
    if (texts.changes !== undefined) applyChanges(document, JSON.parse(texts.changes) as Document);
    if (saidMs !== undefined) setIngested(view, document, saidMs);
    return [{ table, event: { ...key, provenance: JSON.parse(texts.provenance) as Provenance, document } }];
  });
}

/** Texts by position: those that were read lately are there, the others are put to them. */
class FoundTexts {
  readonly texts = new Map<number, DocumentTexts>();
  private readonly cache: DocumentCache;
  private readonly generation: number;

  constructor(cache: DocumentCache, positions: readonly number[]) {
    this.cache = cache;
    this.generation = cache.generation;
    for (const position of positions) {
      const texts = cache.get(position);
      if (texts) this.texts.set(position, texts);
    }
  }

  missing(positions: Iterable<number>): number[] {
    return [...positions].filter((position) => !this.texts.has(position));
  }

  /** @param row begins with {@link TEXTS} */
  put([position, provenance, document, changes]: readonly DuckDBValue[], key: EventKey): void {
    const texts = {
      key,
      provenance: String(provenance),
      document: String(document),
      changes: changes === null ? undefined : String(changes),
    };
    this.texts.set(Number(position), texts);
    this.cache.put(Number(position), texts, this.generation);
  }
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
    return sql`SELECT ${keyColumns(said, table)} FROM ${name} WHERE ${where}`;
  });
  const union = sql`${parts[0]!} UNION ALL ${parts[1]!}`;
  const rows = await connections.rows(sql`${union} ORDER BY time ${direction}, id ${direction} LIMIT ${limit}`);
  return rows.map(toKey);
}

/** What {@link toKey} reads. */
function keyColumns(said: Sql, table: number): Sql {
  const number: Sql = { text: String(table), parameters: [] };
  return sql`time, id, position, ingested, ${said}, ${number}`;
}

function toKey([time, id, position, ingested, said, table]: readonly DuckDBValue[]): EventKey {
  return {
    timeMs: Number(time),
    id: String(id),
    position: Number(position),
    ingestedMs: Number(ingested),
    saidMs: said === null ? undefined : Number(said),
    table: Number(table),
  };
}
