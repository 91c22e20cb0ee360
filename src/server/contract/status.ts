import { Type } from 'typebox';
import { maybe, rows, time } from './shapes.ts';

const count = (description: string) => Type.Integer({ description });

/** Answer of `/api/v1/status`: how the server does. */
export const StatusAnswer = Type.Object({
  asker: Type.String({ description: 'Whoever asked, as the audit log names them' }),
  version: Type.String(),
  startedMs: time('Since when it runs'),
  dataFolder: Type.String(),
  isServing: Type.Boolean({ description: 'false when a command opened the data folder without a server' }),
  rules: Type.Object({
    active: count('Rules that are on, by the configuration or because somebody switched them on'),
    all: count('Rules that are loaded'),
    faulty: count('Files of rules, exceptions and lists with errors'),
  }),
  hasExamples: Type.Boolean({ description: 'Whether the bundled examples are in' }),
  openAlerts: Type.Object({
    low: Type.Integer(),
    medium: Type.Integer(),
    high: Type.Integer(),
    critical: Type.Integer(),
  }),
  runs: Type.Object({
    rules: count('Rules that have run'),
    failed: count('Rules whose latest run failed'),
    partial: count('Rules that have work left'),
    latestMs: maybe(time('When the latest run ended')),
  }),
  intake: Type.Object({
    events: count('Events that are stored'),
    waiting: count('Events that were acknowledged and are not found yet'),
    waitsBecause: maybe(Type.String({ description: 'Why the store cannot take them in' })),
    newestEventMs: maybe(time('When the newest event happened')),
    deadLetters: count('What could not be read and is kept'),
    senders: rows(
      Type.Object({
        name: Type.String({ description: 'With the way it comes, such as `syslog udp 10.0.0.7`' }),
        events: count('Events that came since the start, duplicates among them'),
        unreadable: count('What could not be read'),
        dropped: count('What was not taken in, because the queue was full'),
        lastMs: time('When the latest came, before the start, too'),
        isSilent: Type.Boolean({ description: 'It has sent nothing for quiet_after, and is expected to' }),
      }),
    ),
    deadLettersDiscarded: count('What could not be read and had to give way'),
  }),
  store: Type.Object({
    bytes: count('Bytes on disk'),
    freeBytes: count('Bytes left on the disk'),
  }),
});
