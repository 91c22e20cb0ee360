/** Values of conditions on their way into DuckDB. */
import { BOOLEAN, DOUBLE, type DuckDBType, type DuckDBValue, LIST, listValue, VARCHAR } from '@duckdb/node-api';
import type { SqlParameter } from '../../query/compile/sql/sql.ts';

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
