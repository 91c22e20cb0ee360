import { expect, test } from 'vitest';
import { addressOf } from '../base/address/address.ts';
import { communityId } from './community-id.ts';

const ONE = addressOf('128.232.110.120')!;
const OTHER = addressOf('66.35.250.204')!;

test('is the same in both directions', () => {
  const id = communityId(ONE, 34855, OTHER, 80, 'tcp');
  expect(id).toBe('1:LQU9qZlK+B5F3KDmev6m5PMibrg=');
  expect(communityId(OTHER, 80, ONE, 34855, 'tcp')).toBe(id);
});

test.each([65_536, -1, 445.5, Number.NaN, 1e300])('%d is no port, so there is no id', (port) => {
  expect(communityId(ONE, port, OTHER, 80, 'tcp')).toBeUndefined();
  expect(communityId(ONE, 80, OTHER, port, 'tcp')).toBeUndefined();
});
