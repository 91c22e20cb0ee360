/**
 * Gaps that a shipper left between the raw fields of a sensor (`zeek.*`, `suricata.eve.*`, `winlog.*`) and the fields that
 * rules ask for. A fill is only asked when the document does not have the field itself.
 */
import { addressOf } from '../../base/address/address.ts';
import type { FieldValue } from '../../event/document.ts';
import { type FieldId, fieldId } from '../../event/field.ts';
import { pipeName } from '../../event/normalise/share.ts';
import { type EventView, firstText, hasText } from '../../event/view.ts';
import { rpcInterfaceName, rpcOperationName } from '../rpc-interfaces.ts';
import { smbCommand, smbDialect, smbFilePath, smbShareType, smbVersion } from '../smb-words.ts';
import { datasetOf, type EcsFacts } from './producer.ts';

/** Computes a field from the raw fields of a producer. */
export type Fill = (facts: EcsFacts) => FieldValue;

const DATASET = fieldId('event.dataset');
const EVIDENCE = fieldId('smb.flow.evidence');
const MECHANISM = fieldId('smb.auth.mechanism');
const SHARE_TYPE = fieldId('smb.share.type');
const SHARE_NAME = fieldId('smb.share.name');
const EVE_TYPE = fieldId('suricata.eve.event_type');
const EVE_APP = fieldId('suricata.eve.app_proto');
const EVE_UUID = fieldId('suricata.eve.smb.dcerpc.interfaces.uuid');
const EVE_OPNUM = fieldId('suricata.eve.smb.dcerpc.opnum');
const EVE_NTLM = fieldId('suricata.eve.smb.ntlmssp.user');
const ZEEK_PIPE = fieldId('zeek.dce_rpc.named_pipe');
const ZEEK_STATUS = fieldId('zeek.smb_cmd.status');
const RELATIVE_TARGET = fieldId('winlog.event_data.RelativeTargetName');

const TRANSPORTS: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'ipv6-icmp' };

/** First of several raw fields that has a text. */
function firstOf(...names: readonly string[]): (view: EventView) => string | undefined {
  const ids: readonly FieldId[] = names.map(fieldId);
  return (view) => {
    for (const id of ids) {
      const text = firstText(view, id);
      if (text !== undefined && text !== '' && text !== '-') return text;
    }
    return undefined;
  };
}

/** The same, brought into another form. */
function formed(read: (view: EventView) => string | undefined, form: (text: string) => FieldValue): Fill {
  return (facts) => {
    const text = read(facts);
    return text === undefined ? undefined : form(text);
  };
}

const asAddress = (text: string): FieldValue => addressOf(text)?.text;
const hasDataset = (facts: EcsFacts, pattern: RegExp) => pattern.test(firstText(facts, DATASET) ?? '');

const eveStatus = firstOf('suricata.eve.smb.status');
const zeekOperation = firstOf('zeek.dce_rpc.operation');
const zeekEndpoint = firstOf('zeek.dce_rpc.endpoint');
const zeekVersion = firstOf('zeek.smb_cmd.version');
const eveUuid = firstOf('suricata.eve.smb.dcerpc.interfaces.uuid');
const commandText = firstOf('suricata.eve.smb.command', 'zeek.smb_cmd.command');
const eveFile = firstOf('suricata.eve.smb.rename.to', 'suricata.eve.smb.filename');
const filePath = firstOf('zeek.smb_files.name');

/** On a pipe share the name is a pipe and no file. */
const isPipeShare = (facts: EcsFacts) => facts.get(SHARE_TYPE) === 'PIPE' || firstText(facts, SHARE_NAME) === 'IPC$';

const belowShare: Fill = (facts) => {
  const text = filePath(facts) ?? eveFile(facts) ?? firstText(facts, RELATIVE_TARGET);
  return text === undefined || isPipeShare(facts) ? undefined : smbFilePath(text);
};

const pipe: Fill = (facts) => {
  const named = firstText(facts, ZEEK_PIPE);
  // Digits are a TCP port: the call did not go through a pipe.
  if (named !== undefined) return /^\d+$/.test(named) ? undefined : pipeName(named);
  const text = filePath(facts) ?? eveFile(facts) ?? firstText(facts, RELATIVE_TARGET);
  return text === undefined || !isPipeShare(facts) ? undefined : pipeName(text);
};

const status: Fill = (facts) => {
  const eve = eveStatus(facts);
  if (eve !== undefined) return eve;
  const zeek = firstText(facts, ZEEK_STATUS);
  return zeek === undefined || zeek === ''
    ? undefined
    : zeek.startsWith('0x')
      ? zeek
      : `STATUS_${zeek.replace(/^STATUS_/, '')}`;
};

/** NTLM and Kerberos are seen in other protocols too; they are facts about SMB where there is evidence of it. */
const mechanism: Fill = (facts) => {
  if (facts.get(EVIDENCE) === undefined) return undefined;
  if (hasDataset(facts, /^zeek\.ntlm/) || facts.get(EVE_NTLM) !== undefined) return 'ntlm';
  return hasDataset(facts, /^zeek\.kerberos/) ? 'kerberos' : undefined;
};

const credentials: Fill = (facts) => (facts.get(MECHANISM) === undefined ? undefined : true);

const rpcInterface = formed(eveUuid, rpcInterfaceName);

const rpcOperation: Fill = (facts) => {
  const zeek = zeekOperation(facts);
  if (zeek !== undefined) return zeek;
  const opnum = firstText(facts, EVE_OPNUM);
  return opnum === undefined ? undefined : rpcOperationName(firstText(facts, EVE_UUID), Number(opnum));
};

const protocol: Fill = (facts) =>
  firstText(facts, EVE_TYPE) === 'smb' || hasText(facts, EVE_APP, 'smb') ? 'smb' : undefined;

const opnum: Fill = (facts) => {
  const text = firstText(facts, EVE_OPNUM);
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : undefined;
};

/** Fills by field name, without those that need the verdict (see ecs-event.ts). */
export const FILLS: Readonly<Record<string, Fill>> = {
  'event.dataset': datasetOf,
  'source.ip': formed(firstOf('source.address'), asAddress),
  'destination.ip': formed(firstOf('destination.address'), asAddress),
  'source.domain': firstOf('zeek.ntlm.hostname', 'suricata.eve.smb.ntlmssp.host'),
  'network.transport': formed(firstOf('network.iana_number'), (number) => TRANSPORTS[number]),
  'network.protocol': protocol,
  'user.name': firstOf('zeek.ntlm.username', 'suricata.eve.smb.ntlmssp.user'),
  'user.domain': firstOf('zeek.ntlm.domain', 'suricata.eve.smb.ntlmssp.domain'),
  'smb.command': formed(commandText, smbCommand),
  'smb.version': (facts) => zeekVersion(facts) ?? smbVersion(commandText(facts) ?? ''),
  'smb.dialect': formed(firstOf('suricata.eve.smb.dialect'), smbDialect),
  'smb.status': status,
  'smb.share.path': firstOf(
    'zeek.smb_mapping.path',
    'zeek.smb_files.path',
    'suricata.eve.smb.share',
    'winlog.event_data.ShareName',
  ),
  'smb.share.type': formed(firstOf('zeek.smb_mapping.share_type', 'suricata.eve.smb.share_type'), smbShareType),
  'smb.share.local_path': firstOf('winlog.event_data.ShareLocalPath'),
  'smb.file.path': belowShare,
  'smb.file.previous_name': formed(firstOf('zeek.smb_files.prev_name', 'suricata.eve.smb.rename.from'), smbFilePath),
  'smb.pipe.name': pipe,
  'smb.rpc.interface': (facts) => zeekEndpoint(facts) ?? rpcInterface(facts),
  'smb.rpc.uuid': formed(eveUuid, (uuid) => uuid.toLowerCase()),
  'smb.rpc.operation': rpcOperation,
  'smb.rpc.opnum': opnum,
  'smb.auth.mechanism': mechanism,
  'smb.auth.spn': firstOf('zeek.kerberos.service'),
  'smb.flow.credentials_sent': credentials,
  'smb.server.netbios_name': firstOf('zeek.ntlm.server.name.netbios'),
  'smb.server.dns_name': firstOf('zeek.ntlm.server.name.dns'),
};
