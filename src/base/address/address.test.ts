import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Address, addressOf, parseAddress } from './address.ts';
import { AddressSet } from './address-set.ts';
import { parseAddressRange, parseCidr } from './cidr.ts';

const word = fc.integer({ min: 0, max: 0xffffffff }).map((n) => n >>> 0);
const anyAddress = fc.oneof(
  fc.tuple(word, word, word, word).map(([a, b, c, d]) => new Address(a, b, c, d)),
  word.map((d) => new Address(0, 0, 0xffff, d)),
  fc.tuple(fc.constantFrom(0, 1, 0xffffffff), word).map(([a, d]) => new Address(a, 0, 0, d)),
);

describe('text', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::ffff:0a00:0001', '10.0.0.1'],
    ['::', '::'],
    ['::1', '::1'],
    ['FE80::0001%eth0', 'fe80::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['64:ff9b::8.8.4.4', '64:ff9b::808:404'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ])('%s is %s', (text, shown) => expect(addressOf(text)?.text).toBe(shown));

  test.each([
    '',
    '-',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.01',
    '10.0.0.1.',
    '.10.0.0.1',
    '10.0.0.1/8',
    'a.b.c.d',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7',
    'g::1',
    '12345::',
    '::10.0.0.1:1',
    '1:2:3:4:5:6:7:8::',
    'x'.repeat(1000),
  ])('%j is none', (text) => expect(addressOf(text)).toBeUndefined());

  test('what is written is read back', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        expect(parseAddress(address.text)?.compare(address)).toBe(0);
      }),
    );
  });
});

describe('networks', () => {
  test.each([
    ['10.1.2.3/8', '10.0.0.0', '10.255.255.255', true],
    ['0.0.0.0/0', '0.0.0.0', '255.255.255.255', false],
    ['10.0.0.1', '10.0.0.1', '10.0.0.1', false],
    ['FE80::/10', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff', false],
    ['::/0', '::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', false],
    ['::ffff:10.0.0.0/104', '10.0.0.0', '10.255.255.255', false],
  ])('%s', (text, low, high, hasHostBits) => {
    const cidr = parseCidr(text);
    expect([cidr?.low.text, cidr?.high.text, cidr?.hasHostBits]).toEqual([low, high, hasHostBits]);
  });

  test.each(['10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/-1', '/8', '10.0.0.0/8/8', 'x/8'])(
    '%j is none',
    (text) => {
      expect(parseCidr(text)).toBeUndefined();
    },
  );

  test('ranges', () => {
    expect(parseAddressRange('10.0.0.1 - 10.0.0.9')?.high.text).toBe('10.0.0.9');
    expect(parseAddressRange('10.0.0.9-10.0.0.1')).toBeUndefined();
  });

  test('a set holds what one of its ranges holds', () => {
    const range = fc
      .tuple(anyAddress, anyAddress)
      .map(([x, y]) => (x.compare(y) <= 0 ? { low: x, high: y } : { low: y, high: x }));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 6 }), anyAddress, fc.nat(), (ranges, other, pick) => {
        const set = new AddressSet(ranges);
        const edges = ranges.flatMap(({ low, high }) => [low, high]);
        for (const probe of [other, ...(edges.length > 0 ? [edges[pick % edges.length]!] : [])]) {
          const expected = ranges.some(({ low, high }) => low.compare(probe) <= 0 && high.compare(probe) >= 0);
          expect(set.has(probe)).toBe(expected);
        }
      }),
    );
  });
});
