/**
 * Columns of ECS documents: one for each field of the catalogue, numbered as the field is, and a few more that say what
 * kind of JSON object stands there. Names that rules bring in later have no column and are read from the whole document.
 */
import { fields } from '../../event/field.ts';

/** Raw fields of sensors that facts are taken from, and Windows values that rules ask for most. */
const FAMILY_MEMBERS: readonly string[] = [
  'zeek.connection.orig_bytes',
  'zeek.connection.resp_bytes',
  'zeek.smb_mapping.path',
  'zeek.smb_mapping.share_type',
  'zeek.smb_files.action',
  'zeek.smb_files.path',
  'zeek.smb_files.name',
  'zeek.smb_files.prev_name',
  'zeek.smb_cmd.command',
  'zeek.smb_cmd.status',
  'zeek.smb_cmd.version',
  'zeek.dce_rpc.named_pipe',
  'zeek.dce_rpc.endpoint',
  'zeek.dce_rpc.operation',
  'zeek.ntlm.username',
  'zeek.ntlm.domain',
  'zeek.ntlm.hostname',
  'zeek.ntlm.server.name.dns',
  'zeek.ntlm.server.name.netbios',
  'zeek.kerberos.service',
  'suricata.eve.app_proto',
  'suricata.eve.alert.action',
  'suricata.eve.flow.action',
  'suricata.eve.tcp.rst',
  'suricata.eve.tcp.tcp_flags_tc',
  'suricata.eve.smb.command',
  'suricata.eve.smb.dialect',
  'suricata.eve.smb.status',
  'suricata.eve.smb.filename',
  'suricata.eve.smb.share',
  'suricata.eve.smb.share_type',
  'suricata.eve.smb.rename.from',
  'suricata.eve.smb.rename.to',
  'suricata.eve.smb.ntlmssp.user',
  'suricata.eve.smb.ntlmssp.domain',
  'suricata.eve.smb.ntlmssp.host',
  'suricata.eve.smb.dcerpc.opnum',
  'suricata.eve.smb.dcerpc.interfaces.uuid',
  'panw.panos.endreason',
  ...[
    'AccessList AccessMask Application AuthenticationPackageName CommandLine DestAddress DestPort DestinationIp',
    'DestinationPort Direction FailureReason Hashes Image ImagePath Initiated IpAddress IpPort KeyLength',
    'LmPackageName LogonProcessName LogonType NewProcessName ObjectType OriginalFileName ParentImage',
    'ParentProcessName PipeName ProcessName Protocol RelativeTargetName ServerName ServiceFileName ServiceName',
    'ServiceType ShareLocalPath ShareName SourceAddress SourceIp SourcePort StartType Status SubStatus',
    'SubjectDomainName SubjectLogonId SubjectUserName SubjectUserSid TargetDomainName TargetFilename TargetLogonId',
    'TargetUserName TargetUserSid TaskContent TaskName User UserName WorkstationName',
  ].flatMap((line) => line.split(' ').map((name) => `winlog.event_data.${name}`)),
];

for (const name of FAMILY_MEMBERS) fields.get(name);

/** Fields with a column: those with a number below this. */
export const FIELD_COLUMNS = fields.size;

/** Logs of Zeek that Filebeat's module reads into objects of their names, as far as they tell of SMB or of who is who. */
const ZEEK_LOGS =
  'connection dce_rpc dhcp dns files kerberos notice ntlm smb_cmd smb_files smb_mapping tunnel weird'.split(' ');

const OTHERS: readonly (readonly [name: string, ...paths: string[]])[] = [
  ['hit', '_source'],
  ['hit_id', '_id'],
  ['hit_index', '_index'],
  ['action_index', 'index'],
  ['action_create', 'create'],
  ['action_update', 'update'],
  ['action_delete', 'delete'],
  ['action_id', 'index._id', 'create._id'],
  ['action_target', 'index._index', 'create._index'],
  ['type', 'type', '_source.type'],
  ['log_text', 'log', '_source.log'],
  ['zeek_time', ...ZEEK_LOGS.flatMap((log) => [`zeek.${log}.ts`, `_source.zeek.${log}.ts`])],
  ['panos_time', '_temp_.generated_time', '_source._temp_.generated_time'],
  ['zeek_duration', 'temp.duration', '_source.temp.duration'],
  ['tcp_flags', 'netflow.tcp_control_bits', '_source.netflow.tcp_control_bits'],
];

/** Dotted paths by column number; the source of a search hit stands one level lower. */
export const ECS_PATHS: readonly (readonly string[])[] = [
  ...Array.from({ length: FIELD_COLUMNS }, (_, id) => [fields.at(id).name, `_source.${fields.at(id).name}`]),
  ...OTHERS.map(([, ...paths]) => paths),
];

/**
 * Column that is no field.
 *
 * @throws Error for a name outside the list, which is a bug
 */
export function otherColumn(name: string): number {
  const index = OTHERS.findIndex(([other]) => other === name);
  if (index < 0) throw new Error(`column ${name} is not in the list`);
  return FIELD_COLUMNS + index;
}
