/** content/sigma: which events a logsource means, and what Sigma's field names are called here. Read on first use. */
import { readContentJson } from '../../base/content.ts';

/** Values by field of the catalogue, all of which must hold; a list is any of them, `*` any value. */
export type EventCondition = Readonly<Record<string, string | readonly string[]>>;

/** Fields a name stands for; with `values`, what the rule says is translated first. */
export interface FieldMeaning {
  readonly fields: readonly string[];
  /** What the field holds, by what rules say in lower case. */
  readonly values: ReadonlyMap<string, string> | undefined;
}

type WrittenMeaning =
  | string
  | readonly string[]
  | { readonly fields: readonly string[]; readonly values: Readonly<Record<string, string>> };

/** One kind of event a category means. */
export interface LogsourceLine {
  readonly when: EventCondition;
  /** Names that mean something else in these events, or the name of a table of fields. */
  readonly fields?: Readonly<Record<string, WrittenMeaning>> | string;
}

/** What is known of a product. */
export interface ProductLogs {
  readonly when: EventCondition;
  readonly services: Readonly<Record<string, EventCondition>>;
  /** Start of `event.dataset` for services that are not listed; absent: they are unknown. */
  readonly otherServices?: string;
  readonly categories: Readonly<Record<string, readonly LogsourceLine[]>>;
}

interface LogsourceFile {
  readonly products: Readonly<Record<string, ProductLogs>>;
  readonly anyProduct: {
    readonly categories: Readonly<Record<string, readonly LogsourceLine[]>>;
    readonly categoriesWithService: Readonly<Record<string, readonly LogsourceLine[]>>;
  };
}

/** A table of names, folded to lower case. */
export type FieldTable = ReadonlyMap<string, FieldMeaning>;

/** All of content/sigma. */
export interface LogsourceCatalogue {
  readonly products: ReadonlyMap<string, ProductLogs>;
  readonly categories: ReadonlyMap<string, readonly LogsourceLine[]>;
  /** By `category/service`. */
  readonly categoriesWithService: ReadonlyMap<string, readonly LogsourceLine[]>;
  /** Tables by product, `product/service`, or name. */
  readonly tables: ReadonlyMap<string, FieldTable>;
  /** Names of values of Windows events: spelling by folded name. */
  readonly windowsNames: ReadonlyMap<string, string>;
}

let catalogue: LogsourceCatalogue | undefined;

/** @returns what content/sigma says */
export function logsourceCatalogue(): LogsourceCatalogue {
  catalogue ??= read();
  return catalogue;
}

function read(): LogsourceCatalogue {
  const { products, anyProduct } = readContentJson<LogsourceFile>('sigma/logsources.json');
  const { tables } = readContentJson<{ tables: Record<string, Record<string, WrittenMeaning>> }>('sigma/fields.json');
  const { names } = readContentJson<{ names: Record<string, string> }>('sigma/windows-names.json');
  const windowsNames = new Map<string, string>();
  for (const list of Object.values(names)) {
    for (const name of list.split(' ')) if (!windowsNames.has(foldName(name))) windowsNames.set(foldName(name), name);
  }
  return {
    products: new Map(Object.entries(products)),
    categories: new Map(Object.entries(anyProduct.categories)),
    categoriesWithService: new Map(Object.entries(anyProduct.categoriesWithService)),
    tables: new Map(Object.entries(tables).map(([name, rows]) => [name, tableOf(rows)])),
    windowsNames,
  };
}

/** @returns a table as written in a file */
export function tableOf(rows: Readonly<Record<string, WrittenMeaning>>): FieldTable {
  return new Map(Object.entries(rows).map(([name, written]) => [foldName(name), meaningOf(written)]));
}

function meaningOf(written: WrittenMeaning): FieldMeaning {
  if (typeof written === 'string') return { fields: [written], values: undefined };
  if (!('fields' in written)) return { fields: written, values: undefined };
  return { fields: written.fields, values: new Map(Object.entries(written.values)) };
}

/** Names compare without letter case and blanks. */
export function foldName(name: string): string {
  return name.replaceAll(' ', '').toLowerCase();
}
