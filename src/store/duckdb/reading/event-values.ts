/** Events as values of their columns: what rules judge by, without a document. */
import { DuckDBListValue, type DuckDBValue } from '@duckdb/node-api';
import type { FieldValue, Scalar } from '../../../event/document.ts';
import type { Provenance } from '../../../event/view.ts';
import { addressFromKey } from '../../../query/compile/sql/address-key.ts';
import type { SqlSource } from '../../../query/compile/sql/sql-columns.ts';
import { type Sql, sql } from '../../../query/compile/sql/sql.ts';
import { compareCodePoints } from '../../../query/compile/text-order.ts';
import type { EventValues, ValueSearch } from '../../event-store.ts';
import type { EventTable } from '../event-tables.ts';
import type { ReadConnections } from './read-connections.ts';
import { sourcesOf, type TableQuery, tableQueries } from './table-query.ts';

/** @returns see {@link EventStore.values} */
export async function readValues(
  connections: ReadConnections,
  tables: readonly EventTable[],
  search: ValueSearch,
): Promise<readonly EventValues[] | undefined> {
  const queries = tableQueries(search, tables);
  const asked = tables.map((table) => sourcesOf(table, search, search.fields));
  if (queries.some(({ residual }) => residual !== undefined) || asked.includes(undefined)) return undefined;
  const decoder = new Decoder();
  const found: EventValues[] = [];
  for (const [i, query] of queries.entries()) {
    for (const row of await connections.rows(selection(query, asked[i]!, search))) found.push(decoder.event(row));
  }
  const sign = search.order === 'oldest' ? 1 : -1;
  return found.sort((one, other) => sign * compareEvents(one, other)).slice(0, search.limit);
}

function selection({ name, condition }: TableQuery, sources: readonly SqlSource[], search: ValueSearch): Sql {
  const direction: Sql = { text: search.order === 'oldest' ? 'ASC' : 'DESC', parameters: [] };
  const columns = sources.reduce((list, { value }) => sql`${list}, ${value}`, sql`id, time, position, provenance`);
  return sql`SELECT ${columns} FROM ${name} WHERE ${condition}
             ORDER BY time ${direction}, id ${direction} LIMIT ${search.limit}`;
}

/** Makes values of what the driver gives. The same few texts come again and again. */
class Decoder {
  private readonly addresses = new Map<bigint, string>();
  private readonly places = new Map<string, Provenance>();

  event([id, time, position, provenance, ...values]: readonly DuckDBValue[]): EventValues {
    return {
      id: String(id),
      timeMs: Number(time),
      position: Number(position),
      provenance: this.place(String(provenance)),
      values: values.map((value) => this.value(value)),
    };
  }

  private place(text: string): Provenance {
    let place = this.places.get(text);
    if (!place) this.places.set(text, (place = JSON.parse(text) as Provenance));
    return place;
  }

  private value(value: DuckDBValue): FieldValue {
    if (value === null) return undefined;
    if (!(value instanceof DuckDBListValue)) return this.scalar(value);
    const all = value.items.flatMap((one) => (one === null ? [] : [this.scalar(one)]));
    return all.length > 1 ? all : all[0];
  }

  private scalar(value: DuckDBValue): Scalar {
    if (typeof value !== 'bigint') return value as Scalar;
    let text = this.addresses.get(value);
    if (text === undefined) this.addresses.set(value, (text = addressFromKey(value).text));
    return text;
  }
}

function compareEvents(one: EventValues, other: EventValues): number {
  return one.timeMs - other.timeMs || compareCodePoints(one.id, other.id);
}
