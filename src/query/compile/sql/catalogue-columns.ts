/**
 * The table of events that the catalogue of fields asks for: a typed column for each field under its own dotted name, a
 * list of structs for a nested field, and one map for the members of families such as `winlog.event_data.*`, whose names
 * nobody knows beforehand. Whatever else an event holds stands in its JSON alone and is left to the matcher.
 *
 * Nearly all fields of nearly all events hold one value, and a column of values is several times as fast as one of lists,
 * whose blocks have no bounds. So there are two shapes: `usual` has lists where ECS expects several values, `lists` has
 * them everywhere and takes the few events that do not fit.
 */
import { addressOf } from '../../../base/address/address.ts';
import type { Scalar } from '../../../event/document.ts';
import type { Field, FieldType } from '../../../event/field.ts';
import { nestedAbove } from '../../field-names.ts';
import { addressKey } from './address-key.ts';
import { identifier, quotedName, type Sql, sql } from './sql.ts';
import type { SqlColumns, SqlElements, SqlSource, SqlType } from './sql-columns.ts';

/** Macros that the SQL of conditions uses. */
export const SQL_MACROS: readonly string[] = [
  // A–Z only, as everywhere here. DuckDB's lower() knows all of Unicode and would make k of the Kelvin sign, so it folds
  // the texts of nothing but ASCII, in which it is forty times as fast as translate().
  `CREATE OR REPLACE MACRO ascii_lower(t) AS CASE WHEN strlen(t) = length(t) THEN lower(t)
     ELSE translate(t, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') END`,
];

/** Fields that hold several values as a rule. */
const USUAL_LISTS: ReadonlySet<string> = new Set([
  'tags',
  'event.category',
  'event.type',
  'observer.ip',
  'host.ip',
  'host.mac',
  'user.roles',
  'related.ip',
  'related.user',
  'related.hosts',
  'related.hash',
  'process.args',
  'process.parent.args',
  'file.attributes',
  'registry.data.strings',
  'threat.tactic.id',
  'threat.tactic.name',
  'threat.technique.id',
  'threat.technique.name',
  'threat.technique.subtechnique.id',
  'threat.technique.subtechnique.name',
  'dns.resolved_ip',
  'kibana.alert.rule.tags',
  'smb.repairs',
  'smb.flow.evidence',
  'smb.client.role',
  'smb.server.role',
  'smb.joined',
  'smb.rpc.interface',
  'smb.rpc.uuid',
  'smb.access.rights',
  'smb.access.intent',
  'smb.task.command',
  'smb.task.arguments',
  'winlog.keywords',
  'winlog.privileges',
  'zeek.connection.services',
  'zeek.fuid',
]);

/** Name of the column for members of families. */
export const MEMBERS_COLUMN = 'members';

/** A column of the table, or a member of the struct of a nested field. */
export interface EventColumn {
  readonly field: Field;
  /** Name of the column, or below a nested field the rest of the field's name. */
  readonly name: string;
  readonly type: SqlType;
  readonly isList: boolean;
}

/** A nested field and what its elements hold. */
export interface NestedColumn {
  readonly field: Field;
  readonly name: string;
  readonly members: readonly EventColumn[];
}

/** A table of events, as made and as asked. */
export class CatalogueColumns implements SqlColumns {
  /** Columns of fields, in the order of the catalogue. */
  readonly columns: readonly EventColumn[];
  readonly nested: readonly NestedColumn[];
  /** Names of the fields that it was made of. */
  readonly fieldNames: readonly string[];
  private readonly sources = new Map<Field, SqlSource>();

  /**
   * @param catalogued the fields that get a column
   * @param shape which columns are lists
   */
  constructor(catalogued: readonly Field[], shape: 'usual' | 'lists') {
    const holdsList = ({ name, type }: Field) => type !== 'object' && (shape === 'lists' || USUAL_LISTS.has(name));
    this.fieldNames = catalogued.map(({ name }) => name);
    const nested = catalogued.filter(({ type }) => type === 'nested');
    const columns: EventColumn[] = [];
    for (const field of catalogued) {
      const type = SQL_TYPES[field.type];
      if (type && !nestedAbove(field)) columns.push({ field, name: field.name, type, isList: holdsList(field) });
    }
    this.columns = columns;
    this.nested = nested.map((field) => ({
      field,
      name: field.name,
      members: catalogued.flatMap((member): EventColumn[] => {
        const type = SQL_TYPES[member.type];
        if (!type || nestedAbove(member) !== field) return [];
        return [{ field: member, name: member.name.slice(field.name.length + 1), type, isList: true }];
      }),
    }));
    for (const { field, name, type, isList } of columns) {
      this.sources.set(field, { value: identifier(name), type, isList });
    }
    // Asked for by itself, a field below a nested one has the values of all elements.
    for (const { name, members } of this.nested) {
      for (const { field, name: inner, type } of members) {
        const lists = sql`list_transform(${identifier(name)}, lambda e: ${elementMember('e', inner)})`;
        this.sources.set(field, { value: sql`nullif(flatten(${lists}), [])`, type, isList: true });
      }
    }
  }

  find(field: Field): SqlSource | undefined {
    const known = this.sources.get(field);
    if (known || field.catalogued || field.type !== 'keyword') return known;
    return { value: sql`${identifier(MEMBERS_COLUMN)}[${field.name}]`, type: 'text', isList: true };
  }

  elements(field: Field): SqlElements | undefined {
    const column = this.nested.find((one) => one.field === field);
    return column && { value: identifier(column.name), element: (name) => elementColumns(column, name) };
  }

  /** @returns the name of the column in which the values of a field stand */
  columnOf(field: Field): string {
    if (!field.catalogued) return MEMBERS_COLUMN;
    return nestedAbove(field)?.name ?? field.name;
  }

  /** @returns the type of a source's value */
  valueTypeOf({ type, isList }: SqlSource): string {
    return `${DUCKDB_TYPES[type]}${isList ? '[]' : ''}`;
  }

  /** @returns the type of a field's own column, without quotes; undefined for a field that has none */
  typeOf(field: Field): string | undefined {
    const declared = [...this.columns, ...this.nested].find((column) => column.field === field);
    return declared && columnTypeOf(declared).replaceAll('"', '');
  }

  /** Columns with their types, for CREATE TABLE. */
  declarations(): string[] {
    return [
      ...[...this.columns, ...this.nested].map(declaration),
      `${quotedName(MEMBERS_COLUMN)} MAP(VARCHAR, VARCHAR[])`,
    ];
  }
}

function elementColumns({ members }: NestedColumn, variable: string): SqlColumns {
  return {
    find: (field) => {
      const member = members.find((one) => one.field === field);
      if (!member) return undefined;
      return { value: elementMember(variable, member.name), type: member.type, isList: member.isList };
    },
    elements: () => undefined,
  };
}

function declaration(column: EventColumn | NestedColumn): string {
  return `${quotedName(column.name)} ${columnTypeOf(column)}`;
}

function columnTypeOf(column: EventColumn | NestedColumn): string {
  if ('members' in column) return `STRUCT(${column.members.map(declaration).join(', ')})[]`;
  return `${DUCKDB_TYPES[column.type]}${column.isList ? '[]' : ''}`;
}

function elementMember(variable: string, name: string): Sql {
  return { text: `${variable}.${quotedName(name)}`, parameters: [] };
}

/** Nested fields have columns of their own kind. */
const SQL_TYPES: Readonly<Record<FieldType, SqlType | undefined>> = {
  keyword: 'text',
  wildcard: 'text',
  text: 'text',
  long: 'number',
  double: 'number',
  date: 'number',
  boolean: 'boolean',
  object: 'boolean',
  ip: 'address',
  nested: undefined,
};

const DUCKDB_TYPES: Readonly<Record<SqlType, string>> = {
  text: 'VARCHAR',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  address: 'UHUGEINT',
};

/**
 * @param type of the column
 * @param value one value of the field
 * @returns what stands in the column; undefined for a value that does not fit the field's type
 */
export function toColumnValue(type: SqlType, value: Scalar): string | number | boolean | bigint | undefined {
  switch (type) {
    case 'text':
      return typeof value === 'string' ? value.toWellFormed() : undefined;
    case 'number':
      return typeof value === 'number' ? value : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'address': {
      const address = typeof value === 'string' ? addressOf(value) : undefined;
      return address && addressKey(address);
    }
  }
}
