import type { FieldValue } from '../../event/document.ts';
import { isSmbPort } from '../../event/smb-port.ts';
import { payloadBytes } from '../sensor-outcome.ts';
import type { FlowEnd, NetflowEvent } from './netflow-event.ts';

/** Reads one field of a flow. */
export type NetflowRead = (event: NetflowEvent) => FieldValue;

const TRANSPORTS: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [47, 'gre'],
  [50, 'esp'],
  [58, 'ipv6-icmp'],
  [132, 'sctp'],
]);

/** flowEndReason of IPFIX. */
const END_REASONS: ReadonlyMap<number, string> = new Map([
  [1, 'idle timeout'],
  [2, 'active timeout'],
  [3, 'end of flow'],
  [4, 'forced end'],
  [5, 'lack of resources'],
]);

const FLAG_WORDS = [
  ['syn', 0x02],
  ['ack', 0x10],
  ['psh', 0x08],
  ['fin', 0x01],
  ['rst', 0x04],
] as const;

const DENIED = 3;
const MAX_DURATION_MS = 9_007_199_254;

function flagWords(flags: number | undefined): FieldValue {
  const words = flags === undefined ? [] : FLAG_WORDS.flatMap(([word, bit]) => ((flags & bit) !== 0 ? [word] : []));
  return words.length === 0 ? undefined : words;
}

/** Only one half is there, and it is that of the server: source is the server then, as the record says. */
const isReversed = ({ source, destination }: NetflowEvent) => isSmbPort(source.port) && !isSmbPort(destination.port);
const client = (event: NetflowEvent) => (isReversed(event) ? event.destination : event.source);
const server = (event: NetflowEvent) => (isReversed(event) ? event.source : event.destination);
const isTcp = ({ flow }: NetflowEvent) => flow.record.protocol === 6;

function payload(event: NetflowEvent, end: FlowEnd): FieldValue {
  const { octets, packets } = end.sent ?? {};
  return octets === undefined ? undefined : payloadBytes(octets, packets, !event.flow.record.isV6, false);
}

function types({ flow, verdict }: NetflowEvent): FieldValue {
  const words = ['connection'];
  if (flow.endReason === 1 || flow.endReason === 3 || flow.endReason === 4) words.push('end');
  if (flow.firewallEvent === DENIED || verdict?.outcome === 'refused') words.push('denied');
  return words;
}

function endFields(name: 'source' | 'destination'): Record<string, NetflowRead> {
  return {
    [`${name}.ip`]: (event) => event[name].ip,
    [`${name}.port`]: (event) => event[name].port,
    [`${name}.mac`]: (event) => event[name].mac,
    [`${name}.bytes`]: (event) => event[name].sent?.octets,
    [`${name}.packets`]: (event) => event[name].sent?.packets,
    [`${name}.nat.ip`]: (event) => event[name].natIp,
    [`${name}.nat.port`]: (event) => event[name].natPort,
  };
}

/** Fields of flows that exporters tell of. */
export const NETFLOW_FIELDS: Readonly<Record<string, NetflowRead>> = {
  '@timestamp': ({ flow }) => flow.last,
  'event.kind': () => 'event',
  'event.category': () => ['network'],
  'event.type': types,
  'event.module': () => 'netflow',
  'event.dataset': () => 'netflow.log',
  'event.action': () => 'netflow_flow',
  'event.start': ({ flow }) => flow.first,
  'event.end': ({ flow }) => flow.last,
  'event.duration': ({ flow }) => {
    const ms = flow.last - flow.first;
    return ms < MAX_DURATION_MS ? Math.round(ms * 1000) * 1000 : undefined;
  },
  'event.reason': ({ flow }) => END_REASONS.get(flow.endReason ?? -1),
  ...endFields('source'),
  ...endFields('destination'),
  'network.transport': ({ flow }) => TRANSPORTS.get(flow.record.protocol ?? -1),
  'network.iana_number': ({ flow }) => (flow.record.protocol === undefined ? undefined : String(flow.record.protocol)),
  'network.application': ({ flow }) => flow.record.application?.toLowerCase(),
  'network.vlan.id': ({ flow }) => (flow.record.vlan ? String(flow.record.vlan) : undefined),
  'observer.ip': ({ flow }) => flow.domain.exporter,
  'observer.ingress.interface.name': ({ flow }) => numberText(flow.record.ingress),
  'observer.egress.interface.name': ({ flow }) => numberText(flow.record.egress),
  'related.ip': ({ source, destination }) => [source.ip, destination.ip],
  'smb.flow.outcome': ({ verdict }) => verdict?.outcome,
  'smb.flow.refused_by': ({ verdict }) => verdict?.refusedBy,
  'smb.flow.bytes.client': (event) => payload(event, client(event)),
  'smb.flow.bytes.server': (event) => payload(event, server(event)),
  'smb.flow.tcp_flags.client': (event) => (isTcp(event) ? flagWords(client(event).sent?.flags) : undefined),
  'smb.flow.tcp_flags.server': (event) => (isTcp(event) ? flagWords(server(event).sent?.flags) : undefined),
  'netflow.version': ({ flow }) => flow.domain.version,
  'netflow.domain': ({ flow }) => String(flow.domain.number),
  'netflow.records': ({ flow }) => flow.there.records + (flow.back?.records ?? 0),
  'netflow.sampling': ({ flow }) => (flow.sampling > 1 ? flow.sampling : undefined),
  'netflow.time': ({ flow }) => (flow.isExportTime ? 'export' : undefined),
};

function numberText(value: number | undefined): FieldValue {
  return value ? String(value) : undefined;
}
