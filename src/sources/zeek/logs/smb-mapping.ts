/** smb_mapping.log: shares that were connected to. Only successful connects are written. */
import { zeekColumn } from '../columns.ts';
import { SMB_FIELDS } from '../connection-fields.ts';
import { readShare } from '../file-fields.ts';
import { defineLog } from '../log-mapping.ts';

const SHARE_TYPE = zeekColumn('share_type');

/** smb_mapping.log. */
export const smbMapping = defineLog({
  path: 'smb_mapping',
  dataset: 'zeek.smb_mapping',
  columns: ['path', 'share_type'],
  identity: ['path', 'share_type', 'service'],
  fields: {
    ...SMB_FIELDS,
    'event.type': () => ['connection', 'protocol'],
    'smb.share.path': readShare(zeekColumn('path')),
    'smb.share.type': (record) => record.text(SHARE_TYPE)?.toUpperCase(),
  },
});
