import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable, printableJson, printableLines, wellFormed } from './printable.ts';

test.each([
  ['plain \\\\server\\share', 'plain \\\\server\\share'],
  ['Grüße, 共有 😀', 'Grüße, 共有 😀'],
  ['\u001b[31mred', '\\x1b[31mred'],
  ['a\tb\r\nc\0', 'a\\tb\\r\\nc\\x00'],
  ['\u009b2J', '\\x9b2J'],
  ['invoice\u202efdp.exe', 'invoice\\u{202e}fdp.exe'],
  ['a\u2066b\u2069', 'a\\u{2066}b\\u{2069}'],
  ['zero\u200bwidth', 'zero\\u{200b}width'],
  ['\ud800 alone', '\\u{d800} alone'],
  ['tag \u{e0041}', 'tag \\u{e0041}'],
  ['line\u2028end', 'line\\u{2028}end'],
])('printable(%j)', (text, expected) => {
  expect(printable(text)).toBe(expected);
});

test('printable text never changes when it is made printable again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const once = printable(text);
      expect(printable(once)).toBe(once);
      // oxlint-disable-next-line no-control-regex
      expect(once).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }),
  );
});

test('printableLines keeps line feeds and nothing else', () => {
  expect(printableLines('a\r\n\tb\u001b\rc')).toBe('a\n    b\\x1b\\rc');
});

test('printableJson reads back as the same value and holds no control', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(0, 2), (value, indent) => {
      const text = printableJson(value, indent);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      // oxlint-disable-next-line no-control-regex
      expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }),
  );
});

test('printableJson escapes what JSON.stringify leaves raw', () => {
  expect(printableJson('\u202e\u009b\u{e0041}')).toBe('"\\u202e\\u009b\\udb40\\udc41"');
});

test('wellFormed makes lone surrogates encodable', () => {
  expect(encodeURIComponent(wellFormed('a\ud800b'))).toBe('a%EF%BF%BDb');
});
