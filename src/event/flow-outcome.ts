/** What became of a connection: one ladder for all sources, never guessed upwards. See docs/facts.md. */
export type FlowOutcome = 'attempted' | 'refused' | 'established' | 'moved' | 'unknown';

/** Who refused. */
export type RefusedBy = 'policy' | 'reset' | 'icmp';

/** Payload one way from which data counts as moved: 64 KiB is more than any logon or browsing of a share sends. */
export const MOVED_BYTES = 65_536;

/** Payload each way from which SMB counts as spoken: a negotiate request and its answer are longer than this. */
export const SPOKEN_BYTES = 100;

/** Proof of the rungs, weakest first; the highest one of several records of a connection is kept. */
export const OUTCOME_ORDER: readonly FlowOutcome[] = ['unknown', 'attempted', 'refused', 'established', 'moved'];

/**
 * Raises `established` to `moved` when enough payload went one way.
 *
 * @param outcome rung proven without counters
 * @param clientBytes payload bytes of one side, undefined when unknown
 * @param serverBytes payload bytes of the other side
 */
export function withBytes(
  outcome: FlowOutcome,
  clientBytes: number | undefined,
  serverBytes: number | undefined,
): FlowOutcome {
  if (outcome !== 'established') return outcome;
  return Math.max(clientBytes ?? 0, serverBytes ?? 0) >= MOVED_BYTES ? 'moved' : outcome;
}

/** @returns ECS event.outcome of a rung */
export function eventOutcome(outcome: FlowOutcome): 'success' | 'failure' | 'unknown' {
  if (outcome === 'refused') return 'failure';
  return outcome === 'established' || outcome === 'moved' ? 'success' : 'unknown';
}
