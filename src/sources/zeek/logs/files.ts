/**
 * files.log: files that Zeek put together, with hashes; `fuid` joins smb_files.log. Older versions name only the hosts
 * that sent and received, newer ones the connection.
 */
import { addressOf } from '../../../base/address/address.ts';
import { baseName } from '../../../event/normalise/share.ts';
import { zeekColumn } from '../columns.ts';
import { CONNECTION_FIELDS, firstOf, hasSmbPort, readLower, readNanoseconds, readText } from '../connection-fields.ts';
import { defineLog } from '../log-mapping.ts';
import type { ZeekRead, ZeekRecord } from '../zeek-record.ts';

const TX = zeekColumn('tx_hosts');
const RX = zeekColumn('rx_hosts');
const IS_ORIG = zeekColumn('is_orig');
const SOURCE = zeekColumn('source');
const SEEN = zeekColumn('seen_bytes');
const FILENAME = zeekColumn('filename');
const UIDS = zeekColumn('conn_uids');

/** The originator sent the file if `is_orig`; without that word the sending host comes first. */
const host = (end: 'orig' | 'resp'): ZeekRead => {
  return (record) => {
    const isSender = (record.boolean(IS_ORIG) !== false) === (end === 'orig');
    const text = record.list(isSender ? TX : RX)?.[0];
    return text === undefined ? undefined : addressOf(text)?.text;
  };
};

const isSmb = (record: ZeekRecord) => record.text(SOURCE)?.toUpperCase() === 'SMB' || hasSmbPort(record);

/** files.log. */
export const files = defineLog({
  path: 'files',
  dataset: 'zeek.files',
  columns: ['fuid', 'mime_type', 'duration', 'total_bytes', 'md5', 'sha1', 'sha256', 'conn_uids', 'source', 'filename'],
  identity: ['fuid', 'source', 'seen_bytes'],
  fields: {
    'event.category': () => ['network', 'file'],
    'event.type': () => ['connection', 'info'],
    'event.duration': readNanoseconds(zeekColumn('duration')),
    'source.ip': firstOf(CONNECTION_FIELDS['source.ip']!, host('orig')),
    'destination.ip': firstOf(CONNECTION_FIELDS['destination.ip']!, host('resp')),
    'network.transport': (record) => (isSmb(record) ? 'tcp' : undefined),
    'network.protocol': readLower(SOURCE),
    'smb.flow.outcome': (record) => {
      if (!isSmb(record)) return undefined;
      return (record.count(SEEN) ?? 0) > 0 ? 'moved' : 'established';
    },
    'file.path': readText(FILENAME),
    'file.name': (record) => baseName(record.text(FILENAME) ?? '') || undefined,
    'file.size': (record) => record.count(zeekColumn('total_bytes')),
    'file.mime_type': readText(zeekColumn('mime_type')),
    'file.hash.md5': readText(zeekColumn('md5')),
    'file.hash.sha1': readText(zeekColumn('sha1')),
    'file.hash.sha256': readText(zeekColumn('sha256')),
    'zeek.fuid': readText(zeekColumn('fuid')),
    'zeek.session_id': firstOf(CONNECTION_FIELDS['zeek.session_id']!, (record) => record.list(UIDS)?.[0]),
  },
});
