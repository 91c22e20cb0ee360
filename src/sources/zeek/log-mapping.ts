/** Makes the mapping of one Zeek log: connection fields, its own fields, and everything else below its name. */
import { canonicalJson } from '../../event/document.ts';
import { type Column } from '../record.ts';
import { defineMapping, type Mapping, type Read } from '../mapping.ts';
import { columnKinds, zeekColumn, zeekColumns } from './columns.ts';
import { CONNECTION_COLUMNS, CONNECTION_FIELDS } from './connection-fields.ts';
import type { ZeekRead, ZeekRecord } from './zeek-record.ts';

/** One kind of Zeek log. */
export interface ZeekLog {
  /** What `#path`, `_path` or `@stream` says. */
  readonly path: string;
  readonly mapping: Mapping;
}

/** What a Zeek log is made of. */
export interface ZeekLogParts {
  readonly path: string;
  /** event.dataset, and the name below which columns without an ECS name go. */
  readonly dataset: string;
  /** Fields beside those of every log; a field named here replaces the common one. */
  readonly fields: Readonly<Record<string, ZeekRead>>;
  /** Columns that the fields read; all others are written below the dataset. */
  readonly columns: readonly string[];
  /** Columns that tell lines of one uid and one moment apart, or `all`. */
  readonly identity: readonly string[] | 'all';
}

/** Numbers the fields and columns of a log. */
export function defineLog(parts: ZeekLogParts): ZeekLog {
  const used = new Set([...CONNECTION_COLUMNS, ...parts.columns].map(zeekColumn));
  const rest = columnKinds.flatMap((kind, column) => (kind === 'marker' || used.has(column) ? [] : [column]));
  const reads: Record<string, ZeekRead> = {};
  for (const column of rest) {
    reads[`${parts.dataset}.${zeekColumns.names[column]!}`] = (record) => record.plain(column);
  }
  const columns = parts.identity === 'all' ? undefined : parts.identity.map(zeekColumn);
  // Zeek's records are the only ones these mappings are pointed at (tsv.ts, dialect.ts).
  const mapping = defineMapping({
    dataset: parts.dataset,
    restBelow: parts.dataset,
    fields: { ...CONNECTION_FIELDS, ...reads, ...parts.fields } as Readonly<Record<string, Read>>,
    identity: (record) =>
      columns === undefined ? identityOfAll(record as ZeekRecord) : identityOf(record as ZeekRecord, columns),
  });
  return { path: parts.path, mapping };
}

const TIME = zeekColumn('ts');
const UID = zeekColumn('uid');
const TUPLE = CONNECTION_COLUMNS.filter((name) => name.startsWith('id.')).map(zeekColumn);
const ALL = columnKinds.flatMap((kind, column) => (kind === 'marker' ? [] : [column]));

/** The uid stands for the addresses and ports; logs without one are told apart by them. */
function identityOf(record: ZeekRecord, columns: readonly Column[]): string[] {
  const uid = record.text(UID);
  const parts = uid === undefined ? TUPLE.map((column) => identityText(record, column)) : [uid];
  parts.push(identityText(record, TIME));
  for (const column of columns) parts.push(identityText(record, column));
  return parts;
}

/** Logs we know nothing about: every column counts. A dot and an underscore are the same name in two spellings. */
function identityOfAll(record: ZeekRecord): string[] {
  const others = [...record.others()].map(([name, value]) => `${name.replaceAll('.', '_')}=${canonicalJson(value)}`);
  const known = ALL.filter((column) => record.has(column));
  return [...known.map((column) => `${zeekColumns.names[column]!}=${identityText(record, column)}`), ...others.sort()];
}

/** Text of a value, the same in every spelling: times and intervals as whole microseconds. */
function identityText(record: ZeekRecord, column: Column): string {
  switch (columnKinds[column]) {
    case 'time': {
      const ms = record.time(column);
      return ms === undefined ? (record.text(column) ?? '') : String(Math.round(ms * 1000));
    }
    case 'interval':
      return String(record.interval(column) ?? record.text(column) ?? '');
    case 'boolean':
      return String(record.boolean(column) ?? '');
    case 'count':
    case 'port':
      return String(record.number(column) ?? record.text(column) ?? '');
    case 'list':
      return (record.list(column) ?? []).join(',');
    default:
      return record.text(column) ?? '';
  }
}
