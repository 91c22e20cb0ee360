/** What is said of passwords that are guessed: a line of the log each, and an entry of the audit log where somebody is slowed down. */
import { printable } from '../../base/text/printable.ts';
import { cutColumns } from '../../base/text/text-width.ts';
import type { Service } from '../service.ts';
import { FailureLimit } from './failure-limit.ts';
import type { FullCount } from './sign-in-limits.ts';

const HOUR_MS = 3_600_000;
/** Entries of one account, address or both together: an attack that goes on is told of once an hour. */
const PER_CASE = { failures: 1, withinMs: HOUR_MS } as const;
/** Entries of all together: who guesses names must not fill the audit log. */
const TOGETHER = { failures: 50, withinMs: HOUR_MS } as const;
/** Columns of a name; those of accounts are not longer. */
const MAX_NAME = 64;

/** Who failed. */
interface Failure {
  /** Of the connection. */
  readonly address: string;
  /** As failures are counted. */
  readonly source: string;
  readonly name: string;
}

/** Tells of failed sign-ins. */
export class AttackNotes {
  private readonly service: Pick<Service, 'log' | 'store'>;
  private readonly told = new FailureLimit(PER_CASE);
  private readonly toldTogether = new FailureLimit(TOGETHER);

  constructor(service: Pick<Service, 'log' | 'store'>) {
    this.service = service;
  }

  /** @param full counts that became full by it */
  async failed({ address, source, name }: Failure, full: readonly FullCount[]): Promise<void> {
    const account = cutColumns(printable(name), MAX_NAME);
    this.service.log.warn({ address, account }, 'a sign-in failed');
    const cases = {
      pair: { account, address: source },
      device: { account, address: source },
      account: { account },
      address: { address: source },
    };
    for (const count of full) await this.note(cases[count]);
  }

  private async note(details: { readonly account?: string; readonly address?: string }): Promise<void> {
    const atMs = Date.now();
    const key = JSON.stringify(details);
    if (this.told.waitMs(key, atMs) > 0 || this.toldTogether.waitMs('', atMs) > 0) return;
    this.told.count(key, atMs);
    this.toldTogether.count('', atMs);
    this.service.log.warn(details, 'too many sign-ins failed; the next ones wait');
    await this.service.store.audit.append({ atMs, by: 'smbastion', action: 'user.slow-down', details: { ...details } });
  }
}
