import { describe, expect, test } from 'vitest';
import { readAll } from '../../../../test/conformance/sources.ts';
import { LOGON_FAILED, SHARE_WRITE } from '../../../../test/tools/winlog-events.ts';
import { toXml } from '../../../../test/tools/winlog-shapes.ts';
import { winlogXml } from './winlog-xml.ts';

const A = toXml(SHARE_WRITE);
const B = toXml(LOGON_FAILED);
const codes = (text: string, maxRecordBytes?: number) => {
  const result = readAll(winlogXml, text, { chunk: 1000, settings: maxRecordBytes ? { maxRecordBytes } : {} });
  return {
    codes: result.events.map(({ document }) => (document['event'] as { code: string }).code),
    faults: result.faults.flatMap(({ code, count, samples }) => [code, count, samples[0]!.line]),
  };
};

describe('wrappings', () => {
  test.each([
    ['one behind the other', `${A}${B}`],
    ['one a line, CR LF', `${A}\r\n${B}\r\n`],
    [
      'in Events, with a declaration and comments',
      `<?xml version="1.0"?>\n<!-- a -->\n<Events xmlns='x'>\n${A}<!-- b -->${B}</Events>\n`,
    ],
    [
      'numbered, with a declaration each',
      `Record 1\n<?xml version="1.0" encoding="utf-8"?>\n${A}\n\nRecord 22\n<?xml version="1.0"?>\n${B}\n`,
    ],
    ['with a byte order mark', `\ufeff${A}${B}`],
    ['laid out', `${A.replaceAll('><', '>\n  <')}\n${B}`],
    [
      'with the rendered text',
      `${A.replace('</Event>', '<RenderingInfo Culture="en-US"><Message>m</Message></RenderingInfo></Event>')}${B}`,
    ],
  ])('%s', (_what, text) => {
    expect(winlogXml.detect(Buffer.from(text))).toBeGreaterThan(0.5);
    expect(codes(text)).toEqual({ codes: ['5145', '4625'], faults: [] });
  });

  test('the rendered message is the message', () => {
    const text = A.replace('</Event>', '<RenderingInfo><Message>A share &amp; more</Message></RenderingInfo></Event>');
    expect(readAll(winlogXml, text).events[0]!.document['message']).toBe('A share & more');
  });

  test('lines that begin with what a forwarder put there are read, and the rest is told', () => {
    const text = `Apr 21 09:40:32 srv01 ${A}\nApr 21 09:40:33 srv01 ${B}\n`;
    expect(winlogXml.detect(Buffer.from(text))).toBeGreaterThan(0.5);
    expect(codes(text)).toEqual({ codes: ['5145', '4625'], faults: ['winlog.between', 2, 1] });
  });
});

describe('damage costs only itself', () => {
  const lines = A.split('\n').length;
  test.each([
    ['cut off, then another', `${A.slice(0, 500)}\n${B}`, ['4625'], ['winlog.cut', 1, 1]],
    ['the end is missing', `${A}\n${B.slice(0, -5)}`, ['5145'], ['winlog.cut', 1, lines + 1]],
    ['a tag is broken', `${A.replace('</Data>', '</Dat>')}\n${B}`, ['4625'], ['winlog.xml', 1, 1]],
    ['System is broken', `${A.replace('<Channel>', '<Chan>')}\n${B}`, ['4625'], ['winlog.xml', 1, 1]],
    ['System is missing', `<Event></Event>${B}`, ['4625'], ['winlog.event_id', 1, 1]],
    ['the id is missing', `${A.replace(/<EventID.*?<\/EventID>/, '')}${B}`, ['4625'], ['winlog.event_id', 1, 1]],
    ['a DOCTYPE in it', `${A.replace('<EventData>', '<!DOCTYPE x><EventData>')}${B}`, ['4625'], ['winlog.xml', 1, 1]],
    ['nothing but text', 'no event at all', [], ['winlog.between', 1, 1]],
    ['an empty file', '', [], []],
  ])('%s', (_what, text, expected, faults) => expect(codes(text)).toEqual({ codes: expected, faults }));

  test('an event that is too long is told and passed by', () => {
    const long = B.replace('PC01', 'x'.repeat(20_000));
    const { codes: found, faults } = codes(`${A}\n${long}\n${A}`, 8000);
    expect(found).toEqual(['5145', '5145']);
    expect(faults).toEqual(['winlog.too_long', 1, lines + 1]);
  });

  test('bytes that are no UTF-8 are told', () => {
    const bytes = Buffer.concat([
      Buffer.from(A.slice(0, -30)),
      Buffer.from([0xff]),
      Buffer.from(A.slice(-30)),
      Buffer.from(B),
    ]);
    const { events, faults } = readAll(winlogXml, bytes);
    expect(faults.map(({ code }) => code)).toContain('winlog.utf8');
    expect(events.length).toBeGreaterThan(0);
  });
});

test.each([
  ['no end', '<Event '.repeat(200_000)],
  ['nothing but beginnings of an event', `${A.slice(0, 80)}`.repeat(20_000)],
  ['ends without beginnings', '</Event>'.repeat(200_000)],
  ['an attribute of 10 MB', A.replace("Name='ObjectType'", `Name='${'x'.repeat(10_000_000)}'`)],
  ['depth', A.replace('<EventData>', `<EventData>${'<a>'.repeat(300_000)}`)],
])('hostile: %s', (_what, text) => {
  const { events, faultCount } = readAll(winlogXml, text, { chunk: 1 << 20 });
  expect(events.length + faultCount).toBeGreaterThan(0);
});

test.each([
  ['{"a":1}', 0],
  ['<html><body>', 0],
  ['<EventData>', 0],
  ['#separator \\x09', 0],
  ['', 0],
])('%j is not ours', (text, sure) => expect(winlogXml.detect(Buffer.from(text))).toBe(sure));
