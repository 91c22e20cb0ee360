/** Values on their way into DuckDB: parameters of a condition, and columns of an event. */
import {
  BOOLEAN,
  DOUBLE,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  listValue,
  MAP,
  mapValue,
  STRUCT,
  structValue,
  UHUGEINT,
  VARCHAR,
} from '@duckdb/node-api';
import { type Document, type FieldValue, type Scalar, setPath } from '../../event/document.ts';
import type { DocumentEvent } from '../../event/document-event.ts';
import type { EventView } from '../../event/view.ts';
import { type EventColumn, type NestedColumn, toColumnValue } from '../../query/compile/sql/catalogue-columns.ts';
import type { SqlParameter } from '../../query/compile/sql/sql.ts';
import type { SqlType } from '../../query/compile/sql/sql-columns.ts';

/** Parameters as the driver takes them. Types are said, because it would make 32-bit integers of whole numbers. */
export interface BoundParameters {
  readonly values: DuckDBValue[];
  readonly types: DuckDBType[];
}

/** @returns the parameters of a compiled condition for the driver */
export function bindParameters(parameters: readonly SqlParameter[]): BoundParameters {
  return { values: parameters.map(toValue), types: parameters.map(toType) };
}

function toValue(parameter: SqlParameter): DuckDBValue {
  return typeof parameter === 'object' ? listValue(parameter) : parameter;
}

function toType(parameter: SqlParameter): DuckDBType {
  switch (typeof parameter) {
    case 'string':
      return VARCHAR;
    case 'number':
      return DOUBLE;
    case 'boolean':
      return BOOLEAN;
    default:
      return LIST(typeof parameter[0] === 'number' ? DOUBLE : VARCHAR);
  }
}

/** Types of columns. */
const TYPES: Readonly<Record<SqlType, DuckDBType>> = {
  text: VARCHAR,
  number: DOUBLE,
  boolean: BOOLEAN,
  address: UHUGEINT,
};

/** @returns the driver's name of a column's type */
export function columnType(type: SqlType, isList: boolean): DuckDBType {
  return isList ? LIST(TYPES[type]) : TYPES[type];
}

/** @returns the driver's name of the type of a nested field's column */
export function elementsType({ members }: NestedColumn): DuckDBType {
  return LIST(STRUCT(Object.fromEntries(members.map(({ name, type, isList }) => [name, columnType(type, isList)]))));
}

/** The driver's name of the type of the column for members of families. */
export const MEMBERS_TYPE: DuckDBType = MAP(VARCHAR, LIST(VARCHAR));

/** What does not go into a column of single values. */
export const SEVERAL = Symbol('several values');

/** @returns what stands in the column of a field's value: null when absent, {@link SEVERAL} when it holds one value only */
export function columnValue(value: FieldValue, { type, isList }: EventColumn): DuckDBValue | typeof SEVERAL {
  if (value === undefined) return null;
  const values = (typeof value === 'object' ? value : [value]).flatMap((one) => toColumnValue(type, one) ?? []);
  if (values.length === 0) return null;
  if (isList) return listValue(values);
  return values.length === 1 ? values[0]! : SEVERAL;
}

/** @returns the elements of a nested field as a list of structs, or null when the event has none */
export function elementValues(view: EventView, { field, members }: NestedColumn, inner: DocumentEvent): DuckDBValue {
  const elements = view.elements(field.path);
  if (elements.length === 0 && view.get(field.id) === undefined) return null;
  return listValue(
    elements.map((element) => {
      const document: Document = {};
      setPath(document, field.path, element);
      inner.point(document);
      const struct: Record<string, DuckDBValue> = {};
      for (const member of members)
        struct[member.name] = columnValue(inner.get(member.field.id), member) as DuckDBValue;
      return structValue(struct);
    }),
  );
}

/** @returns the members of families as a map from name to values, or null when the event has none */
export function memberValues(view: EventView): DuckDBValue {
  const entries: { key: string; value: DuckDBValue }[] = [];
  view.each((field, value) => {
    if (field.catalogued) return;
    const values = (typeof value === 'object' ? value : [value]).flatMap(
      (one: Scalar) => toColumnValue('text', one) ?? [],
    );
    if (values.length > 0) entries.push({ key: field.name, value: listValue(values) });
  });
  return entries.length === 0 ? null : mapValue(entries);
}
