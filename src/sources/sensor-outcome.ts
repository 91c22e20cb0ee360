/**
 * What became of a connection in each sensor's own words, as tables. They stand above the source folders because the
 * same words arrive in the sensor's own log and in documents that a shipper made of it.
 */
import { type FlowOutcome, type RefusedBy, withBytes } from '../event/flow-outcome.ts';

/** An outcome, with who refused where somebody did. */
export interface FlowVerdict {
  readonly outcome: FlowOutcome;
  readonly refusedBy?: RefusedBy;
}

/** The verdicts there are, made once so that none is allocated for an event. */
export const VERDICT = {
  unknown: { outcome: 'unknown' },
  attempted: { outcome: 'attempted' },
  refusedByPolicy: { outcome: 'refused', refusedBy: 'policy' },
  refusedByReset: { outcome: 'refused', refusedBy: 'reset' },
  refusedByIcmp: { outcome: 'refused', refusedBy: 'icmp' },
  established: { outcome: 'established' },
  moved: { outcome: 'moved' },
  /** A rule cut a session that had been established. */
  establishedThenCut: { outcome: 'established', refusedBy: 'policy' },
  movedThenCut: { outcome: 'moved', refusedBy: 'policy' },
} as const satisfies Record<string, FlowVerdict>;

/**
 * Raises `established` to `moved` where the payload says so.
 *
 * @param verdict verdict without counters
 * @param oneWay payload bytes of one side, undefined when unknown
 * @param otherWay payload bytes of the other side
 */
export function verdictWithBytes(
  verdict: FlowVerdict,
  oneWay: number | undefined,
  otherWay: number | undefined,
): FlowVerdict {
  if (withBytes(verdict.outcome, oneWay, otherWay) !== 'moved' || verdict.outcome === 'moved') return verdict;
  return verdict.refusedBy === undefined ? VERDICT.moved : VERDICT.movedThenCut;
}

/** Header bytes of a packet: IP and TCP, the timestamp option nearly every TCP carries, Ethernet where it is counted. */
const HEADER_BYTES = { v4: 40, v6: 60, timestamps: 12, link: 14 } as const;

/**
 * Payload out of a counter of whole packets. An estimate: options of a SYN count as a few bytes of payload.
 *
 * @param bytes counter of whole packets
 * @param packets packets counted, undefined when unknown (the counter then stands as it is)
 * @param isV4 whether the packets are IPv4
 * @param hasLinkLayer whether the counter includes Ethernet headers
 * @returns bytes, never below 0
 */
export function payloadBytes(bytes: number, packets: number | undefined, isV4: boolean, hasLinkLayer: boolean): number {
  const header = (isV4 ? HEADER_BYTES.v4 : HEADER_BYTES.v6) + HEADER_BYTES.timestamps;
  return Math.max(0, bytes - (packets ?? 0) * (header + (hasLinkLayer ? HEADER_BYTES.link : 0)));
}

/**
 * Zeek's conn_state.
 *
 * @param state such as `SF`
 * @param origBytes payload of the originator, undefined when unknown
 * @param respBytes payload of the responder
 * @returns undefined for a word that is no conn_state
 */
export function zeekVerdict(
  state: string,
  origBytes: number | undefined,
  respBytes: number | undefined,
): FlowVerdict | undefined {
  switch (state) {
    case 'S0':
    case 'SH':
    case 'RSTOS0':
      return VERDICT.attempted;
    case 'REJ':
      return VERDICT.refusedByReset;
    case 'S1':
    case 'S2':
    case 'S3':
    case 'SF':
    case 'RSTO':
    case 'RSTR':
      return verdictWithBytes(VERDICT.established, origBytes, respBytes);
    case 'OTH':
    case 'RSTRH':
    case 'SHR':
      if (!((origBytes ?? 0) > 0 && (respBytes ?? 0) > 0)) return VERDICT.unknown;
      return verdictWithBytes(VERDICT.established, origBytes, respBytes);
    default:
      return undefined;
  }
}

/** What a Suricata flow record says; payload counters are without headers. */
export interface SuricataFlowFacts {
  readonly state: string | undefined;
  /** `flow.action`. */
  readonly action: string | undefined;
  readonly hasReset: boolean;
  /** TCP flags the server sent, hexadecimal as EVE writes them, undefined when not given. */
  readonly serverFlags: number | undefined;
  readonly clientPayload: number | undefined;
  readonly serverPayload: number | undefined;
}

const TCP_FLAG = { syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10 } as const;

/** Verdict of a Suricata flow record. */
export function suricataVerdict(facts: SuricataFlowFacts): FlowVerdict {
  const { state, action, clientPayload, serverPayload } = facts;
  const hasAnswer = (serverPayload ?? 0) > 0;
  if (action === 'drop') {
    if (!hasAnswer || state === 'new') return VERDICT.refusedByPolicy;
    return verdictWithBytes(VERDICT.establishedThenCut, clientPayload, serverPayload);
  }
  // A server that sent SYN accepted the connection, whatever reset ended it.
  const hasAccepted = facts.serverFlags !== undefined && (facts.serverFlags & TCP_FLAG.syn) !== 0;
  if ((state === 'new' || state === 'closed') && facts.hasReset && !hasAnswer && !(state === 'closed' && hasAccepted)) {
    return VERDICT.refusedByReset;
  }
  switch (state) {
    case 'new':
      return VERDICT.attempted;
    case 'established':
    case 'closed':
      return verdictWithBytes(VERDICT.established, clientPayload, serverPayload);
    case 'bypassed':
      if (!(hasAnswer && (clientPayload ?? 0) > 0)) return VERDICT.unknown;
      return verdictWithBytes(VERDICT.established, clientPayload, serverPayload);
    default:
      return VERDICT.unknown;
  }
}

/** What a PAN-OS TRAFFIC record says. */
export interface PanosFacts {
  readonly action: string | undefined;
  readonly subType: string | undefined;
  /** Application in lower case. */
  readonly application: string | undefined;
  readonly endReason: string | undefined;
  readonly sentBytes: number | undefined;
  readonly receivedBytes: number | undefined;
}

/** Verdict of a PAN-OS TRAFFIC record; undefined when it states no action. */
export function panosVerdict(facts: PanosFacts): FlowVerdict | undefined {
  const { action, subType, application } = facts;
  if (subType === 'drop' || subType === 'deny') return VERDICT.refusedByPolicy;
  if (action === undefined) return undefined;
  if (action !== 'allow') return VERDICT.refusedByPolicy;
  if (application === 'incomplete') {
    return facts.endReason === 'tcp-rst-from-server' ? VERDICT.refusedByReset : VERDICT.attempted;
  }
  if (application === undefined || application === 'not-applicable') return VERDICT.unknown;
  return verdictWithBytes(VERDICT.established, facts.sentBytes, facts.receivedBytes);
}

/** What one half of a connection (a unidirectional flow record) says. */
export interface HalfFlowFacts {
  /** Cumulative TCP flags, undefined when not given. */
  readonly flags: number | undefined;
  readonly isServerHalf: boolean;
  readonly packets: number | undefined;
  /** Payload bytes, undefined when unknown. */
  readonly payload: number | undefined;
}

/** A server's half of more packets than this has said more than a reset to each try of the client. */
const MOST_RESET_PACKETS = 3;

/** Verdict of one half of a connection: what its flags prove, and nothing about the other half. */
export function halfFlowVerdict(facts: HalfFlowFacts): FlowVerdict {
  const { flags } = facts;
  if (flags === undefined) return VERDICT.unknown;
  const has = (bit: number) => (flags & bit) !== 0;
  if (facts.isServerHalf) {
    const isOnlyReset = has(TCP_FLAG.rst) && !has(TCP_FLAG.psh) && !has(TCP_FLAG.syn);
    if (isOnlyReset && (facts.packets ?? 0) <= MOST_RESET_PACKETS) return VERDICT.refusedByReset;
  } else if (flags === TCP_FLAG.syn) {
    return VERDICT.attempted;
  }
  // Data is pushed only after a handshake, so PSH with ACK in one half proves both.
  if (!has(TCP_FLAG.psh) || !has(TCP_FLAG.ack)) return VERDICT.unknown;
  return verdictWithBytes(VERDICT.established, facts.payload, undefined);
}

/** Verdict of both halves of a connection: what their cumulative flags prove together. */
export function joinedFlowVerdict(client: HalfFlowFacts, server: HalfFlowFacts): FlowVerdict {
  const asServer = halfFlowVerdict(server);
  if (asServer === VERDICT.refusedByReset) return asServer;
  if (client.flags === undefined || server.flags === undefined) return VERDICT.unknown;
  const isAccepted = (server.flags & TCP_FLAG.ack) !== 0 && (client.flags & TCP_FLAG.ack) !== 0;
  if (isAccepted) return verdictWithBytes(VERDICT.established, client.payload, server.payload);
  return client.flags === TCP_FLAG.syn ? VERDICT.attempted : VERDICT.unknown;
}
