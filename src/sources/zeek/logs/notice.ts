/** notice.log: what Zeek's own scripts found remarkable. Some notices have no connection, only addresses. */
import { zeekColumn } from '../columns.ts';
import { CONNECTION_FIELDS, firstOf, readAddress, readLower, readText } from '../connection-fields.ts';
import { defineLog } from '../log-mapping.ts';

const PORT = zeekColumn('p');

/** notice.log. */
export const notice = defineLog({
  path: 'notice',
  dataset: 'zeek.notice',
  columns: ['proto', 'note', 'msg', 'src', 'dst', 'p', 'fuid'],
  identity: ['note', 'msg', 'sub', 'src', 'dst', 'p', 'fuid'],
  fields: {
    'event.kind': () => 'alert',
    'event.category': () => ['network', 'intrusion_detection'],
    'event.type': () => ['info'],
    message: readText(zeekColumn('msg')),
    'rule.name': readText(zeekColumn('note')),
    'network.transport': readLower(zeekColumn('proto')),
    'source.ip': firstOf(CONNECTION_FIELDS['source.ip']!, readAddress(zeekColumn('src'))),
    'destination.ip': firstOf(CONNECTION_FIELDS['destination.ip']!, readAddress(zeekColumn('dst'))),
    'destination.port': firstOf(CONNECTION_FIELDS['destination.port']!, (record) => record.port(PORT)),
    'zeek.fuid': readText(zeekColumn('fuid')),
  },
});
