import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readingReason, systemReason } from './system-error.ts';

test.each([
  ['no/such/file', 'there is no such file or folder'],
  ['.', 'it is a folder'],
])('reading %s says: %s', (path, reason) => {
  let thrown: unknown;
  try {
    readFileSync(path);
  } catch (cause) {
    thrown = cause;
  }
  expect(readingReason(thrown)).toBe(reason);
});

test('what is not known is said as the system says it', () => {
  expect(systemReason(Object.assign(new Error('EXYZ: strange'), { code: 'EXYZ' }))).toBe('EXYZ: strange');
  expect(systemReason('text')).toBe('text');
});
