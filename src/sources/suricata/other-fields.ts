/** Files, Kerberos, QUIC, and the records that have no mapping of their own. */
import { type EveFields, eveConstant, eveCount, eveProtocol, type EveRead, eveText } from './base-fields.ts';
import { EVE } from './columns.ts';
import { FLOW_COUNTERS } from './flow-fields.ts';
import { RPC_FIELDS, SMB_FIELDS } from './smb-fields.ts';

const FILE_NAME = EVE.get('fileinfo.filename');
const FILE_SIZE = EVE.get('fileinfo.size');
const KRB_MESSAGE = EVE.get('krb5.msg_type');
const KRB_CLIENT = EVE.get('krb5.cname');

const filePath: EveRead = (record) => {
  const name = record.text(FILE_NAME);
  if (name === undefined || eveProtocol(record) !== 'smb') return undefined;
  return name.replaceAll('/', '\\').replace(/^\\+/, '') || undefined;
};

/** Last part of the file's path, whichever slash the protocol uses. */
const lastPart: EveRead = (record) => record.text(FILE_NAME)?.split(/[\\/]/).at(-1) || undefined;

/** Fields of `event_type: fileinfo`: content of a file was seen on the wire, so data has moved. */
export const FILE_FIELDS: EveFields = {
  ...FLOW_COUNTERS,
  ...SMB_FIELDS,
  'event.category': eveConstant(['network', 'file']),
  'event.type': eveConstant(['info']),
  'event.action': eveConstant('fileinfo'),
  'file.path': eveText('fileinfo.filename'),
  'file.name': lastPart,
  'file.size': eveCount('fileinfo.size'),
  'file.mime_type': eveText('fileinfo.magic'),
  'file.hash.md5': eveText('fileinfo.md5'),
  'file.hash.sha1': eveText('fileinfo.sha1'),
  'file.hash.sha256': eveText('fileinfo.sha256'),
  'smb.file.path': filePath,
  'smb.flow.outcome': (record, session) => {
    if (eveProtocol(record) !== 'smb') return undefined;
    return (session.count(record, FILE_SIZE) ?? 0) > 0 ? 'moved' : 'established';
  },
};

const kerberosOutcome: EveRead = (record) => {
  const message = record.text(KRB_MESSAGE);
  if (message === undefined) return 'unknown';
  if (message === 'KRB_ERROR') return 'failure';
  return message.endsWith('_REP') ? 'success' : 'unknown';
};

/** Suricata writes `<empty>` for a ticket without a client name. */
const kerberosClient: EveRead = (record) => {
  const name = record.text(KRB_CLIENT);
  return name === undefined || name === '<empty>' ? undefined : name;
};

/** Fields of `event_type: krb5`. */
export const KERBEROS_FIELDS: EveFields = {
  'event.category': eveConstant(['network', 'authentication']),
  'event.type': eveConstant(['protocol', 'info']),
  'event.action': eveText('krb5.msg_type'),
  'event.outcome': kerberosOutcome,
  'error.code': eveText('krb5.error_code'),
  'network.protocol': eveConstant('kerberos'),
  'user.name': kerberosClient,
  'user.domain': eveText('krb5.realm'),
  'smb.auth.spn': eveText('krb5.sname'),
};

/** Fields of `event_type: quic`; EVE shows the server name only, so SMB over QUIC cannot be told from HTTP/3 here. */
export const QUIC_FIELDS: EveFields = {
  'event.type': eveConstant(['connection', 'protocol']),
  'network.protocol': eveConstant('quic'),
  'tls.client.server_name': eveText('quic.sni'),
};

/** Fields of every other record: what all records have; the rest stays below `suricata.eve`. */
export const OTHER_FIELDS: EveFields = {
  ...FLOW_COUNTERS,
  ...RPC_FIELDS,
  'event.dataset': (record) => `suricata.${record.text(EVE.get('event_type')) ?? 'unknown'}`,
  'event.type': eveConstant(['info']),
};
