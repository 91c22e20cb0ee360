/** What became of a connection, from a document: the words and counters of its producer by the tables of all sources. */
import { addressOf } from '../../base/address/address.ts';
import { SPOKEN_BYTES } from '../../event/flow-outcome.ts';
import { type FieldId, fieldId } from '../../event/field.ts';
import { type EventView, firstNumber, firstText, hasText } from '../../event/view.ts';
import {
  type FlowVerdict,
  halfFlowVerdict,
  panosVerdict,
  payloadBytes,
  suricataVerdict,
  VERDICT,
  verdictWithBytes,
  zeekVerdict,
} from '../sensor-outcome.ts';
import { smbCommand } from '../smb-words.ts';
import type { EcsFacts, Producer } from './producer.ts';

const SOURCE = { ip: fieldId('source.ip'), bytes: fieldId('source.bytes'), packets: fieldId('source.packets') };
const DESTINATION = { bytes: fieldId('destination.bytes'), packets: fieldId('destination.packets') };
const REVERSED = fieldId('smb.flow.reversed');
const EVIDENCE = fieldId('smb.flow.evidence');
const DATASET = fieldId('event.dataset');
const CATEGORY = fieldId('event.category');
const TYPE = fieldId('event.type');
const ACTION = fieldId('event.action');
const REASON = fieldId('event.reason');
const CODE = fieldId('event.code');
const WINDOWS_ID = fieldId('winlog.event_id');
const APPLICATION = fieldId('network.application');
const ZEEK = {
  state: fieldId('zeek.connection.state'),
  orig: fieldId('zeek.connection.orig_bytes'),
  resp: fieldId('zeek.connection.resp_bytes'),
  action: fieldId('zeek.smb_files.action'),
};
const EVE = {
  type: fieldId('suricata.eve.event_type'),
  state: fieldId('suricata.eve.flow.state'),
  flowAction: fieldId('suricata.eve.flow.action'),
  rst: fieldId('suricata.eve.tcp.rst'),
  serverFlags: fieldId('suricata.eve.tcp.tcp_flags_tc'),
  alertAction: fieldId('suricata.eve.alert.action'),
  command: fieldId('suricata.eve.smb.command'),
};
const PANOS = {
  action: fieldId('panw.panos.action'),
  subType: fieldId('panw.panos.sub_type'),
  endReason: fieldId('panw.panos.endreason'),
};

/** Words of an action that mean no: `flow_denied`, `firewall-drop`, `block`. */
const REFUSING = /(?:^|[^a-z])(?:drop(?:ped)?|den(?:y|ied)|block(?:ed)?|reject(?:ed)?)(?:[^a-z]|$)/i;
/** Words of a reason or action that mean TCP RST: `tcp-rst-from-server`, `client-rst`, `TCP Reset-O`. */
const RESETTING = /(?:^|[^a-z])(?:rst|resets?)(?:[^a-z]|$)/i;
/** A packet of nothing but headers: Ethernet 14, IPv4 20, TCP 20 and its timestamp option 12 (RFC 7323) bytes. */
const EMPTY_PACKET_BYTES = 66;

type Side = 'source' | 'destination';

/** Payload bytes that one side of the record sent, as its producer's counters say. */
export function payloadOf(facts: EcsFacts, producer: Producer, side: Side): number | undefined {
  if (producer === 'zeek') {
    const exact = numberOf(firstText(facts, side === 'source' ? ZEEK.orig : ZEEK.resp));
    if (exact !== undefined) return exact;
  }
  const { bytes, packets } = side === 'source' ? SOURCE : DESTINATION;
  const total = firstNumber(facts, bytes);
  if (total === undefined || total < 0) return undefined;
  const isV4 = addressOf(firstText(facts, SOURCE.ip) ?? '')?.isV4 !== false;
  return payloadBytes(total, firstNumber(facts, packets), isV4, producer !== 'zeek' && producer !== 'netflow');
}

/** @returns what the document says of its connection; undefined when it says nothing of any connection */
export function verdictOf(facts: EcsFacts, producer: Producer): FlowVerdict | undefined {
  switch (producer) {
    case 'zeek':
      return zeek(facts) ?? general(facts, producer);
    case 'suricata':
      return suricata(facts) ?? general(facts, producer);
    case 'panos':
      return panos(facts) ?? general(facts, producer);
    case 'flow':
      return flow(facts);
    case 'netflow':
      return netflow(facts) ?? general(facts, producer);
    case 'windows':
      return windows(facts);
    case 'other':
      return general(facts, producer);
  }
}

function zeek(facts: EcsFacts): FlowVerdict | undefined {
  const state = firstText(facts, ZEEK.state);
  if (state !== undefined)
    return zeekVerdict(state, payloadOf(facts, 'zeek', 'source'), payloadOf(facts, 'zeek', 'destination'));
  const dataset = firstText(facts, DATASET) ?? '';
  const isTicketElsewhere = dataset.startsWith('zeek.kerberos') && facts.get(EVIDENCE) === undefined;
  if (isTicketElsewhere || !/^zeek\.(?:smb|ntlm|dce_rpc|kerberos)/.test(dataset)) return undefined;
  const action = firstText(facts, ZEEK.action) ?? firstText(facts, ACTION) ?? '';
  return /FILE_(?:READ|WRITE)$/.test(action) ? VERDICT.moved : VERDICT.established;
}

function suricata(facts: EcsFacts): FlowVerdict | undefined {
  const type = firstText(facts, EVE.type);
  const command = firstText(facts, EVE.command);
  const isSpoken = command !== undefined || hasText(facts, EVIDENCE, 'protocol');
  if (type === 'alert') {
    if (firstText(facts, EVE.alertAction) === 'blocked') {
      return isSpoken ? VERDICT.establishedThenCut : VERDICT.refusedByPolicy;
    }
    if (isSpoken) return VERDICT.established;
    return firstNumber(facts, DESTINATION.packets) === 0 ? VERDICT.attempted : VERDICT.unknown;
  }
  if (command !== undefined) return /^(?:read|write)/.test(smbCommand(command)) ? VERDICT.moved : VERDICT.established;
  const state = firstText(facts, EVE.state);
  if (state === undefined) return undefined;
  const flags = firstText(facts, EVE.serverFlags);
  return suricataVerdict({
    state,
    action: firstText(facts, EVE.flowAction),
    hasReset: firstText(facts, EVE.rst) === 'true',
    serverFlags: flags === undefined ? undefined : numberOf(`0x${flags}`),
    clientPayload: payloadOf(facts, 'suricata', 'source'),
    serverPayload: payloadOf(facts, 'suricata', 'destination'),
  });
}

function panos(facts: EcsFacts): FlowVerdict | undefined {
  const isDenied = hasText(facts, TYPE, 'denied');
  const stated = firstText(facts, PANOS.action)?.toLowerCase();
  const action = isDenied && (stated === undefined || stated === 'allow') ? 'deny' : stated;
  return panosVerdict({
    action: action ?? (hasText(facts, TYPE, 'allowed') ? 'allow' : undefined),
    subType: firstText(facts, PANOS.subType)?.toLowerCase(),
    application: firstText(facts, APPLICATION)?.toLowerCase(),
    endReason: firstText(facts, REASON) ?? firstText(facts, PANOS.endReason),
    sentBytes: payloadOf(facts, 'panos', 'source'),
    receivedBytes: payloadOf(facts, 'panos', 'destination'),
  });
}

/** Packetbeat, network_traffic.flow, Auditbeat's socket dataset: counters both ways and nothing else. */
function flow(facts: EcsFacts): FlowVerdict {
  const isReversed = facts.get(REVERSED) === true;
  const [client, server] = isReversed ? [DESTINATION, SOURCE] : [SOURCE, DESTINATION];
  if (!hasCounted(facts, server)) return hasCounted(facts, client) ? VERDICT.attempted : VERDICT.unknown;
  if (!hasCounted(facts, client) || !isAnswered(facts, client, server)) return VERDICT.unknown;
  return verdictWithBytes(
    VERDICT.established,
    payloadOf(facts, 'flow', 'source'),
    payloadOf(facts, 'flow', 'destination'),
  );
}

interface Counters {
  readonly bytes: FieldId;
  readonly packets: FieldId;
}

function hasCounted(facts: EventView, side: Counters): boolean {
  return (firstNumber(facts, side.packets) ?? firstNumber(facts, side.bytes) ?? 0) > 0;
}

/** More went both ways than a try and its reset: three packets, or packets with something in them. */
function isAnswered(facts: EventView, client: Counters, server: Counters): boolean {
  const isLong = [client, server].every((side) => (firstNumber(facts, side.packets) ?? 0) >= 3);
  if (isLong) return true;
  return [client, server].every((side) => {
    const packets = firstNumber(facts, side.packets);
    const least = packets === undefined ? EMPTY_PACKET_BYTES + SPOKEN_BYTES : EMPTY_PACKET_BYTES * packets;
    return (firstNumber(facts, side.bytes) ?? 0) > least;
  });
}

function netflow(facts: EcsFacts): FlowVerdict | undefined {
  const flags = facts.tcpFlags();
  if (flags === undefined || firstNumber(facts, DESTINATION.packets) !== undefined) return undefined;
  return halfFlowVerdict({
    flags,
    isServerHalf: facts.get(REVERSED) === true,
    packets: firstNumber(facts, SOURCE.packets),
    payload: payloadOf(facts, 'netflow', 'source'),
  });
}

/** The filtering platform permits or blocks, Sysmon sees a connection begin; neither proves an answer. */
function windows(facts: EcsFacts): FlowVerdict | undefined {
  switch (firstText(facts, CODE) ?? firstText(facts, WINDOWS_ID)) {
    case '5157':
    case '5152':
      return VERDICT.refusedByPolicy;
    case '5156':
    case '3':
      return isConnection(facts) ? VERDICT.attempted : undefined;
    default:
      return undefined;
  }
}

/** Firewalls and everything else that speaks ECS. */
function general(facts: EcsFacts, producer: Producer): FlowVerdict | undefined {
  if (!isConnection(facts)) return undefined;
  const action = firstText(facts, ACTION) ?? '';
  if (hasText(facts, TYPE, 'denied') || REFUSING.test(action)) return VERDICT.refusedByPolicy;
  const isReset = RESETTING.test(action) || RESETTING.test(firstText(facts, REASON) ?? '');
  if (firstText(facts, APPLICATION)?.toLowerCase() === 'incomplete') {
    return isReset ? VERDICT.refusedByReset : VERDICT.attempted;
  }
  const sent = payloadOf(facts, producer, 'source');
  const received = payloadOf(facts, producer, 'destination');
  const isAllowed = hasText(facts, TYPE, 'allowed');
  // Whoever did not say "allowed" has only its counters, and a lone RST is 54 bytes.
  const enough = isAllowed ? 1 : SPOKEN_BYTES;
  if ((sent ?? 0) >= enough && (received ?? 0) >= enough) return verdictWithBytes(VERDICT.established, sent, received);
  if (isReset) return VERDICT.refusedByReset;
  if (isAllowed) return VERDICT.attempted;
  if (action === 'connection_accepted') return VERDICT.established;
  if (action === 'connection_attempted' || action === 'connected-to') return VERDICT.attempted;
  return isUnanswered(facts) ? VERDICT.attempted : VERDICT.unknown;
}

/** A counter of zero from the server is a statement; an absent one is not. */
function isUnanswered(facts: EventView): boolean {
  const isReversed = facts.get(REVERSED) === true;
  const [client, server] = isReversed ? [DESTINATION, SOURCE] : [SOURCE, DESTINATION];
  const counted = (id: FieldId) => firstNumber(facts, id);
  const isSilent =
    counted(server.packets) === 0 || (counted(server.packets) === undefined && counted(server.bytes) === 0);
  return isSilent && ((counted(client.packets) ?? 0) > 0 || (counted(client.bytes) ?? 0) > 0);
}

function isConnection(facts: EventView): boolean {
  return facts.get(EVIDENCE) !== undefined || hasText(facts, CATEGORY, 'network');
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}
