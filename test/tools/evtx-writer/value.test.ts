import { expect, test } from 'vitest';
import type { NamedValue } from './description.ts';
import { encodeValue, guidBytes, toFiletime, typeCode, valueTexts } from './value.ts';

const rows: readonly (readonly [...NamedValue, code: number, bytes: string, texts: readonly string[]])[] = [
  ['text', 'string', 'Aä', 0x01, '4100e400', ['Aä']],
  ['ANSI text', 'ansi', 'Aé', 0x02, '41e9', ['Aé']],
  ['a negative byte', 'i8', -3, 0x03, 'fd', ['-3']],
  ['u16', 'u16', 445, 0x06, 'bd01', ['445']],
  ['a negative 64-bit number', 'i64', -2n, 0x09, 'feffffffffffffff', ['-2']],
  ['the largest number', 'u64', 18446744073709551615n, 0x0a, 'ffffffffffffffff', ['18446744073709551615']],
  ['float', 'float', 1.5, 0x0b, '0000c03f', ['1.5']],
  ['boolean', 'boolean', true, 0x0d, '01000000', ['true']],
  ['binary', 'binary', '020001bd', 0x0e, '020001bd', ['020001BD']],
  [
    'GUID',
    'guid',
    '{54849625-5478-4994-a5ba-3e3b0328c30d}',
    0x0f,
    '2596845478549449a5ba3e3b0328c30d',
    ['{54849625-5478-4994-A5BA-3E3B0328C30D}'],
  ],
  ['a size of 4 bytes', 'size32', 420, 0x10, 'a4010000', ['0x1a4']],
  ['hex64', 'hex64', '0x1375fbd', 0x15, 'bd5f370100000000', ['0x1375fbd']],
  ['SID', 'sid', 'S-1-5-32-544', 0x13, '01020000000000052000000020020000', ['S-1-5-32-544']],
  ['FILETIME', 'filetime', '1970-01-01T00:00:00.0000001Z', 0x11, '01803ed5deb19d01', ['1970-01-01T00:00:00.0000001Z']],
  [
    'SYSTEMTIME',
    'systemtime',
    '2026-03-02T10:25:03.007Z',
    0x12,
    'ea070300010002000a00190003000700',
    ['2026-03-02T10:25:03.007Z'],
  ],
  ['strings, the last without its zero', 'string[]', ['a', 'b'], 0x81, '610000006200', ['a', 'b']],
  ['numbers', 'u16[]', [1, 2], 0x86, '01000200', ['1', '2']],
];

test.each(rows)('%s', (_, type, value, code, bytes, texts) => {
  expect(typeCode(type)).toBe(code);
  expect(encodeValue(type, value!, false).toString('hex')).toBe(bytes);
  expect(valueTexts(type, value!)).toEqual(texts);
});

test('strings may carry a zero', () => {
  expect(encodeValue('string', 'a', true).toString('hex')).toBe('61000000');
  expect(encodeValue('string[]', ['a', 'b'], true).toString('hex')).toBe('6100000062000000');
});

test('what is no GUID, time or SID is refused instead of written', () => {
  expect(() => guidBytes('{1}')).toThrow('not a GUID');
  expect(() => toFiletime('2026-03-02 10:25:03')).toThrow('not a time');
  expect(() => encodeValue('sid', 'Administrators', false)).toThrow('not a SID');
});
