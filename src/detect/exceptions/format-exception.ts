import { formatTomlPair, formatTomlValue, type TomlValue } from '../import/toml-writer.ts';
import type { Operator } from './exception-keys.ts';

/** An entry to write. */
export interface EntryText {
  readonly field: string;
  readonly operator: Operator;
  readonly value?: TomlValue | undefined;
}

/** An item to write: entries, a query, or both, which must then both hold. */
export interface ItemText {
  readonly entries: readonly EntryText[];
  readonly query?: string | undefined;
}

/** An exception to write. */
export interface ExceptionText {
  readonly id: string;
  readonly name: string;
  readonly rules?: readonly string[] | undefined;
  readonly list?: string | undefined;
  readonly owner: string;
  readonly reason: string;
  readonly comment?: string | undefined;
  /** Times as TOML writes them, without quotes. */
  readonly created?: string | undefined;
  /** Time as TOML writes it, or `never`. */
  readonly expires: string;
  readonly items: readonly ItemText[];
  /** Sentences for the person who reads the file, each above the key it is about. */
  readonly remarks?: Readonly<Partial<Record<'owner' | 'reason' | 'expires' | 'id', string>>>;
}

/** @returns the exception as a piece of an exception file, with its line end */
export function formatException(exception: ExceptionText): string {
  const { remarks = {}, expires } = exception;
  const remark = (key: keyof typeof remarks) => (remarks[key] ?? '').replace(/^(?=.)/gm, '# ').replace(/(?<=.)$/, '\n');
  const head = [
    '[[exception]]\n',
    remark('id'),
    formatTomlPair('id', exception.id),
    formatTomlPair('name', exception.name),
    formatTomlPair('rules', exception.rules),
    formatTomlPair('list', exception.list),
    remark('owner'),
    formatTomlPair('owner', exception.owner),
    remark('reason'),
    formatTomlPair('reason', exception.reason),
    formatTomlPair('comment', exception.comment),
    exception.created === undefined ? '' : `created = ${exception.created}\n`,
    remark('expires'),
    expires === 'never' ? 'expires = "never"\n' : `expires = ${expires}\n`,
  ];
  return [...head, ...exception.items.map(formatItem)].join('');
}

function formatItem({ entries, query }: ItemText): string {
  const lines = entries.map(({ field, operator, value }) => `  ${formatTomlValue({ field, operator, value })},\n`);
  const list = lines.length === 0 ? '' : `entries = [\n${lines.join('')}]\n`;
  return `[[exception.item]]\n${list}${formatTomlPair('query', query)}`;
}
