import type { PreparedDialect } from '../../sources/json/record-reader.ts';
import type { DeadLetter } from '../../store/dead-letter-store.ts';
import type { Store } from '../../store/store.ts';
import type { Intake } from './intake.ts';
import { SyslogReader } from './network/syslog-reader.ts';

/** What became of dead letters that were read again. */
export interface ReplayOutcome {
  /** Letters that are events now, or were known, and are no longer kept. */
  readonly read: number;
  /** Letters that still cannot be read. */
  readonly unreadable: number;
}

/**
 * Reads dead letters again, after the program or its configuration has changed: as documents and as messages of syslog. Those that
 * can be read now are removed.
 */
export async function replayDeadLetters(
  letters: readonly DeadLetter[],
  intake: Intake,
  store: Store,
  dialects: readonly PreparedDialect[],
): Promise<ReplayOutcome> {
  const reader = new SyslogReader({ intake, dialects, file: 'dead letters', ip: '' });
  const delivery = intake.deliver(intake.senders.get('load', 'dead letters'));
  for (const { content, isBase64 } of letters) {
    const bytes = Buffer.from(content, isBase64 ? 'base64' : 'utf8');
    reader.message(bytes, 0, bytes.length, delivery);
    await delivery.pause();
  }
  const { items } = await delivery.stored();
  const read = letters.filter((_, i) => ['created', 'duplicate'].includes(items[i]!.kind));
  await store.deadLetters.remove(read.map(({ id }) => id));
  return { read: read.length, unreadable: letters.length - read.length };
}
