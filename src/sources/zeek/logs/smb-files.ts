/**
 * smb_files.log: files opened, renamed, deleted, printed; read, written and closed only where the site asked for it. Zeek
 * leaves out repeats within three minutes. `size` is the size when the file was opened: 0 for an upload.
 */
import { zeekColumn } from '../columns.ts';
import { readText, SMB_FIELDS } from '../connection-fields.ts';
import { FILE_COLUMNS, fileActionType, fileFields, isPipeAction, isTransfer } from '../file-fields.ts';
import { defineLog } from '../log-mapping.ts';

const ACTION = zeekColumn('action');

/** smb_files.log. */
export const smbFiles = defineLog({
  path: 'smb_files',
  dataset: 'zeek.smb_files',
  columns: FILE_COLUMNS,
  identity: ['action', 'path', 'name', 'prev_name', 'size', 'fuid'],
  fields: {
    ...SMB_FIELDS,
    ...fileFields(''),
    'event.category': (record) => (isPipeAction(record.text(ACTION)) ? ['network'] : ['network', 'file']),
    'event.type': (record) => ['connection', 'protocol', fileActionType(record.text(ACTION))],
    'event.action': readText(ACTION),
    'smb.flow.outcome': (record) => (isTransfer(record.text(ACTION)) ? 'moved' : 'established'),
  },
});
