import type { DocumentEvent } from '../../event/document-event.ts';
import { compileMatcher } from '../../query/compile/matcher.ts';
import { compileSql } from '../../query/compile/sql/compile-sql.ts';
import { identifier, joinSql, type Sql, sql } from '../../query/compile/sql/sql.ts';
import type { Predicate } from '../../query/predicate.ts';
import type { EventQuery, StoredEvent } from '../event-store.ts';
import type { EventTable } from './event-tables.ts';

/** A query as one table is asked it. */
export interface TableQuery {
  readonly name: Sql;
  readonly condition: Sql;
  /** What the condition leaves open. */
  readonly residual: Predicate | undefined;
  /** @returns whether a row that the condition found is an answer */
  fits(view: DocumentEvent, event: StoredEvent): boolean;
}

/** @returns the query for each table */
export function tableQueries(query: EventQuery, tables: readonly EventTable[]): readonly TableQuery[] {
  return tables.map(({ name, columns }) => {
    const { sql: text, parameters, residual } = compileSql(query.predicate, columns);
    const matches = residual && compileMatcher(residual);
    return {
      name: identifier(name),
      condition: joinSql([...timeConditions(query), { text, parameters }], 'AND'),
      residual,
      fits: (view, { document, provenance }) => {
        if (!matches) return true;
        view.point(document, provenance);
        return matches(view);
      },
    };
  });
}

function timeConditions({ fromMs, beforeMs }: EventQuery): Sql[] {
  return [
    ...(fromMs === undefined ? [] : [sql`time >= ${fromMs}`]),
    ...(beforeMs === undefined ? [] : [sql`time < ${beforeMs}`]),
  ];
}
