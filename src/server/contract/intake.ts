import { Type } from 'typebox';
import { maybe, rows, time } from './shapes.ts';

const count = (description: string) => Type.Integer({ description });

/** One who sends. */
const SenderAnswer = Type.Object({
  name: Type.String({ description: 'The way it comes by, and who it is' }),
  events: count('Events since the start, known ones among them'),
  duplicates: count('Events that were known'),
  bytes: count('Bytes since the start'),
  unreadable: count('What went to the dead letters'),
  dropped: count('Datagrams dropped because the queue was full'),
  lastMs: maybe(time('When it last sent')),
  datasets: Type.Array(Type.Object({ dataset: Type.String(), events: Type.Integer(), lastMs: time('Last event') })),
  empty: Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer() })),
});

/** Answer of `/api/v1/intake`: who sends what. */
export const IntakeAnswer = Type.Object({
  heldBytes: count('Bytes that are not stored yet'),
  heldEvents: count('Events that are not stored yet'),
  refused: count('Requests and datagrams that met a full queue'),
  writes: count('Writes to the store'),
  failedWrites: count('Writes that failed'),
  senders: rows(SenderAnswer),
});

/** What could not be read. */
export const DeadLetterAnswer = Type.Object({
  id: Type.String(),
  atMs: time('When it came'),
  intake: Type.String({ description: 'Who sent it' }),
  reason: Type.String(),
  content: Type.String({ description: 'As it came, up to a limit' }),
  isBase64: Type.Boolean(),
  canReplay: Type.Boolean({
    description: 'Whether it can be read again: no part of a message, and no place in a file',
  }),
});

/** A page of dead letters. */
export const DeadLetterPage = Type.Object({
  letters: rows(DeadLetterAnswer),
  next: maybe(Type.String({ description: 'Where the next page begins' })),
  held: count('All that are kept'),
  discarded: count('Those that had to give way'),
});

/** What became of dead letters that were read again. */
export const ReplayAnswer = Type.Object({
  read: count('Those that are events now; they are no longer kept'),
  unreadable: count('Those that still cannot be read'),
  left: count('Those that cannot be read again, since the whole is not kept'),
});
