/** Files as Zeek's SMB scripts write them: the lines of smb_files.log, and `referenced_file.*` inside smb_cmd.log. */
import type { FieldValue } from '../../event/document.ts';
import { pipeName } from '../../event/normalise/share.ts';
import { zeekColumn } from './columns.ts';
import type { ZeekRead, ZeekRecord } from './zeek-record.ts';

/** Zeek's name for opening the share itself. */
const SHARE_ROOT = '<share_root>';
/** Zeek's name for a pipe share whose tree connect it did not see. */
const UNKNOWN_TREE = '<unknown>';

/** Columns of a file record, without prefix. */
export const FILE_COLUMNS: readonly string[] = [
  'fuid',
  'action',
  'path',
  'name',
  'size',
  'prev_name',
  'times.modified',
  'times.accessed',
  'times.created',
  'times.changed',
];

const TYPES: ReadonlyMap<string, string> = new Map([
  ['SMB::FILE_DELETE', 'deletion'],
  ['SMB::FILE_RENAME', 'change'],
  ['SMB::FILE_WRITE', 'change'],
  ['SMB::FILE_SET_ATTRIBUTE', 'change'],
]);

/** ECS event.type of a file action, beside connection and protocol. */
export function fileActionType(action: string | undefined): string {
  return TYPES.get(action ?? '') ?? 'access';
}

/** @returns whether the content of a file (or a print job) was read or written, which proves that data moved */
export function isTransfer(action: string | undefined): boolean {
  return action !== undefined && /^SMB::(?:FILE|PRINT)_(?:READ|WRITE)$/.test(action);
}

/** @returns whether the action concerns a pipe, which is no file */
export function isPipeAction(action: string | undefined): boolean {
  return action?.startsWith('SMB::PIPE_') === true;
}

/** Reads the share, unless Zeek says that it does not know it. */
export function readShare(column: number): ZeekRead {
  return (record) => {
    const path = record.text(column);
    return path === UNKNOWN_TREE ? undefined : path;
  };
}

/**
 * Fields of a file record.
 *
 * @param prefix empty, or `referenced_file.`
 */
export function fileFields(prefix: '' | 'referenced_file.'): Readonly<Record<string, ZeekRead>> {
  const column = (name: string) => zeekColumn(prefix + name);
  const ACTION = column('action');
  const NAME = column('name');
  const PREVIOUS = column('prev_name');
  const SIZE = column('size');
  const FUID = column('fuid');
  const share = readShare(column('path'));
  const time = (name: string): ZeekRead => {
    const at = column(`times.${name}`);
    return (record) => record.time(at);
  };
  const isFile = (record: ZeekRecord) => !isPipeAction(record.text(ACTION));
  const isRoot = (record: ZeekRecord) => record.text(NAME) === SHARE_ROOT;

  const name: ZeekRead = (record) => (isFile(record) && !isRoot(record) ? record.text(NAME) : undefined);
  const fullPath: ZeekRead = (record, view): FieldValue => {
    const below = record.text(NAME);
    const above = share(record, view);
    if (below === undefined || typeof above !== 'string' || !isFile(record)) return undefined;
    return isRoot(record) ? above : `${above}\\${below.replace(/^\\+/, '')}`;
  };
  return {
    'smb.share.path': share,
    'smb.file.path': name,
    'smb.file.previous_name': (record) => record.text(PREVIOUS),
    'smb.pipe.name': (record) => (isFile(record) ? undefined : pipeName(record.text(NAME) ?? '')),
    'file.path': fullPath,
    'file.type': (record) => (isRoot(record) ? 'dir' : undefined),
    'file.size': (record) => (isFile(record) ? record.count(SIZE) : undefined),
    'file.mtime': time('modified'),
    'file.accessed': time('accessed'),
    'file.created': time('created'),
    'file.ctime': time('changed'),
    'zeek.fuid': (record) => record.text(FUID),
  };
}
