import { type Document, isDocument } from '../../event/document.ts';
import { shortName } from './short-name.ts';
import { parseListEntry, type ListKind } from '../value-lists/value-list-entry.ts';
import { formatListEntry } from '../value-lists/list-text.ts';

/** A value list taken over. */
export interface ImportedList {
  /** Name that exceptions and queries use; the file must be called so, with `.txt` behind it. */
  readonly name: string;
  /** Text of the file. */
  readonly text: string;
  readonly notes: readonly string[];
}

/** Kinds by the type Kibana gives a list. Numbers and truth values compare as texts here. */
const KINDS: Readonly<Record<string, ListKind>> = {
  ip: 'ip',
  ip_range: 'ip_range',
  keyword: 'keyword',
  text: 'text',
  boolean: 'keyword',
  byte: 'keyword',
  short: 'keyword',
  integer: 'keyword',
  long: 'keyword',
  float: 'keyword',
  double: 'keyword',
};

/** @returns the kind a list of this type becomes, or undefined for types we have no test for (dates, shapes) */
export function listKindOf(type: unknown): ListKind | undefined {
  return typeof type === 'string' && Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
}

/** @returns the name of a list: its id without the extension of the file it was uploaded from */
export function listNameOf(id: string): string {
  return shortName(id.replace(/\.(txt|csv)$/i, '').replace(/[^A-Za-z0-9._-]+/g, '-') || 'list');
}

/**
 * @param id id of the list
 * @param list list as exported
 * @param kind see {@link listKindOf}
 * @param items its items in their order, each with a `value`
 */
export function convertList(id: string, list: Document, kind: ListKind, items: readonly Document[]): ImportedList {
  const notes: string[] = [];
  const head = [
    `# kind: ${kind}`,
    ...(typeof list['description'] === 'string' ? [`# ${oneLine(list['description'])}`] : []),
  ];
  const lines = items.flatMap((item) => {
    const value = valueOf(item['value']);
    const problem = value === undefined ? 'is no value' : parseListEntry(value, kind, false);
    if (value !== undefined && typeof problem === 'object' && problem.kind !== 'problem')
      return [formatListEntry(value, false)];
    notes.push(`the entry ${JSON.stringify(item['value'])} cannot be read and is left out`);
    return [];
  });
  if (list['type'] === 'text') notes.push('texts are compared whole here, without regard to case, not word by word');
  return { name: listNameOf(id), text: `${[...head, ...lines].join('\n')}\n`, notes };
}

function valueOf(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (isDocument(value) && typeof value['gte'] === 'string' && typeof value['lte'] === 'string') {
    return `${value['gte']}-${value['lte']}`;
  }
  return undefined;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
