import { expect, test } from 'vitest';
import { ntStatusName, ntStatusOutcome } from './nt-status.ts';

test.each([
  [0, 'STATUS_SUCCESS', 'success'],
  [0x103, 'STATUS_PENDING', 'unknown'],
  [0xc0000016, 'STATUS_MORE_PROCESSING_REQUIRED', 'unknown'],
  [0xc0000022, 'STATUS_ACCESS_DENIED', 'failure'],
  [0xc000006d, 'STATUS_LOGON_FAILURE', 'failure'],
  [0xc0009999, '0xC0009999', 'failure'],
  [5, '0x00000005', 'failure'],
])('%i is %s, %s', (code, name, outcome) => {
  expect(ntStatusName(code)).toBe(name);
  expect(ntStatusOutcome(name)).toBe(outcome);
});
