/** The Zeek logs we know, and how the others are read. */
import type { Column } from '../record.ts';
import { zeekColumn } from './columns.ts';
import { readLower } from './connection-fields.ts';
import { defineLog, type ZeekLog } from './log-mapping.ts';
import { conn } from './logs/conn.ts';
import { dceRpc } from './logs/dce-rpc.ts';
import { files } from './logs/files.ts';
import { kerberos } from './logs/kerberos.ts';
import { notice } from './logs/notice.ts';
import { ntlm } from './logs/ntlm.ts';
import { quic } from './logs/quic.ts';
import { smbCmd } from './logs/smb-cmd.ts';
import { smbFiles } from './logs/smb-files.ts';
import { smbMapping } from './logs/smb-mapping.ts';

/** Logs with a mapping of their own. */
const ZEEK_LOGS: readonly ZeekLog[] = [conn, smbFiles, smbMapping, smbCmd, dceRpc, ntlm, kerberos, notice, files, quic];

/** Datasets of Zeek's sources; a log without a mapping of its own is `zeek.<path>`. */
export const ZEEK_DATASETS: readonly string[] = [...ZEEK_LOGS.map((log) => log.mapping.dataset), 'zeek.*'];

const byPath = new Map(ZEEK_LOGS.map((log) => [log.path, log]));
/** Unknown logs met so far. Zeek writes some sixty kinds; more distinct names than this are not Zeek's doing. */
const MAX_LOGS = 256;
const UNNAMED = 'log';

/**
 * @param path what `#path`, `_path` or `@stream` says; undefined when nothing says what kind of log it is
 * @returns the log; unknown kinds share one mapping once there are more than 256 of them
 */
export function zeekLog(path: string | undefined): ZeekLog {
  const known = byPath.get(path ?? UNNAMED);
  if (known) return known;
  const isNew = path !== undefined && byPath.size < MAX_LOGS && /^[a-z][a-z0-9_-]{0,63}$/i.test(path);
  const name = isNew ? path : UNNAMED;
  const made = byPath.get(name) ?? genericLog(name);
  byPath.set(name, made);
  return made;
}

/** A log without a mapping of its own: connection and time as fields, everything else below `zeek.<path>`. */
function genericLog(path: string): ZeekLog {
  return defineLog({
    path,
    dataset: `zeek.${path}`,
    columns: ['proto'],
    identity: 'all',
    fields: {
      'event.type': () => ['info'],
      'network.transport': readLower(zeekColumn('proto')),
    },
  });
}

/** Columns that only one kind of log has, in the order in which they are asked. */
const SIGNS: readonly (readonly [string, readonly Column[]])[] = [
  ['conn', ['conn_state']],
  ['smb_mapping', ['share_type']],
  ['smb_cmd', ['command', 'version', 'rtt']],
  ['smb_cmd', ['command', 'tree']],
  ['smb_files', ['action', 'path']],
  ['smb_files', ['action', 'name']],
  ['dce_rpc', ['endpoint', 'operation']],
  ['kerberos', ['request_type']],
  ['kerberos', ['client', 'service', 'till']],
  ['kerberos', ['client', 'service', 'success']],
  ['ntlm', ['domainname', 'hostname']],
  ['ntlm', ['server_nb_computer_name']],
  ['notice', ['note']],
  ['quic', ['client_protocol']],
  ['files', ['fuid', 'seen_bytes']],
].map(([path, names]) => [path as string, (names as string[]).map(zeekColumn)] as const);

/**
 * Kind of a log by its columns, for lines that do not name it.
 *
 * @param has whether the log (TSV) or the object (JSON) has a column
 * @returns path, or undefined when the columns fit none
 */
export function pathOfColumns(has: (column: Column) => boolean): string | undefined {
  return SIGNS.find(([, columns]) => columns.every(has))?.[0];
}
