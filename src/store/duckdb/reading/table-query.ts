import type { DocumentEvent } from '../../../event/document-event.ts';
import type { Field } from '../../../event/field.ts';
import { compileMatcher } from '../../../query/compile/matcher.ts';
import { compileSql } from '../../../query/compile/sql/compile-sql.ts';
import { identifier, joinSql, type Sql, sql } from '../../../query/compile/sql/sql.ts';
import type { SqlSource } from '../../../query/compile/sql/sql-columns.ts';
import type { Predicate } from '../../../query/predicate.ts';
import type { EventQuery, StoredEvent } from '../../event-store.ts';
import type { EventTable } from '../event-tables.ts';
import { INGESTED } from '../ingested.ts';

/** A query as one table is asked it. */
export interface TableQuery {
  readonly name: Sql;
  readonly condition: Sql;
  /** The `event.ingested` of an event, NULL where it says several. */
  readonly said: Sql;
  /** What the condition leaves open. */
  readonly residual: Predicate | undefined;
  /** @returns whether a row that the condition found is an answer */
  fits(view: DocumentEvent, event: StoredEvent): boolean;
}

/** @returns the query for each table */
export function tableQueries(query: EventQuery, tables: readonly EventTable[]): readonly TableQuery[] {
  return tables.map((table) => {
    const { sql: text, parameters, residual } = compileSql(query.predicate, table.after(query.afterPosition ?? 0));
    const matches = residual && compileMatcher(residual);
    return {
      name: identifier(table.name),
      condition: joinSql([...placeConditions(query), { text, parameters }], 'AND'),
      said: saidIngested(table),
      residual,
      fits: (view, { id, document, provenance }) => {
        if (!matches) return true;
        view.point(document, provenance, id);
        return matches(view);
      },
    };
  });
}

function saidIngested(table: EventTable): Sql {
  const source = table.find(INGESTED);
  if (!source) return { text: 'ingested', parameters: [] };
  const { value, isList, untold } = source;
  const said = isList ? sql`CASE WHEN len(${value}) = 1 THEN ${value}[1] END` : value;
  return untold ? sql`CASE WHEN ${untold} THEN ingested ELSE ${said} END` : said;
}

/** @returns where the fields stand; undefined when a document has to be read for one of them */
export function sourcesOf(
  table: EventTable,
  { afterPosition = 0 }: EventQuery,
  fields: readonly Field[],
): readonly SqlSource[] | undefined {
  const sources = fields.flatMap((field) => table.find(field, afterPosition) ?? []);
  const isTold = sources.length === fields.length && sources.every(({ untold }) => !untold);
  return isTold ? sources : undefined;
}

/** @returns the conditions of where and when */
export function placeConditions({ fromMs, beforeMs, afterPosition, toPosition }: EventQuery): Sql[] {
  return [
    ...(afterPosition === undefined ? [] : [sql`position > ${positionText(afterPosition)}`]),
    ...(toPosition === undefined ? [] : [sql`position <= ${positionText(toPosition)}`]),
    ...(fromMs === undefined ? [] : [sql`time >= ${fromMs}`]),
    ...(beforeMs === undefined ? [] : [sql`time < ${beforeMs}`]),
  ];
}

/** Compared with a DOUBLE, which parameters of numbers are, the column would lose its bounds. */
function positionText(position: number): Sql {
  return sql`${String(BigInt(position))}::BIGINT`;
}
