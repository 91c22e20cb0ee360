/** Figures over events. What SQL can sum up it does; else events are counted one by one, as the matcher has to look at them. */
import type { DuckDBValue } from '@duckdb/node-api';
import type { Scalar } from '../../../event/document.ts';
import type { Field } from '../../../event/field.ts';
import type { EventView } from '../../../event/view.ts';
import { addressFromKey } from '../../../query/compile/sql/address-key.ts';
import { joinSql, type Sql, sql } from '../../../query/compile/sql/sql.ts';
import type { SqlSource } from '../../../query/compile/sql/sql-columns.ts';
import type { EventQuery, StoredEvent, TimeCount, ValueCount, ValueSum } from '../../event-store.ts';
import type { EventTable } from '../event-tables.ts';
import type { ReadConnections } from './read-connections.ts';
import { sourcesOf, type TableQuery, tableQueries } from './table-query.ts';
import { countValues, sumValues, tallied } from './value-tally.ts';

/** What figures are made with. */
export interface FigureReading {
  readonly connections: ReadConnections;
  readonly tables: readonly EventTable[];
  /** Reads all events of a query. */
  readonly each: (query: EventQuery, visit: (event: EventView, stored: StoredEvent) => void) => Promise<void>;
}

/** See the head of this file; what each method gives is said at EventStore. */
export class EventFigures {
  private readonly given: FigureReading;

  constructor(given: FigureReading) {
    this.given = given;
  }

  async count(query: EventQuery): Promise<number> {
    const queries = this.decided(query);
    if (!queries) {
      let count = 0;
      await this.given.each(query, () => count++);
      return count;
    }
    const counts = queries.map(({ name, condition }) => sql`SELECT count(*) FROM ${name} WHERE ${condition}`);
    return (await this.rows(query, union(counts))).reduce((sum, [count]) => sum + Number(count), 0);
  }

  async topValues(query: EventQuery, field: Field, limit: number): Promise<readonly ValueCount[]> {
    const queries = this.decided(query);
    const sources = this.sources(query, [field]);
    if (!queries || !sources) {
      const tally = countValues(field);
      await this.given.each(query, (event) => tally.add(event));
      return tally.top(limit);
    }
    const parts = queries.map(({ name, condition }, i) => {
      const [source] = sources[i]! as [SqlSource];
      return sql`SELECT ${eachOf(source)} AS v FROM ${name} WHERE ${condition} AND ${source.value} IS NOT NULL`;
    });
    const question = sql`SELECT v, count(*) AS n FROM (${union(parts)}) GROUP BY v ORDER BY n DESC, v LIMIT ${limit}`;
    return (await this.rows(query, question)).map(([value, count]) => ({ value: shown(value), count: Number(count) }));
  }

  async sums(query: EventQuery, by: Field, of: readonly Field[], limit: number): Promise<readonly ValueSum[]> {
    const queries = this.decided(query);
    const sources = this.sources(query, [by, ...of]);
    if (!queries || !sources) {
      const tally = sumValues(by, of);
      await this.given.each(query, (event) => tally.add(event));
      return tally.top(limit);
    }
    const parts = queries.map(({ name, condition }, i) => {
      const [source, ...numbers] = sources[i]! as [SqlSource, ...SqlSource[]];
      const added = numbers.map(({ value, isList }) => {
        return sql`coalesce(${isList ? sql`list_sum(${value})` : value}, 0)::DOUBLE`;
      });
      return sql`SELECT ${eachOf(source)} AS v, ${joinSql(added, '+')} AS n
                 FROM ${name} WHERE ${condition} AND ${source.value} IS NOT NULL`;
    });
    const question = sql`SELECT v, sum(n) AS total FROM (${union(parts)}) GROUP BY v ORDER BY total DESC, v LIMIT ${limit}`;
    return (await this.rows(query, question)).map(([value, sum]) => ({ value: shown(value), sum: Number(sum) }));
  }

  async histogram(query: EventQuery, widthMs: number): Promise<readonly TimeCount[]> {
    const queries = this.decided(query);
    if (!queries) return tallied(widthMs, (add) => this.given.each(query, (_, { timeMs }) => add(timeMs)));
    const parts = queries.map(({ name, condition }) => sql`SELECT time FROM ${name} WHERE ${condition}`);
    const question = sql`SELECT floor(time / ${widthMs}) * ${widthMs} AS t, count(*) FROM (${union(parts)})
                         GROUP BY t ORDER BY t`;
    return (await this.rows(query, question)).map(([fromMs, count]) => ({
      fromMs: Number(fromMs),
      count: Number(count),
    }));
  }

  /** @returns the query for each table; undefined where SQL cannot decide it */
  private decided(query: EventQuery): readonly TableQuery[] | undefined {
    const queries = tableQueries(query, this.given.tables);
    return queries.some(({ residual }) => residual !== undefined) ? undefined : queries;
  }

  /** @returns for each table where the fields stand; undefined when a document has to be read for one of them */
  private sources(query: EventQuery, fields: readonly Field[]): readonly (readonly SqlSource[])[] | undefined {
    const sources = this.given.tables.flatMap((table) => {
      const found = sourcesOf(table, query, fields);
      return found ? [found] : [];
    });
    return sources.length === this.given.tables.length ? sources : undefined;
  }

  private rows({ signal }: EventQuery, question: Sql): Promise<DuckDBValue[][]> {
    return this.given.connections.until(signal).rows(question);
  }
}

/** Of both tables. */
function union([usual, lists]: readonly Sql[]): Sql {
  return sql`${usual!} UNION ALL ${lists!}`;
}

/** An event with several values counts for each of them once. */
function eachOf({ value, isList }: SqlSource): Sql {
  return isList ? sql`unnest(list_distinct(${value}))` : value;
}

function shown(value: DuckDBValue | undefined): Scalar {
  return typeof value === 'bigint' ? addressFromKey(value).text : (value as Scalar);
}
