/** Counts failures by key, such as an address or an account, and says when somebody has to wait. */

import { parseAddress } from '../../base/address/address.ts';
import { parseCidr } from '../../base/address/cidr.ts';

/** How many failures are let pass in which time. */
export interface FailureBounds {
  readonly failures: number;
  readonly withinMs: number;
}

/** Keys that are remembered; the one that failed longest ago is forgotten first. */
const MAX_KEYS = 10_000;

/** Failures of the last while. */
export class FailureLimit {
  private readonly bounds: FailureBounds;
  private readonly times = new Map<string, number[]>();

  constructor(bounds: FailureBounds) {
    this.bounds = bounds;
  }

  /** @returns milliseconds to wait; 0 when another attempt is let pass */
  waitMs(key: string, nowMs: number): number {
    const recent = this.recent(key, nowMs);
    const { failures, withinMs } = this.bounds;
    return recent.length < failures ? 0 : recent[recent.length - failures]! + withinMs - nowMs;
  }

  /** Counts a failure, or an attempt that may become one. */
  count(key: string, nowMs: number): void {
    const recent = [...this.recent(key, nowMs), nowMs].slice(-this.bounds.failures);
    this.times.delete(key);
    this.times.set(key, recent);
    if (this.times.size > MAX_KEYS) this.times.delete(this.times.keys().next().value!);
  }

  /** Takes back what was counted last: it was none. */
  forgive(key: string): void {
    this.times.get(key)?.pop();
  }

  private recent(key: string, nowMs: number): number[] {
    // What failed in the future, failed before the clock was put back: who knows when.
    return (this.times.get(key) ?? []).filter((at) => at > nowMs - this.bounds.withinMs && at <= nowMs);
  }
}

/**
 * Who is counted as one: an address of IPv4, a network of 64 bits of IPv6, which is what one machine or household has to
 * choose addresses from (RFC 6177, RFC 4291 2.5.4).
 *
 * @param ip as the connection has it
 */
export function attemptSource(ip: string): string {
  const address = parseAddress(ip.split('%', 1)[0]!);
  if (!address?.text.includes(':')) return address?.text ?? ip;
  return `${parseCidr(`${address.text}/64`)!.low.text}/64`;
}
