/**
 * Facts about a connection that follow from what every network source gives: who is the client, where each side stands,
 * which way the connection goes, why it counts as SMB. Written once, for all sources.
 */
import { addressOf } from '../../base/address/address.ts';
import { communityId } from '../community-id.ts';
import type { FieldValue } from '../document.ts';
import { fieldId } from '../field.ts';
import { type FlowOutcome, eventOutcome, MOVED_BYTES, SPOKEN_BYTES } from '../flow-outcome.ts';
import { isSmbPort } from '../smb-port.ts';
import { type EventView, firstNumber, firstText, hasText } from '../view.ts';
import type { Derivation } from './derivations.ts';

const SOURCE = { ip: fieldId('source.ip'), port: fieldId('source.port') };
const DESTINATION = { ip: fieldId('destination.ip'), port: fieldId('destination.port') };
const HOST = fieldId('host.name');
const DESTINATION_DOMAIN = fieldId('destination.domain');
const CLIENT_IP = fieldId('client.ip');
const SERVER_IP = fieldId('server.ip');
const SERVER_PORT = fieldId('server.port');
const TRANSPORT = fieldId('network.transport');
const FLOW_TRANSPORT = fieldId('smb.flow.transport');
const PROTOCOL = fieldId('network.protocol');
const APPLICATION = fieldId('network.application');
const DATASET = fieldId('event.dataset');
const DIRECTION = fieldId('network.direction');
const REVERSED = fieldId('smb.flow.reversed');
const EVIDENCE = fieldId('smb.flow.evidence');
const OUTCOME = fieldId('smb.flow.outcome');
const CLIENT_BYTES = fieldId('smb.flow.bytes.client');
const SERVER_BYTES = fieldId('smb.flow.bytes.server');
const CLIENT_PLACE = fieldId('smb.client.place');
const SERVER_PLACE = fieldId('smb.server.place');
const WINDOWS_EVENT = fieldId('winlog.event_id');
const ALPN = fieldId('tls.next_protocol');
const USER_AGENT = fieldId('user_agent.original');
const BYTES = [fieldId('source.bytes'), fieldId('destination.bytes')] as const;
const PACKETS = [fieldId('source.packets'), fieldId('destination.packets')] as const;

/** The side with port 139 or 445 is the server if exactly one has it; else the record's own order stands. */
const reversed: Derivation = (view) => {
  const source = firstNumber(view, SOURCE.port);
  if (!isSmbPort(source)) return undefined;
  return isSmbPort(firstNumber(view, DESTINATION.port)) ? undefined : true;
};

const clientSide = (key: 'ip' | 'port'): Derivation => {
  return (view) => view.get((view.get(REVERSED) === true ? DESTINATION : SOURCE)[key]);
};

const serverSide = (key: 'ip' | 'port'): Derivation => {
  return (view) => view.get((view.get(REVERSED) === true ? SOURCE : DESTINATION)[key]);
};

const flowTransport: Derivation = (view) => firstText(view, TRANSPORT)?.toLowerCase();

const evidence: Derivation = (view) => {
  const transport = view.get(FLOW_TRANSPORT);
  const port = firstNumber(view, SERVER_PORT);
  const found: string[] = [];
  if (isSmbPort(port) && (transport === 'tcp' || transport === undefined)) found.push('port');
  if (isSmbByContent(view)) found.push('protocol');
  if (transport === 'udp') {
    if (port === 443 && hasText(view, ALPN, 'smb')) found.push('quic');
    if (port === 137 || port === 138) found.push('netbios');
  }
  const agent = firstText(view, USER_AGENT);
  if (agent?.startsWith('Microsoft-WebDAV-MiniRedir')) found.push('webdav');
  return found.length === 0 ? undefined : found.length === 1 ? found[0] : found;
};

function isSmbByContent(view: EventView): boolean {
  if (hasText(view, PROTOCOL, 'smb')) return true;
  const dataset = firstText(view, DATASET);
  if (dataset === 'suricata.smb' || dataset?.startsWith('zeek.smb')) return true;
  const application = firstText(view, APPLICATION);
  return application?.startsWith('ms-ds-smb') === true || application === 'smb';
}

const direction: Derivation = (view) => {
  const client = firstText(view, CLIENT_PLACE);
  const server = firstText(view, SERVER_PLACE);
  if (client === undefined || server === undefined) return view.get(EVIDENCE) === undefined ? undefined : 'undecided';
  if (client !== 'inside' && client !== 'outside') return undefined;
  if (server !== 'inside' && server !== 'outside') return undefined;
  if (client === 'inside') return server === 'outside' ? 'egress' : 'internal';
  if (server === 'inside') return 'ingress';
  return statedDirection(view) ?? (isGlobalIpv6Pair(view) ? 'undecided' : 'external');
};

/**
 * The sensor's own statement, turned round when the client is the record's destination. A Windows host's own word on a
 * connection holds whichever end its record puts first.
 */
function statedDirection(view: EventView): string | undefined {
  const stated = firstText(view, DIRECTION)?.toLowerCase();
  const isReversed = view.get(REVERSED) === true && view.get(WINDOWS_EVENT) === undefined;
  switch (stated) {
    case 'outbound':
    case 'egress':
      return isReversed ? 'ingress' : 'egress';
    case 'inbound':
    case 'ingress':
      return isReversed ? 'egress' : 'ingress';
    case 'internal':
    case 'external':
      return stated;
    default:
      return undefined;
  }
}

/** IPv6 clients use global addresses, so two global addresses say nothing about inside and outside. */
function isGlobalIpv6Pair(view: EventView): boolean {
  const client = addressOf(firstText(view, CLIENT_IP) ?? '');
  const server = addressOf(firstText(view, SERVER_IP) ?? '');
  return client !== undefined && server !== undefined && !client.isV4 && !server.isV4;
}

const placeOf = (address: number): Derivation => {
  return (view) => {
    const text = firstText(view, address);
    return text === undefined ? undefined : view.networks.placeOf(text);
  };
};

/** The machine that wrote the log is ours, also when the log does not give its address. */
const serverPlace: Derivation = (view) => {
  const byAddress = placeOf(SERVER_IP)(view);
  if (byAddress !== undefined || view.get(DESTINATION.ip) !== undefined) return byAddress;
  const host = firstText(view, HOST);
  return host !== undefined && host === firstText(view, DESTINATION_DOMAIN) ? 'inside' : undefined;
};

const rolesOf = (address: number): Derivation => {
  return (view) => {
    const text = firstText(view, address);
    const roles = text === undefined ? [] : view.networks.rolesOf(text);
    return roles.length === 0 ? undefined : roles;
  };
};

/** Without a word from the source the outcome of SMB traffic is unknown, which is a value and not "fine". */
const outcome: Derivation = (view) => (view.get(EVIDENCE) === undefined ? undefined : 'unknown');

const spoken: Derivation = (view) => {
  if (view.get(EVIDENCE) === undefined) return undefined;
  if (hasText(view, EVIDENCE, 'protocol')) return true;
  const client = firstNumber(view, CLIENT_BYTES) ?? 0;
  const server = firstNumber(view, SERVER_BYTES) ?? 0;
  return client >= SPOKEN_BYTES && server >= SPOKEN_BYTES ? true : undefined;
};

const moved: Derivation = (view) => {
  if (view.get(OUTCOME) === 'moved') return true;
  if (view.get(OUTCOME) !== 'established') return undefined;
  const most = Math.max(firstNumber(view, CLIENT_BYTES) ?? 0, firstNumber(view, SERVER_BYTES) ?? 0);
  return most >= MOVED_BYTES ? true : undefined;
};

const outcomeOfEvent: Derivation = (view) => {
  const rung = view.get(OUTCOME);
  return typeof rung === 'string' ? eventOutcome(rung as FlowOutcome) : undefined;
};

const networkType: Derivation = (view) => {
  const address = addressOf(firstText(view, SOURCE.ip) ?? firstText(view, DESTINATION.ip) ?? '');
  return address && (address.isV4 ? 'ipv4' : 'ipv6');
};

const networkCommunityId: Derivation = (view) => {
  const source = addressOf(firstText(view, SOURCE.ip) ?? '');
  const destination = addressOf(firstText(view, DESTINATION.ip) ?? '');
  const sourcePort = firstNumber(view, SOURCE.port);
  const destinationPort = firstNumber(view, DESTINATION.port);
  const transport = view.get(FLOW_TRANSPORT);
  if (!source || !destination || sourcePort === undefined || destinationPort === undefined) return undefined;
  if (typeof transport !== 'string') return undefined;
  return communityId(source, sourcePort, destination, destinationPort, transport);
};

const sumOf = (pair: readonly [number, number]): Derivation => {
  return (view): FieldValue => {
    const one = firstNumber(view, pair[0]);
    const other = firstNumber(view, pair[1]);
    return one === undefined || other === undefined ? undefined : one + other;
  };
};

/** Derived fields of a connection, by name. */
export const FLOW_DERIVATIONS: Readonly<Record<string, Derivation>> = {
  'smb.flow.reversed': reversed,
  'client.ip': clientSide('ip'),
  'client.port': clientSide('port'),
  'server.ip': serverSide('ip'),
  'server.port': serverSide('port'),
  'smb.flow.transport': flowTransport,
  'smb.flow.evidence': evidence,
  'smb.flow.direction': direction,
  'smb.flow.outcome': outcome,
  'smb.flow.spoken': spoken,
  'smb.flow.moved': moved,
  'smb.client.place': placeOf(CLIENT_IP),
  'smb.server.place': serverPlace,
  'smb.client.role': rolesOf(CLIENT_IP),
  'smb.server.role': rolesOf(SERVER_IP),
  'event.outcome': outcomeOfEvent,
  'network.type': networkType,
  'network.community_id': networkCommunityId,
  'network.bytes': sumOf(BYTES),
  'network.packets': sumOf(PACKETS),
};
