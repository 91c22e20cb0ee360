/** Exception items of Kibana to our exceptions. An item that cannot be taken over whole is refused: part of it would silence more. */
import { parseIsoTime } from '../../base/time/timestamp.ts';
import { type Document, isDocument } from '../../event/document.ts';
import { fields } from '../../event/field.ts';
import type { KqlNode } from '../../query/kql/ast.ts';
import { printKql } from '../../query/kql/printer.ts';
import type { Operator } from '../exceptions/exception-keys.ts';
import type { EntryText, ExceptionText, ItemText } from '../exceptions/format-exception.ts';
import { andNode, existsNode, isNode, nestedNode, notNode, orNode } from './kql-nodes.ts';
import { NotExpressible } from './not-expressible.ts';

/** Operators of ours for each type of entry: included, excluded. */
const OPERATORS: Readonly<Record<string, readonly [Operator, Operator]>> = {
  match: ['is', 'is_not'],
  match_any: ['is_one_of', 'is_not_one_of'],
  exists: ['exists', 'does_not_exist'],
  wildcard: ['matches', 'does_not_match'],
  list: ['in_list', 'not_in_list'],
};

/**
 * @param item exception item as Kibana exports it
 * @param listName gives the name of a value list by its id; undefined when there is none
 * @returns the exception, for its shared list
 * @throws NotExpressible with the reason in words
 */
export function convertExceptionItem(item: Document, listName: (id: string) => string | undefined): ExceptionText {
  const id = textOf(item['item_id']);
  const list = textOf(item['list_id']);
  const entries = item['entries'];
  if (id === undefined || list === undefined) throw new NotExpressible('an exception item has no item_id or list_id');
  if (!Array.isArray(entries) || entries.length === 0) throw new NotExpressible('the item has no entries');
  if (Array.isArray(item['os_types']) && item['os_types'].length > 0) {
    throw new NotExpressible('the item is for the endpoint agent (os_types)');
  }
  const name = textOf(item['name']) ?? id;
  return {
    id,
    name,
    list,
    owner: textOf(item['created_by']) ?? 'imported',
    reason: textOf(item['description']) ?? name,
    comment: commentOf(item),
    created: timeOf(item['created_at']),
    expires: expiryOf(item['expire_time']),
    items: [convertEntries(entries, listName)],
  };
}

function convertEntries(entries: readonly unknown[], listName: (id: string) => string | undefined): ItemText {
  const plain: EntryText[] = [];
  const nested: KqlNode[] = [];
  for (const entry of entries) {
    if (!isDocument(entry)) throw new NotExpressible('an entry is no object');
    const field = textOf(entry['field']);
    if (field === undefined) throw new NotExpressible('an entry names no field');
    if (entry['type'] === 'nested') nested.push(nestedToKql(field, entry['entries']));
    else plain.push(convertEntry(field, entry, listName));
  }
  return { entries: plain, query: nested.length === 0 ? undefined : printKql(andNode(nested)) };
}

function convertEntry(field: string, entry: Document, listName: (id: string) => string | undefined): EntryText {
  const { type, value } = entry;
  const operator = operatorOf(entry);
  switch (type) {
    case 'exists':
      return { field, operator };
    case 'match':
      return { field, operator, value: scalarOf(value, field) };
    case 'wildcard':
      return { field, operator, value: patternOf(textOf(value), field) };
    case 'match_any':
      return { field, operator, value: scalarsOf(value, field) };
    default: {
      const list = isDocument(entry['list']) ? textOf(entry['list']['id']) : undefined;
      const name = list === undefined ? undefined : listName(list);
      if (name === undefined) throw new NotExpressible(`the value list ${JSON.stringify(list ?? null)} is missing`);
      return { field, operator, value: name };
    }
  }
}

function operatorOf(entry: Document): Operator {
  const { type, operator } = entry;
  const pair = typeof type === 'string' && Object.hasOwn(OPERATORS, type) ? OPERATORS[type] : undefined;
  if (!pair) throw new NotExpressible(`there is no entry type ${JSON.stringify(type ?? null)}`);
  if (operator !== 'included' && operator !== 'excluded') {
    throw new NotExpressible(`an entry is neither included nor excluded, but ${JSON.stringify(operator ?? null)}`);
  }
  return pair[operator === 'included' ? 0 : 1];
}

/** Conditions that one element must meet; the only thing of exceptions that is written as KQL. */
function nestedToKql(path: string, entries: unknown): KqlNode {
  if (fields.find(path)?.type !== 'nested') throw new NotExpressible(`"${path}" is not a nested field here`);
  if (!Array.isArray(entries) || entries.length === 0) throw new NotExpressible(`nested "${path}" has no entries`);
  const parts = entries.map((entry: unknown) => {
    const field = isDocument(entry) ? textOf(entry['field']) : undefined;
    if (!isDocument(entry) || field === undefined)
      throw new NotExpressible(`nested "${path}" has an entry without field`);
    if (!fields.find(`${path}.${field}`)) throw new NotExpressible(`there is no field "${path}.${field}" here`);
    const operator = operatorOf(entry);
    const condition = nestedCondition(field, entry);
    return operator === OPERATORS[String(entry['type'])]![0] ? condition : notNode(condition);
  });
  return nestedNode(path, andNode(parts));
}

function nestedCondition(field: string, entry: Document): KqlNode {
  switch (entry['type']) {
    case 'match':
      return isNode(field, scalarOf(entry['value'], field));
    case 'match_any':
      return orNode(scalarsOf(entry['value'], field).map((value) => isNode(field, value)));
    case 'exists':
      return existsNode(field);
    default:
      throw new NotExpressible(`a nested entry of type ${JSON.stringify(entry['type'])} cannot be written here`);
  }
}

/** Elasticsearch reads `\\\\` as one backslash and drops a single one; our patterns know no escapes. */
function patternOf(text: string | undefined, field: string): string {
  if (text === undefined) throw new NotExpressible(`the pattern for "${field}" is no text`);
  const single = /\\./.exec(text.replaceAll('\\\\', ''))?.[0];
  if (single !== undefined) {
    throw new NotExpressible(
      `the pattern for "${field}" holds "${single}", which means a plain "${single.charAt(1)}" there`,
    );
  }
  return text.replaceAll('\\\\', '\\');
}

function scalarsOf(value: unknown, field: string): string[] {
  if (!Array.isArray(value) || value.length === 0) throw new NotExpressible(`"${field}" has no list of values`);
  return value.map((one: unknown) => scalarOf(one, field));
}

function scalarOf(value: unknown, field: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new NotExpressible(`"${field}" has no value`);
}

function expiryOf(time: unknown): string {
  if (time === undefined || time === null) return 'never';
  const text = timeOf(time);
  if (text === undefined) throw new NotExpressible(`expire_time ${JSON.stringify(time)} is no time`);
  return text;
}

/** @returns the time as TOML writes it, or undefined when it is none */
function timeOf(time: unknown): string | undefined {
  if (typeof time !== 'string' || !parseIsoTime(time)) return undefined;
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/.test(time) ? time : undefined;
}

function commentOf(item: Document): string | undefined {
  const comments = Array.isArray(item['comments']) ? item['comments'].filter(isDocument) : [];
  const lines = comments.map(({ comment, created_by: by, created_at: at }) => {
    const who = [by, at].filter((one) => typeof one === 'string').join(' ');
    return `${who}${who === '' ? '' : ': '}${typeof comment === 'string' ? comment : JSON.stringify(comment)}`;
  });
  const tags =
    Array.isArray(item['tags']) && item['tags'].length > 0 ? [`tags: ${item['tags'].map(String).join(', ')}`] : [];
  return [...lines, ...tags].join('\n') || undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
