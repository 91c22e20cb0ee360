/** Keys of exception files, for the check, the types and the reference page. */
import { flag, list, locatedText, oneOf, table, tables, text, texts } from '../../base/toml/shapes.ts';
import type { TomlNode } from '../../base/toml/toml-node.ts';
import type { Shape, TableRead } from '../../base/toml/toml-reader.ts';
import { type Instant, parseInstant } from './instant.ts';

/** Operators of an entry; each `not` is the plain opposite and so holds for events without the field. */
const OPERATORS = [
  'is',
  'is_not',
  'is_one_of',
  'is_not_one_of',
  'exists',
  'does_not_exist',
  'matches',
  'does_not_match',
  'in_range',
  'in_list',
  'not_in_list',
] as const;
/** See {@link OPERATORS}. */
export type Operator = (typeof OPERATORS)[number];

/** When an exception ends; `Infinity` for `never`. */
interface Expiry {
  readonly ms: number;
  readonly text: string;
}

const expiry: Shape<Expiry> = {
  type: 'a time, or "never"',
  read: (node, name, reader) => {
    if (node.kind === 'text' && node.value === 'never') return { ms: Infinity, text: 'never' };
    const instant = parseInstant(node);
    if (instant && (node.kind === 'date' || node.kind === 'text')) return { ms: instant.ms, text: node.value };
    return reader.wrongType(
      name,
      'a time, or "never"',
      node,
      'such as 2026-05-01T00:00:00Z; write "never" only if it is meant',
    );
  },
};

const instant: Shape<Instant> = {
  type: 'a time',
  read: (node, name, reader) => parseInstant(node) ?? reader.wrongType(name, 'a time', node, 'such as 2026-05-01'),
};

const step: Shape<string | number> = {
  type: 'a number from 1 on, a leg name, "any" or "all"',
  read: (node, name, reader) => {
    if (node.kind === 'text' && node.value.trim() !== '') return node.value;
    if (node.kind === 'number' && Number.isSafeInteger(node.value) && node.value >= 1) return node.value;
    return reader.wrongType(name, step.type, node);
  },
};

/** Any value; the field's type decides later. */
const anyValue: Shape<TomlNode> = { type: 'what the operator and the field take', read: (node) => node };

const ENTRY_KEYS = {
  field: { shape: text(), meaning: 'Name of the field', required: true },
  operator: { shape: oneOf(OPERATORS), meaning: 'How the field is compared', required: true },
  value: { shape: anyValue, meaning: 'Value, list of values, range, or name of a value list' },
} as const;

const ITEM_KEYS = {
  entries: { shape: list(table(ENTRY_KEYS), { min: 1 }), meaning: 'Conditions that must all hold' },
  query: { shape: locatedText('a KQL query'), meaning: 'Condition as KQL; holds together with the entries' },
} as const;

/** Keys of one `[[exception]]`. */
export const EXCEPTION_KEYS = {
  id: { shape: text(), meaning: 'Name for ever, unique over all files', required: true },
  name: { shape: text(), meaning: 'What it is, in words', required: true },
  rules: { shape: texts(), meaning: 'Ids of rules it silences, or "*" for every rule' },
  list: { shape: text(), meaning: 'Shared list it belongs to; rules name the list in their key exceptions' },
  owner: { shape: text(), meaning: 'Who answers for it', required: true },
  reason: { shape: text(), meaning: 'Why these events are harmless', required: true },
  comment: { shape: text({ empty: true }), meaning: 'Anything else' },
  created: { shape: instant, meaning: 'When it was made' },
  expires: { shape: expiry, meaning: 'First moment at which it no longer silences, or "never"', required: true },
  template: { shape: flag(), meaning: 'An example: never active', default: 'false' },
  level: { shape: oneOf(['event']), meaning: 'What is tested: single events', default: 'event' },
  step: {
    shape: step,
    meaning: 'Members of a sequence or correlation that are tested: number or name of a leg, "any", "all"',
    default: 'any',
  },
  before: { shape: flag(), meaning: 'Drop events before a sequence or correlation sees them', default: 'false' },
  item: { shape: tables(ITEM_KEYS), meaning: 'Alternatives: one that holds is enough', required: true },
} as const;

/** An exception as read. */
export type ExceptionRead = TableRead<typeof EXCEPTION_KEYS>;
/** An item as read. */
export type ItemRead = TableRead<typeof ITEM_KEYS>;
/** An entry as read. */
export type EntryRead = TableRead<typeof ENTRY_KEYS>;
