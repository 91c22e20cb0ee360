import { expect, test } from 'vitest';
import { EventBatches } from './event-batches.ts';
import { BATCH_CHARS, MAX_WAITING } from './protocol.ts';

test('events go in batches, and the rest when it is asked for', () => {
  const sent: number[] = [];
  const batches = new EventBatches((records) => sent.push(records.length));
  const half = 'x'.repeat(BATCH_CHARS / 2);
  for (const record of [half, half, half]) batches.add(record);
  expect(sent).toEqual([2]);
  batches.flush();
  batches.flush();
  expect(sent).toEqual([2, 1]);
});

test('too many that are not taken are waited for', async () => {
  const batches = new EventBatches(() => {});
  for (let i = 0; i < MAX_WAITING; i++) {
    expect(batches.whenReady()).toBeUndefined();
    batches.add('x'.repeat(BATCH_CHARS));
  }
  const waiting = batches.whenReady();
  expect(waiting).toBeInstanceOf(Promise);
  batches.took();
  await waiting;
  expect(batches.whenReady()).toBeUndefined();
});
