import type { PreparedDialect } from '../../sources/json/record-reader.ts';
import type { DeadLetter } from '../../store/dead-letter-store.ts';
import type { Store } from '../../store/store.ts';
import type { Delivery } from './delivery.ts';
import type { Intake } from './intake.ts';
import { SyslogReader } from './network/syslog-reader.ts';

/** What became of dead letters that were read again. */
export interface ReplayOutcome {
  /** Letters that are events now, or were known, and are no longer kept. */
  readonly read: number;
  /** Letters that still cannot be read. */
  readonly unreadable: number;
  /** Letters that hold a part of what came, or the place in a file: they were left as they are. */
  readonly left: number;
}

/** Letters of one sender and one scope. */
interface OpenReader {
  readonly reader: SyslogReader;
  readonly delivery: Delivery;
  readonly ids: string[];
  /** Whether an earlier program kept them. */
  readonly isOld: boolean;
}

/** Within which identities hold in letters of earlier programs, which do not say who sent them. */
const OLD_SCOPE = 'dead letters';

/**
 * Reads dead letters again, after the program or its configuration has changed: as documents and as messages of syslog, with the
 * identity they had when they came. Those that can be read now are removed.
 */
export async function replayDeadLetters(
  letters: readonly DeadLetter[],
  intake: Intake,
  store: Store,
  dialects: readonly PreparedDialect[],
): Promise<ReplayOutcome> {
  const whole = letters.filter(({ origin }) => origin?.isWhole !== false);
  const readers = new Map<string, OpenReader>();
  const sender = intake.senders.get('load', 'dead letters');
  for (const { id, intake: file, content, isBase64, origin } of whole) {
    const isOld = origin === undefined;
    const idScope = isOld ? OLD_SCOPE : origin.idScope;
    const key = JSON.stringify([file, idScope, isOld]);
    let open = readers.get(key);
    if (!open) {
      const reader = new SyslogReader({ intake, dialects, file, ip: '', idScope });
      open = { reader, delivery: intake.deliver(sender, idScope), ids: [], isOld };
      readers.set(key, open);
    }
    const bytes = Buffer.from(content, isBase64 ? 'base64' : 'utf8');
    open.ids.push(id);
    open.reader.message(bytes, 0, bytes.length, open.delivery, { id: origin?.documentId, index: origin?.index });
    await open.delivery.pause();
  }
  let read = 0;
  const gone: string[] = [];
  for (const { delivery, ids, isOld } of readers.values()) {
    const { items } = await delivery.stored();
    ids.forEach((id, i) => {
      const { kind } = items[i]!;
      const isRead = kind === 'created' || kind === 'duplicate';
      if (isRead) read++;
      // What is unreadable is a letter again, of the same id; of an old one the id is made otherwise now.
      if (isRead || (isOld && kind === 'unreadable')) gone.push(id);
    });
  }
  await store.deadLetters.remove(gone);
  return { read, unreadable: whole.length - read, left: letters.length - whole.length };
}
