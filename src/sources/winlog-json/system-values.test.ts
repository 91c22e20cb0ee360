import { describe, expect, test } from 'vitest';
import { keywordsHex, levelNumber, momentText, opcodeNumber, parseMoment, wholeNumber } from './system-values.ts';

describe('keywords', () => {
  test.each([
    [['-9214364837600034816'], '0x8020000000000000'],
    [['-9218868437227405312'], '0x8010000000000000'],
    [['-9223372036854775808'], '0x8000000000000000'],
    [['36028797018963968'], '0x80000000000000'],
    [['9232379236109516800'], '0x8020000000000000'],
    [['-9.214364837600035e+18'], '0x8020000000000000'],
    [['0x8020000000000000'], '0x8020000000000000'],
    [['0X8010000000000000'], '0x8010000000000000'],
    [['0'], '0x0'],
    [['Audit Success'], '0x8020000000000000'],
    [['audit failure'], '0x8010000000000000'],
    [['Something', 'Audit Failure'], '0x8010000000000000'],
    [['Audit Success,Classic'], '0x80a0000000000000'],
    [['Classic'], '0x80000000000000'],
    [['Something'], undefined],
    [['constructor', 'Audit Success', 'toString'], '0x8020000000000000'],
    [['__proto__'], undefined],
    [['1.5e0'], '0x1'],
    [['99999999999999999999999'], undefined],
    [[], undefined],
    [undefined, undefined],
  ])('%j is %s', (texts, expected) => expect(keywordsHex(texts)).toBe(expected));
});

test.each([
  ['4', false, 4],
  ['Information', false, 4],
  ['information', true, 0],
  ['4', true, 4],
  ['Warning', true, 3],
  ['constructor', false, undefined],
  ['', false, undefined],
  [undefined, false, undefined],
])('level %j, security log %s: %s', (text, isSecurity, expected) =>
  expect(levelNumber(text, isSecurity)).toBe(expected),
);

test.each([
  ['Info', 0],
  ['2', 2],
  ['Start', 1],
  ['Open (async)', undefined],
])('opcode %j is %s', (text, expected) => expect(opcodeNumber(text)).toBe(expected));

test.each([
  ['4625', 4625],
  [' 4625 ', 4625],
  ['0x1211', 4625],
  ['4625.0', 4625],
  ['-1', undefined],
  ['1e3', undefined],
  ['12345678901234567', undefined],
  ['', undefined],
  [undefined, undefined],
])('%j is the number %s', (text, expected) => expect(wholeNumber(text)).toBe(expected));

describe('times', () => {
  test.each([
    ['2021-04-21T09:40:32.342Z', '2021-04-21T09:40:32.342Z', true],
    ['2021-04-21T09:40:32.342397Z', '2021-04-21T09:40:32.342397Z', true],
    ['2021-04-21T09:40:32.3423971Z', '2021-04-21T09:40:32.3423971Z', true],
    ['2021-04-21 09:40:32.342397 UTC', '2021-04-21T09:40:32.342397Z', true],
    ['2021-04-21T09:40:32Z', '2021-04-21T09:40:32Z', true],
    ['2021-04-12 00:00:00.000 +09:00', '2021-04-11T15:00:00.000Z', true],
    ['2021-04-21 09:40:32', '2021-04-21T09:40:32Z', false],
    ['1618998032', '2021-04-21T09:40:32.000Z', true],
    ['1618998032342', '2021-04-21T09:40:32.342Z', true],
    ['1618998032.25', '2021-04-21T09:40:32.250Z', true],
    ['soon', undefined, true],
    ['99999999999999999', undefined, true],
    [undefined, undefined, true],
  ])('%j is %s, states its zone: %s', (text, expected, hasZone) => {
    const moment = parseMoment(text);
    expect([momentText(moment), moment.hasZone]).toEqual([expected, hasZone]);
  });
});
