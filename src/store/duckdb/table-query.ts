import type { DocumentEvent } from '../../event/document-event.ts';
import { compileMatcher } from '../../query/compile/matcher.ts';
import { compileSql } from '../../query/compile/sql/compile-sql.ts';
import { identifier, joinSql, type Sql, sql } from '../../query/compile/sql/sql.ts';
import type { Predicate } from '../../query/predicate.ts';
import type { EventQuery, StoredEvent } from '../event-store.ts';
import type { EventTable } from './event-tables.ts';
import { INGESTED } from './ingested.ts';

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
    const { sql: text, parameters, residual } = compileSql(query.predicate, table);
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
  return source.isList ? sql`CASE WHEN len(${source.value}) = 1 THEN ${source.value}[1] END` : source.value;
}

function placeConditions({ fromMs, beforeMs, afterPosition, toPosition }: EventQuery): Sql[] {
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
