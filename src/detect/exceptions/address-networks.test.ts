import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Address } from '../../base/address/address.ts';
import { parseAddressRange } from '../../base/address/cidr.ts';
import { networksOfRange } from './address-networks.ts';

function networks(text: string): string[] {
  return networksOfRange(parseAddressRange(text)!).map(({ low, prefix }) => `${low.text}/${prefix}`);
}

test.each([
  ['10.0.0.0/8', ['10.0.0.0/104']],
  ['10.0.0.1', ['10.0.0.1/128']],
  ['10.0.0.1-10.0.0.4', ['10.0.0.1/128', '10.0.0.2/127', '10.0.0.4/128']],
  ['::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', ['::/0']],
])('%s', (text, expected) => {
  expect(networks(text)).toEqual(expected);
});

test('networks follow each other from the lowest to the highest address', () => {
  const word = fc.oneof(fc.constantFrom(0, 1, 0xffffffff, 0x80000000), fc.nat(0xffffffff));
  const address = fc.tuple(word, word, word, word).map(([a, b, c, d]) => new Address(a, b, c, d));
  fc.assert(
    fc.property(address, address, (x, y) => {
      const [low, high] = x.compare(y) <= 0 ? [x, y] : [y, x];
      const list = networksOfRange({ low, high });
      expect(list[0]!.low.compare(low)).toBe(0);
      expect(list.at(-1)!.high.compare(high)).toBe(0);
      expect(list.length).toBeLessThanOrEqual(254);
      for (const [index, net] of list.slice(1).entries()) {
        expect(networksOfRange({ low: list[index]!.high, high: net.low }).length).toBeLessThanOrEqual(2);
      }
    }),
  );
});
