/** smb_cmd.log: every SMB command with its answer, where the site loads log-cmds. */
import type { FieldValue } from '../../../event/document.ts';
import { ntStatusOutcome } from '../../nt-status.ts';
import { zeekColumn } from '../columns.ts';
import { firstOf, readLower, readNanoseconds, readText, SMB_FIELDS } from '../connection-fields.ts';
import { FILE_COLUMNS, fileActionType, fileFields, isPipeAction, isTransfer, readShare } from '../file-fields.ts';
import { defineLog } from '../log-mapping.ts';
import type { ZeekRecord } from '../zeek-record.ts';

const COMMAND = zeekColumn('command');
const STATUS = zeekColumn('status');
const TREE_SERVICE = zeekColumn('tree_service');
const FILE_ACTION = zeekColumn('referenced_file.action');
const FILE_NAME = zeekColumn('referenced_file.name');
const FILE = fileFields('referenced_file.');

/** SMB1 names services (MS-CIFS 2.2.4.55), SMB2 share types. */
const SHARE_TYPES: ReadonlyMap<string, string> = new Map([
  ['A:', 'DISK'],
  ['IPC', 'PIPE'],
  ['LPT1:', 'PRINT'],
  ['DISK', 'DISK'],
  ['PIPE', 'PIPE'],
  ['PRINT', 'PRINT'],
]);

/** Zeek writes NT status names without their prefix. */
function status(record: ZeekRecord): string | undefined {
  const text = record.text(STATUS);
  return text === undefined || text.startsWith('STATUS_') ? text : `STATUS_${text}`;
}

function answer(record: ZeekRecord): 'success' | 'failure' | 'unknown' {
  const name = status(record);
  return name === undefined ? 'unknown' : ntStatusOutcome(name);
}

/** A read or write that was answered by yes, on something that is known to be no pipe. */
function movedData(record: ZeekRecord): boolean {
  if (answer(record) !== 'success') return false;
  if (!/^(?:READ|WRITE)(?:_|$)/.test(record.text(COMMAND) ?? '')) return false;
  const action = record.text(FILE_ACTION);
  return action === undefined ? shareType(record) === 'DISK' : isTransfer(action);
}

function shareType(record: ZeekRecord): string | undefined {
  return SHARE_TYPES.get(record.text(TREE_SERVICE)?.toUpperCase() ?? '');
}

function isFileCommand(record: ZeekRecord): boolean {
  return record.has(FILE_NAME) && !isPipeAction(record.text(FILE_ACTION));
}

function types(record: ZeekRecord): FieldValue {
  const action = record.text(FILE_ACTION);
  return action !== undefined && isFileCommand(record)
    ? ['connection', 'protocol', fileActionType(action)]
    : ['connection', 'protocol'];
}

/** smb_cmd.log. */
export const smbCmd = defineLog({
  path: 'smb_cmd',
  dataset: 'zeek.smb_cmd',
  columns: [
    'command',
    'status',
    'rtt',
    'version',
    'username',
    'tree',
    'tree_service',
    ...FILE_COLUMNS.map((name) => `referenced_file.${name}`),
  ],
  identity: [
    'command',
    'sub_command',
    'argument',
    'status',
    'rtt',
    'tree',
    'tree_service',
    'referenced_file.name',
    'referenced_file.action',
    'referenced_file.size',
    'referenced_file.fuid',
  ],
  fields: {
    ...SMB_FIELDS,
    ...FILE,
    'event.category': (record) => (isFileCommand(record) ? ['network', 'file'] : ['network']),
    'event.type': types,
    'event.action': readText(COMMAND),
    'event.outcome': answer,
    'event.duration': readNanoseconds(zeekColumn('rtt')),
    'user.name': readText(zeekColumn('username')),
    'smb.command': readLower(COMMAND),
    'smb.status': status,
    'smb.version': readText(zeekColumn('version')),
    'smb.share.path': firstOf(readShare(zeekColumn('tree')), FILE['smb.share.path']!),
    'smb.share.type': (record) => shareType(record) ?? record.text(TREE_SERVICE),
    // The scripts put the dialect that the server chose into the argument of the negotiation.
    'smb.dialect': (record) =>
      record.text(COMMAND)?.startsWith('NEGOTIATE') ? record.text(zeekColumn('argument')) : undefined,
    'smb.flow.outcome': (record) => (movedData(record) ? 'moved' : 'established'),
    'zeek.smb_cmd.file_action': readText(FILE_ACTION),
  },
});
