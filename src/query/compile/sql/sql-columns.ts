/**
 * What SQL is made over: where the values of a field stand in a table. The compiler knows nothing of tables but this.
 * Texts in the table are well-formed Unicode, absent fields are NULL, and lists are never empty.
 */
import type { Field } from '../../../event/field.ts';
import type { Sql } from './sql.ts';

/**
 * How values are held. `text`: VARCHAR. `number`: DOUBLE, as the matcher has them, dates as milliseconds with microseconds
 * as the fraction. `boolean`: BOOLEAN; a group of fields (type object) is TRUE when anything stands below it. `address`:
 * UHUGEINT, the 128 bits in network order with IPv4 at ::ffff:0:0/96.
 */
export type SqlType = 'text' | 'number' | 'boolean' | 'address';

/** Where the values of a field stand. */
export interface SqlSource {
  /** The column, or an expression over columns. */
  readonly value: Sql;
  readonly type: SqlType;
  /** Whether the value is a list of values. */
  readonly isList: boolean;
  /** Whether no row has a value, so that nothing need be asked. */
  readonly isEmpty?: boolean;
  /** Condition of rows of which the column does not tell what they say, never NULL; undefined when it tells of all. */
  readonly untold?: Sql | undefined;
}

/** Where the elements of a nested field stand. */
export interface SqlElements {
  /** A list of structs; NULL when the field is absent. */
  readonly value: Sql;
  /** Whether no row has an element. */
  readonly isEmpty?: boolean;
  /** See {@link SqlSource.untold}. */
  readonly untold?: Sql | undefined;
  /** @returns the columns of one element, which stands under this name in a lambda */
  element(name: string): SqlColumns;
}

/** A table as the compiler sees it. */
export interface SqlColumns {
  /** @returns where a field stands, or undefined for one that stands in the JSON only */
  find(field: Field): SqlSource | undefined;
  /** @returns where the elements of a nested field stand */
  elements(field: Field): SqlElements | undefined;
}
