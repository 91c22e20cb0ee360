import type { FieldValue } from '../../../event/document.ts';
import type { Side } from '../stream.ts';
import type { FlowEvent } from './flow-event.ts';
import { STATE, TCP } from './flow-state.ts';

/** Reads one field of a flow. */
export type FlowFieldRead = (flow: FlowEvent) => FieldValue;

const FLAG_WORDS = [
  ['syn', TCP.syn],
  ['ack', TCP.ack],
  ['psh', TCP.psh],
  ['fin', TCP.fin],
  ['rst', TCP.rst],
] as const;

/** Names of flags in a set order. */
function flagWords(flags: number): FieldValue {
  const words = FLAG_WORDS.flatMap(([word, bit]) => ((flags & bit) !== 0 ? [word] : []));
  return words.length === 0 ? undefined : words;
}

const hasBit = (flow: FlowEvent, bit: number) => ((flow.row.state & bit) !== 0 ? true : undefined);
const isTcp = (flow: FlowEvent) => flow.end.kind === 'tcp';
const above0 = (value: number) => (value > 0 ? value : undefined);

/** Nanoseconds in a double; longer than this (104 days) no connection is recorded. */
const MAX_DURATION_MS = 9_007_199_254;

function types({ row, end }: FlowEvent): FieldValue {
  const words = ['connection'];
  if (end.kind !== 'tcp' || row.sawHandshake) words.push('start');
  if (end.reason !== 'capture-end' && end.reason !== 'evicted' && end.reason !== 'interim') words.push('end');
  else if ((row.state & (3 * STATE.reset)) !== 0 || (row.state & (3 * STATE.fin)) === 3 * STATE.fin) words.push('end');
  if (end.verdict.outcome === 'refused') words.push('denied');
  return words;
}

function reason({ row, end }: FlowEvent): FieldValue {
  if (end.kind !== 'tcp') return undefined;
  // What closed the connection says more than that the recording ended behind it.
  if ((row.state & (3 * STATE.reset)) !== 0) return 'reset';
  if ((row.state & (3 * STATE.fin)) === 3 * STATE.fin) return 'fin';
  return end.reason === 'interim' ? undefined : end.reason;
}

function duration({ row }: FlowEvent): FieldValue {
  const ms = row.lastTime - row.firstTime;
  return ms < MAX_DURATION_MS ? Math.round(ms * 1000) * 1000 : undefined;
}

/** Fields of one end of the flow, below `source` or `destination`. */
function endFields(name: string, sideOf: (flow: FlowEvent) => Side): Record<string, FlowFieldRead> {
  return {
    [`${name}.ip`]: (flow) => flow.row.ip(sideOf(flow)),
    [`${name}.port`]: (flow) => flow.row.port(sideOf(flow)),
    [`${name}.mac`]: (flow) => flow.row.mac(sideOf(flow)),
    [`${name}.bytes`]: (flow) => flow.row.bytes(sideOf(flow)),
    [`${name}.packets`]: (flow) => flow.row.packets(sideOf(flow)),
  };
}

/** Fields of a flow that packets themselves tell; what a protocol learnt is added to them. */
export const FLOW_FIELDS: Readonly<Record<string, FlowFieldRead>> = {
  '@timestamp': (flow) => flow.row.lastTime,
  'event.kind': () => 'event',
  'event.category': () => ['network'],
  'event.type': types,
  'event.dataset': (flow) => (flow.end.kind === 'quic' ? 'smb.quic' : 'smb.flow'),
  'event.action': (flow) => (flow.end.kind === 'quic' ? 'smb-quic' : 'smb-flow'),
  'event.start': (flow) => flow.row.firstTime,
  'event.end': (flow) => flow.row.lastTime,
  'event.duration': duration,
  'event.sequence': (flow) => flow.row.packet,
  ...endFields('source', (flow) => flow.client),
  ...endFields('destination', (flow) => flow.server),
  'flow.id': (flow) => (flow.end.isLive ? flow.flowId() : undefined),
  'flow.final': (flow) => (flow.end.isLive ? flow.end.reason !== 'interim' : undefined),
  'network.transport': (flow) => (isTcp(flow) ? 'tcp' : 'udp'),
  'network.vlan.id': (flow) => textOf(flow.row.vlan),
  'network.inner.vlan.id': (flow) => textOf(flow.row.innerVlan),
  'observer.type': () => 'sensor',
  'observer.ingress.interface.name': (flow) => flow.end.interfaceName,
  'related.ip': (flow) => [flow.row.ip(flow.client), flow.row.ip(flow.server)],
  'smb.flow.outcome': (flow) => flow.end.verdict.outcome,
  'smb.flow.refused_by': (flow) => flow.end.verdict.refusedBy,
  'smb.flow.bytes.client': (flow) => flow.end.payload[flow.client],
  'smb.flow.bytes.server': (flow) => flow.end.payload[flow.server],
  // A client whose own port is 445 or 139 is no server when the handshake says so.
  'smb.flow.reversed': ({ row }) =>
    row.clientBy === 'handshake' || row.clientBy === 'protocol' ? isServerLike(row.port(row.client)) : undefined,
  'smb.flow.end': reason,
  'smb.flow.client_by': (flow) => flow.row.clientBy,
  'smb.flow.tries': (flow) => (isTcp(flow) ? above0(flow.row.tries) : undefined),
  'smb.flow.tcp_flags.client': (flow) => (isTcp(flow) ? flagWords(flow.row.flags(flow.client)) : undefined),
  'smb.flow.tcp_flags.server': (flow) => (isTcp(flow) ? flagWords(flow.row.flags(flow.server)) : undefined),
  'smb.flow.missing.client': (flow) => above0(flow.end.missing[flow.client]),
  'smb.flow.missing.server': (flow) => above0(flow.end.missing[flow.server]),
  'smb.flow.from_middle': (flow) => (isTcp(flow) && !flow.row.sawHandshake ? true : undefined),
  'smb.flow.one_sided': (flow) => {
    const hasTwo = flow.row.packets(0) > 0 && flow.row.packets(1) > 0;
    return hasTwo || !isOneSided(flow) ? undefined : true;
  },
  'smb.tunnel.kind': (flow) => flow.end.tunnel?.kind,
  'smb.tunnel.id': (flow) => (flow.end.tunnel && flow.end.tunnel.id >= 0 ? String(flow.end.tunnel.id) : undefined),
  'smb.tunnel.source.ip': (flow) => flow.end.tunnel?.source.text,
  'smb.tunnel.destination.ip': (flow) => flow.end.tunnel?.destination.text,
  'smb.flow.multipath': (flow) => hasBit(flow, STATE.multipath),
  'smb.truncated': (flow) => hasBit(flow, STATE.cut),
};

/** False where the ports alone would turn the sides round, else nothing. */
function isServerLike(port: number): FieldValue {
  return port === 445 || port === 139 ? false : undefined;
}

/** A SYN without an answer is an attempt, not a recording of one side. */
function isOneSided({ row }: FlowEvent): boolean {
  return (row.state & (3 * (STATE.ack | STATE.data | STATE.synAck))) !== 0;
}

function textOf(value: number | undefined): FieldValue {
  return value === undefined ? undefined : String(value);
}
