import { describe, expect, test } from 'vitest';
import { parseCidr } from '../base/address/cidr.ts';
import { readContentJson } from '../base/content.ts';
import { Networks } from './networks.ts';

const plain = new Networks();
const own = new Networks({ inside: ['150.1.0.0/16', '2001:67c:1::/48'].map((text) => parseCidr(text)!) });

describe('places', () => {
  test.each([
    ['10.0.0.5', 'inside'],
    ['172.31.255.255', 'inside'],
    ['172.32.0.0', 'outside'],
    ['100.64.1.1', 'inside'],
    ['169.254.9.9', 'inside'],
    ['fc00::1', 'inside'],
    ['fe80::1', 'inside'],
    ['8.8.4.4', 'outside'],
    ['203.0.113.9', 'special'],
    ['192.0.0.9', 'outside'],
    ['192.0.0.8', 'special'],
    ['192.88.99.1', 'outside'],
    ['192.88.99.2', 'special'],
    ['192.31.196.1', 'outside'],
    ['0.1.2.3', 'special'],
    ['127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['224.0.0.1', 'special'],
    ['255.255.255.255', 'special'],
    ['ff02::1', 'special'],
    ['2a00:1450::1', 'outside'],
    ['2001:db8::1', 'special'],
    ['2001:20::1', 'outside'],
    ['2001:1::1', 'outside'],
    ['2001:1::4', 'special'],
    ['::ffff:8.8.4.4', 'outside'],
    ['::ffff:10.0.0.1', 'inside'],
    ['64:ff9b::808:404', 'outside'],
    ['64:ff9b::a00:1', 'inside'],
    ['2002:a00:1::1', 'inside'],
    ['2002:808:404::1', 'outside'],
    // Teredo: the client's IPv4 stands inverted in the last 32 bits; f5ff:fffe is 10.0.0.1.
    ['2001:0:4136:e378:8000:63bf:f5ff:fffe', 'inside'],
    ['not an address', undefined],
  ])('%s is %s', (text, place) => expect(plain.placeOf(text)).toBe(place));

  test('configuration stands above the registries', () => {
    expect([own.placeOf('150.1.2.3'), plain.placeOf('150.1.2.3')]).toEqual(['inside', 'outside']);
    expect(own.placeOf('2001:67c:1::5')).toBe('inside');
    expect(new Networks({ useDefaultInside: false }).placeOf('10.0.0.1')).toBe('special');
  });
});

test('roles are those of all blocks that hold the address', () => {
  const networks = new Networks({
    roles: new Map([
      ['server', [parseCidr('10.1.0.0/16')!]],
      ['management', [parseCidr('10.1.9.0/24')!]],
    ]),
  });
  expect(networks.rolesOf('10.1.9.9')).toEqual(['server', 'management']);
  expect(networks.rolesOf('10.2.0.1')).toEqual([]);
});

test('the registry file states source and date, and its blocks parse without host bits', () => {
  const file = readContentJson<{ source: string; date: string; ranges: { cidr: string }[] }>(
    'iana-special-purpose.json',
  );
  expect(file.source).toContain('IANA');
  expect(file.date).toMatch(/^\d{4}-\d{2}$/);
  expect(file.ranges.filter(({ cidr }) => parseCidr(cidr)?.hasHostBits !== false)).toEqual([]);
});
