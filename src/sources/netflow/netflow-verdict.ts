/** What became of a connection, from flow records: one half says little, two say what their flags prove. */
import { isSmbPort } from '../../event/smb-port.ts';
import {
  type FlowVerdict,
  type HalfFlowFacts,
  halfFlowVerdict,
  joinedFlowVerdict,
  payloadBytes,
  VERDICT,
} from '../sensor-outcome.ts';
import type { FlowHalf, JoinedFlow } from './flow-halves.ts';
import type { FlowEnd } from './netflow-event.ts';

const TCP = 6;
/** firewallEvent of IPFIX. */
const FIREWALL = { created: 1, deleted: 2, denied: 3 } as const;

/**
 * @param source end that the event calls source
 * @returns undefined for protocols without connections
 */
export function verdictOf(flow: JoinedFlow, source: FlowEnd, destination: FlowEnd): FlowVerdict | undefined {
  if (flow.firewallEvent === FIREWALL.denied) return VERDICT.refusedByPolicy;
  const { record } = flow;
  if (record.protocol !== TCP) return undefined;
  const factsOf = (half: FlowHalf, isServerHalf: boolean): HalfFlowFacts => ({
    flags: half.flags,
    isServerHalf,
    packets: half.packets,
    payload: half.octets === undefined ? undefined : payloadBytes(half.octets, half.packets, !record.isV6, false),
  });
  const [sent, answered] = [source.sent, destination.sent];
  if (sent && answered) {
    const verdict = joinedFlowVerdict(factsOf(sent, false), factsOf(answered, true));
    // Only some packets were looked at: what was not seen proves nothing.
    return flow.sampling > 1 && !isProven(verdict) ? VERDICT.unknown : verdict;
  }
  if (flow.sampling > 1) return VERDICT.unknown;
  const half = sent ?? answered;
  if (!half) return VERDICT.unknown;
  const isServerHalf = isSmbPort(source.port) && !isSmbPort(destination.port);
  const verdict = halfFlowVerdict(factsOf(half, isServerHalf));
  const isBuilt = flow.firewallEvent === FIREWALL.created && verdict.outcome === 'unknown';
  return isBuilt ? VERDICT.attempted : verdict;
}

function isProven({ outcome }: FlowVerdict): boolean {
  return outcome === 'established' || outcome === 'moved';
}
