import { expect, test } from 'vitest';
import { PipeRhythm } from './pipe-rhythm.ts';

function rhythmOf(times: readonly number[]): PipeRhythm {
  const rhythm = new PipeRhythm();
  for (const time of times) rhythm.message(time, 100);
  return rhythm;
}

test('a question and its answer are one exchange', () => {
  const rhythm = rhythmOf([0, 10, 900, 60_000, 60_010]);
  expect(rhythm.exchanges).toBe(2);
  expect(rhythm.rhythm()).toBeUndefined();
});

test('even intervals have no spread, and one long talk in between changes nothing', () => {
  const even = Array.from({ length: 20 }, (_, i) => i * 60_000);
  expect(rhythmOf(even).rhythm()).toEqual({ periodMs: 60_000, spread: 0 });
  expect(rhythmOf([...even, 1_300_000, 1_307_000, 1_320_000]).rhythm()?.spread).toBeLessThan(0.01);
});

test('intervals of people are spread', () => {
  expect(rhythmOf([0, 5000, 90_000, 92_000, 300_000, 310_000, 900_000]).rhythm()?.spread).toBeGreaterThan(0.5);
});

test('the newest intervals count, and the largest message', () => {
  const rhythm = new PipeRhythm();
  let time = 0;
  for (let i = 0; i < 200; i++) rhythm.message((time += i < 50 ? 7000 : 30_000), i);
  expect(rhythm.rhythm()).toEqual({ periodMs: 30_000, spread: 0 });
  expect([rhythm.exchanges, rhythm.largest]).toEqual([200, 199]);
});

test('times that go backwards do no harm', () => {
  expect(rhythmOf([5000, 0, 60_000, 10, 120_000]).exchanges).toBeGreaterThan(0);
});
