/**
 * How guessing is slowed down, and nobody locked out by strangers. Wrong passwords are counted for an account from an address,
 * for an account from anywhere, and for an address. Where one of the latter two is full, names that did not fail from the same
 * address are still let in, a few a minute. A browser in which an account signed in before has a count of its own (OWASP, "Slow
 * Down Online Guessing Attacks with Device Cookies"), so that strangers do not fill that of its owner. Turned down: to lock
 * accounts, which anybody could do to anybody.
 */
import { SmbError } from '../../base/error.ts';
import { formatElapsed } from '../../base/text/figures.ts';
import { type FailureBounds, FailureLimit } from './failure-limit.ts';

const MINUTE_MS = 60_000;

/** What is counted, and how much of it is let pass in which time. The figures stand in docs/operate.md. */
const BOUNDS = {
  /** Of one account in a browser that it signed in before. */
  device: { failures: 5, withinMs: 5 * MINUTE_MS },
  /** Of one account from one address. */
  pair: { failures: 5, withinMs: 5 * MINUTE_MS },
  /** Of one account from anywhere. */
  account: { failures: 50, withinMs: 15 * MINUTE_MS },
  /** From one address. */
  address: { failures: 30, withinMs: 15 * MINUTE_MS },
  /** Of one account from one address, when the account or the address is full. */
  fresh: { failures: 1, withinMs: 15 * MINUTE_MS },
  /** Of an account or address that is full. */
  trickle: { failures: 10, withinMs: MINUTE_MS },
} as const satisfies Record<string, FailureBounds>;

type Kind = keyof typeof BOUNDS;

/** Passwords of strangers that wait to be checked; one takes a quarter of a second. */
const MAX_CHECKS = 20;

/** Who tries. */
export interface SignInAttempt {
  /** As `attemptSource` puts it. */
  readonly source: string;
  /** What was given as the name of an account. */
  readonly name: string;
  /** Hash of the secret of a browser in which the account signed in before; undefined for all others. */
  readonly device: string | undefined;
}

/** An attempt that was let in: counted as failed until told otherwise, so that many at once do not get through. */
export interface AdmittedAttempt {
  /** It did not fail. */
  readonly forgive: () => void;
  /** It failed. @returns which counts became full by it */
  readonly fail: () => readonly FullCount[];
  /** The password was checked, whatever came of it. */
  readonly end: () => void;
}

/** A count that became full. */
export type FullCount = Exclude<Kind, 'fresh' | 'trickle'>;

/** Counts of failed sign-ins. */
export class SignInLimits {
  private readonly limits = Object.fromEntries(
    Object.entries(BOUNDS).map(([kind, bounds]) => [kind, new FailureLimit(bounds)]),
  ) as Record<Kind, FailureLimit>;
  private checks = 0;

  /** @throws API-BUSY when the attempt has to wait */
  admit({ source, name, device }: SignInAttempt, nowMs: number): AdmittedAttempt {
    const pair = `${source} ${name}`;
    const counts: [Kind, string][] =
      device === undefined
        ? [
            ['pair', pair],
            ['account', name],
            ['address', source],
            ['fresh', pair],
            ['trickle', `account ${name}`],
            ['trickle', `address ${source}`],
          ]
        : [['device', `${device} ${name}`]];
    if (device === undefined) this.checkStranger(pair, source, name, nowMs);
    else this.check('device', `${device} ${name}`, nowMs);
    for (const [kind, key] of counts) this.limits[kind].count(key, nowMs);
    this.checks += device === undefined ? 1 : 0;
    return {
      forgive: () => counts.forEach(([kind, key]) => this.limits[kind].forgive(key)),
      fail: () =>
        counts.flatMap(([kind, key]) =>
          kind === 'fresh' || kind === 'trickle' || this.limits[kind].waitMs(key, nowMs) === 0 ? [] : [kind],
        ),
      end: () => {
        this.checks -= device === undefined ? 1 : 0;
      },
    };
  }

  private checkStranger(pair: string, source: string, name: string, nowMs: number): void {
    if (this.checks >= MAX_CHECKS) throw busy('Too many passwords wait to be checked; try again in a few seconds.');
    this.check('pair', pair, nowMs);
    for (const [kind, key] of [
      ['account', name],
      ['address', source],
    ] as const) {
      if (this.limits[kind].waitMs(key, nowMs) === 0) continue;
      this.check('fresh', pair, nowMs);
      this.check('trickle', `${kind} ${key}`, nowMs);
    }
  }

  private check(kind: Kind, key: string, nowMs: number): void {
    const waitMs = this.limits[kind].waitMs(key, nowMs);
    if (waitMs > 0) throw busy(`Too many attempts failed; the next one is let in after ${formatElapsed(waitMs)}.`);
  }
}

function busy(message: string): SmbError {
  return new SmbError('API-BUSY', message, {
    fix: 'a browser that signed in to this account before waits for its own mistakes alone, and a link works at once: smbastion users link NAME',
  });
}
