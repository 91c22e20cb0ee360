import { expect, test } from 'vitest';
import { dataName, dataNameText, metDataName } from './data-name.ts';

test('names are one without case and blanks', () => {
  expect(dataName('Threat Name')).toBe(metDataName('threatname'));
  expect(dataNameText(dataName('THREATNAME'))).toBe('Threat Name');
});

test('names that evidence invents leave those that are asked for alone', () => {
  for (let i = 0; i < 60_000; i++) metDataName(`Invented${i}`);
  expect(metDataName('Another')).toBe(-1);
  const asked = dataName('AskedByARule');
  expect(asked).toBeGreaterThan(0);
  expect(metDataName('askedbyarule')).toBe(asked);
  expect([dataName('x'.repeat(2_000)), metDataName('x'.repeat(2_000))]).toEqual([-1, -1]);
});
