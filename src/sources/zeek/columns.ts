/**
 * Every column of the Zeek logs we know, numbered once for all logs and both spellings. The kind is Zeek's type in short;
 * it decides how a column without an ECS name is written, so that TSV and JSON give the same document.
 */
import { type Column, Columns } from '../record.ts';

/** Zeek's types in short. A marker says what kind of log a line is or who wrote it; it is no part of the observation. */
export type ColumnKind = 'text' | 'time' | 'interval' | 'count' | 'port' | 'boolean' | 'list' | 'marker';

const FILE: readonly (readonly [string, ColumnKind])[] = [
  ['fuid', 'text'],
  ['action', 'text'],
  ['path', 'text'],
  ['name', 'text'],
  ['size', 'count'],
  ['prev_name', 'text'],
  ['times.modified', 'time'],
  ['times.accessed', 'time'],
  ['times.created', 'time'],
  ['times.changed', 'time'],
];

const CONNECTION: readonly (readonly [string, ColumnKind])[] = [
  ['ts', 'time'],
  ['uid', 'text'],
  ['id.orig_h', 'text'],
  ['id.orig_p', 'port'],
  ['id.resp_h', 'text'],
  ['id.resp_p', 'port'],
];

/** Name as TSV writes it, kind, and names that no rule gives. */
const ROWS: readonly (readonly [name: string, kind: ColumnKind, ...aliases: string[]])[] = [
  ['_path', 'marker', '@stream'],
  ['_system_name', 'marker', '@system'],
  ['_proc', 'marker', '@proc', '_node_name'],
  ['_write_ts', 'marker'],
  ...CONNECTION,
  ...FILE,
  // conn
  ['proto', 'text'],
  ['service', 'list'],
  ['duration', 'interval'],
  ['orig_bytes', 'count'],
  ['resp_bytes', 'count'],
  ['conn_state', 'text'],
  ['local_orig', 'boolean'],
  ['local_resp', 'boolean'],
  ['missed_bytes', 'count'],
  ['history', 'text'],
  ['orig_pkts', 'count'],
  ['orig_ip_bytes', 'count'],
  ['resp_pkts', 'count'],
  ['resp_ip_bytes', 'count'],
  ['tunnel_parents', 'list'],
  ['orig_l2_addr', 'text'],
  ['resp_l2_addr', 'text'],
  ['vlan', 'count'],
  ['inner_vlan', 'count'],
  ['community_id', 'text'],
  // smb_mapping
  ['native_file_system', 'text'],
  ['share_type', 'text'],
  // smb_cmd
  ['command', 'text'],
  ['sub_command', 'text'],
  ['argument', 'text'],
  ['status', 'text'],
  ['rtt', 'interval'],
  ['version', 'text'],
  ['username', 'text'],
  ['tree', 'text'],
  ['tree_service', 'text'],
  ...[...CONNECTION, ...FILE].map(([name, kind]) => [`referenced_file.${name}`, kind] as const),
  // dce_rpc
  ['named_pipe', 'text'],
  ['endpoint', 'text'],
  ['operation', 'text'],
  // ntlm
  ['hostname', 'text'],
  ['domainname', 'text'],
  ['server_nb_computer_name', 'text'],
  ['server_dns_computer_name', 'text'],
  ['server_tree_name', 'text'],
  ['success', 'boolean'],
  // kerberos
  ['request_type', 'text'],
  ['client', 'text'],
  ['error_msg', 'text'],
  ['from', 'time'],
  ['till', 'time'],
  ['cipher', 'text'],
  ['forwardable', 'boolean'],
  ['renewable', 'boolean'],
  // notice
  ['note', 'text'],
  ['msg', 'text'],
  ['sub', 'text'],
  ['src', 'text'],
  ['dst', 'text'],
  ['p', 'port'],
  ['n', 'count'],
  ['actions', 'list'],
  ['suppress_for', 'interval'],
  // files
  ['tx_hosts', 'list'],
  ['rx_hosts', 'list'],
  ['conn_uids', 'list'],
  ['source', 'text'],
  ['mime_type', 'text'],
  ['filename', 'text'],
  ['is_orig', 'boolean'],
  ['seen_bytes', 'count'],
  ['total_bytes', 'count'],
  ['md5', 'text'],
  ['sha1', 'text'],
  ['sha256', 'text'],
  // quic
  ['client_protocol', 'text'],
  ['server_name', 'text'],
];

/** Columns of all Zeek logs. */
export const zeekColumns = new Columns(ROWS.map(([name]) => name));

/** Kind of each column, by column number. */
export const columnKinds: readonly ColumnKind[] = ROWS.map(([, kind]) => kind);

/** Spellings of each column, by column number: `times.modified`, `times_modified` and every mixture of dots and underscores. */
export const columnPaths: readonly (readonly string[])[] = ROWS.map(([name, , ...aliases]) => [
  ...spellings(name),
  ...aliases,
]);

const bySpelling = new Map(columnPaths.flatMap((paths, column) => paths.map((path) => [path, column] as const)));

/** @returns number of the column that a header names in any spelling */
export function findColumn(spelling: string): Column | undefined {
  return bySpelling.get(spelling);
}

/** Number of a column the program itself names, as TSV writes it. */
export function zeekColumn(name: string): Column {
  return zeekColumns.get(name);
}

function spellings(name: string): string[] {
  const dot = name.indexOf('.');
  if (dot < 0) return [name];
  const head = name.slice(0, dot);
  return spellings(name.slice(dot + 1)).flatMap((tail) => [`${head}.${tail}`, `${head}_${tail}`]);
}
