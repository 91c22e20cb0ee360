/**
 * Hashes of NTLM challenges, for a few seconds: a server makes a new one for every logon, so the same one on two connections
 * means that somebody passes it on.
 */

/** How long a challenge is remembered. */
const KEPT_MS = 5000;
/** Challenges remembered; 2,000 logons a second are more than a domain controller answers. */
const MAX_KEPT = 10_000;

interface Kept {
  readonly link: object;
  readonly time: number;
  readonly place: string;
}

/** The challenges of the last seconds. */
export class RecentChallenges {
  private readonly kept = new Map<string, Kept>();

  /**
   * @param link the connection, by object
   * @param place where it was seen, in words
   * @returns the other place where the same challenge was seen, or undefined
   */
  add(hash: string, link: object, time: number, place: string): string | undefined {
    const known = this.kept.get(hash);
    this.kept.delete(hash);
    this.kept.set(hash, { link, time, place });
    this.forget(time);
    if (known === undefined || known.link === link || Math.abs(time - known.time) > KEPT_MS) return undefined;
    return known.place;
  }

  private forget(time: number): void {
    for (const [hash, { time: added }] of this.kept) {
      if (this.kept.size <= MAX_KEPT && time - added <= KEPT_MS) break;
      this.kept.delete(hash);
    }
  }
}
