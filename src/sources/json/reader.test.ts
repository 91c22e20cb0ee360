import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FaultLog, formatFault } from '../../base/fault.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import { DEFAULT_SOURCE_SETTINGS } from '../source.ts';
import type { JsonDialect } from './dialect.ts';
import { jsonSource } from './reader.ts';

const networks = new Networks();

/** Two producers that differ by one key; events carry what was read so that tests can look at it. */
function dialect(id: string, mark: string): JsonDialect {
  return {
    id,
    title: id,
    datasets: [],
    paths: [[mark], ['a.b', 'a_b'], ['list'], ['n']],
    recognise: (record) => record.has(0),
    open: () => ({
      event: (record, line, offset) => {
        if (record.text(0) === 'skip') return 'marked to skip';
        const found = { id, mark: record.text(0), b: record.value(1), list: record.list(2), n: record.number(3) };
        return new DocumentEvent(networks, { message: JSON.stringify(found) }, { file: 'f', format: id, line, offset });
      },
    }),
  };
}

const source = jsonSource([dialect('one', 'one'), dialect('two', 'two')]);

function read(text: string | Buffer, chunk = Number.POSITIVE_INFINITY, maxRecordBytes = 1 << 20) {
  const bytes = Buffer.from(text);
  const faults = new FaultLog();
  const events: { line: number | undefined; offset: number | undefined; value: unknown }[] = [];
  const skipped: string[] = [];
  const parser = source.open({
    file: 'f',
    faults,
    networks,
    settings: { ...DEFAULT_SOURCE_SETTINGS, maxRecordBytes },
    skipped: (reason) => skipped.push(reason),
  });
  const sink = (event: { document(): { message?: unknown }; provenance(): { line?: number; offset?: number } }) => {
    const { line, offset } = event.provenance();
    events.push({ line, offset, value: JSON.parse(String(event.document().message)) });
  };
  for (let at = 0; at < bytes.length; at += chunk) {
    parser.push(Buffer.from(bytes.subarray(at, at + chunk)), sink as Parameters<typeof parser.push>[1]);
  }
  parser.end(sink as Parameters<typeof parser.end>[0]);
  return { events, skipped, faults: faults.list().flatMap((group) => group.samples.map(formatFault)) };
}

const marks = (text: string) => read(text).events.map((event) => (event.value as { mark: unknown }).mark);

describe('containers', () => {
  test.each([
    ['lines', '{"one":"x"}\n{"one":"y"}\n', ['x', 'y']],
    ['last line without end', '{"one":"x"}\r\n\r\n{"one":"y"}', ['x', 'y']],
    ['array', '[{"one":"x"},{"one":"y"}]', ['x', 'y']],
    ['array, a line each', '[\n{"one":"x"},\n{"one":"y"}\n]\n', ['x', 'y']],
    ['lines with commas', '{"one":"x"},\n{"one":"y"},\n', ['x', 'y']],
    ['pretty printed', '{\n  "one": "x"\n}\n{\n  "one": "y"\n}\n', ['x', 'y']],
    ['concatenated', '{\n"one":"x"}{"one":"y"}', ['x', 'y']],
    ['record separators', '\u001e{"one":"x"}\n\u001e{"one":"y"}\n', ['x', 'y']],
    ['search answer', '{"took":1,"hits":{"total":2,"hits":[{"one":"x"},{"one":"y"}]}}', ['x', 'y']],
    [
      'scroll answers',
      '{"_scroll_id":"q","hits":{"hits":[{"one":"x"}]}}\n{"_scroll_id":"q","hits":{"hits":[{"one":"y"}]}}',
      ['x', 'y'],
    ],
    ['pretty search answer', '{\n "hits": {\n "hits": [\n {"one":"x"}, {"one":"y"}]}}', ['x', 'y']],
    ['an array under value', '{"value":[{"one":"x"},{"one":"y"}],"Count":2}', ['x', 'y']],
    ['an array under value, pretty', '{\n "value": [\n {\n"one":"x"}, {"one":"y"}\n],\n "Count": 2\n}\n', ['x', 'y']],
    ['a value that is no list of objects', '{\n"value":[1,[{"one":"y"}]],"one":"x"}', ['x']],
    ['objects under a later value', '{\n"one":"x","value":[{"one":"y"}]}', ['x']],
    ['numbered records', 'Record 1\n{\n  "one": "x"\n}\nRecord 22\n{\n  "one": "y"\n}\n', ['x', 'y']],
    ['byte order mark', '\ufeff{"one":"x"}\n', ['x']],
    ['producers mixed', '{"one":"x"}\n{"two":"y"}\n{"one":"z"}', ['x', 'y', 'z']],
    ['empty array', '[]', []],
  ])('%s', (_, text, expected) => {
    expect(marks(text)).toEqual(expected);
    expect(read(text).faults).toEqual([]);
  });
});

describe('values', () => {
  test.each([
    ['nested', '{"one":"x","a":{"b":"v"}}', { b: 'v' }],
    ['dotted', '{"one":"x","a.b":"v"}', { b: 'v' }],
    ['other spelling', '{"one":"x","a_b":"v"}', { b: 'v' }],
    ['spellings join', '{"one":"x","a.b":"v","a":{"b":"w"}}', { b: ['v', 'w'] }],
    ['array of objects', '{"one":"x","a":[{"b":1},{"c":2},{"b":3}]}', { b: [1, 3] }],
    ['escapes', '{"one":"\\"\\u0041\\n\\\\"}', { mark: '"A\n\\' }],
    ['escaped key', '{"\\u006fne":"x"}', { mark: 'x' }],
    ['list of one', '{"one":"x","list":["p"]}', { list: ['p'] }],
    ['list with null', '{"one":"x","list":["p",null,2]}', { list: ['p', '2'] }],
    ['null is absent', '{"one":"x","a":{"b":null}}', { mark: 'x' }],
    ['number as text', '{"one":"x","n":"445"}', { n: 445 }],
    ['fraction', '{"one":"x","n":4.5e1}', { n: 45 }],
    ['white space', ' { "one" : "x" , "n" : 1 } ', { n: 1 }],
    ['wanted key behind unknown ones', '{"z":{"one":[{}]},"y":[[1],"]"],"one":"x"}', { mark: 'x' }],
  ])('%s', (_, text, expected) => {
    expect(read(text).events.map((event) => event.value)).toEqual([expect.objectContaining(expected)]);
    expect(read(text).faults).toEqual([]);
  });
});

describe('damage is located and costs only its own record', () => {
  test.each([
    [
      '{"one":"x"}\n{"one":\n{"one":"z"}',
      ['x', 'z'],
      'f:2: not a JSON object: expected a value at byte 7, found the end',
    ],
    ['{"one":"x"}\njunk\n{"one":"z"}', ['x', 'z'], 'f:2: not a JSON object: expected { at byte 0, found "junk"'],
    ['{"one":"x"}\n{"one":"y" "q":1}', ['x'], 'f:2: not a JSON object: expected , or } at byte 11, found ""q":1}"'],
    ['{"one":"x","n":NaN}', ['x'], 'f:1: n holds "NaN" where a number was expected'],
    [
      '{"one":"x"}\n{"one":"half',
      ['x'],
      'f:2: not a JSON object: expected the closing quote of a text at byte 12, found the end',
    ],
    ['{"one":"x"} tail\n', ['x'], 'f:1: text behind the JSON object at byte 12 was not read'],
    ['{"other":1}', [], 'f:1: this JSON object is of no known producer (keys other)'],
    ['[{"one":"x"},{"one":"y"', ['x'], 'f:1: the file ends in the middle of this JSON object'],
    ['[{"one":"x"}', ['x'], 'f:1: the file ends before the closing bracket of its JSON array or object'],
  ])('%j', (text, expected, fault) => {
    expect(marks(text)).toEqual(expected);
    expect(read(text).faults).toEqual([fault]);
  });

  test('invalid UTF-8 is said and read as U+FFFD', () => {
    const bytes = Buffer.concat([Buffer.from('{"one":"a"}\n{"one":"'), Buffer.from([0xff]), Buffer.from('"}\n')]);
    const result = read(bytes);
    expect(result.events.map((event) => event.value)).toMatchObject([{ mark: 'a' }, { mark: '\ufffd' }]);
    expect(result.faults).toEqual(['f:2: this line is not valid UTF-8; wrong bytes read as U+FFFD']);
  });

  test('a record beyond the limit is skipped, in lines and in arrays', () => {
    const long = `{"one":"${'q'.repeat(3000)}"}`;
    for (const text of [`{"one":"x"}\n${long}\n{"one":"z"}`, `[{"one":"x"},${long},{"one":"z"}]`]) {
      for (const chunk of [100, 1e6]) {
        const result = read(text, chunk, 2000);
        expect(result.events.map((event) => event.value)).toMatchObject([{ mark: 'x' }, { mark: 'z' }]);
        expect(result.faults).toHaveLength(1);
      }
    }
  });

  test('nesting without end is a fault', () => {
    expect(read(`{"one":"x","a":${'{"b":'.repeat(5000)}`).events).toEqual([]);
    expect(read(`${'['.repeat(100_000)}`).faults).toHaveLength(1);
  });
});

test('skipped records are counted with their reason', () => {
  expect(read('{"one":"skip"}\n{"one":"x"}').skipped).toEqual(['marked to skip']);
});

test('lines and offsets lead back to the record', () => {
  const text = '[\n {"one":"x"},\n\n {"one":\n"y"}]';
  for (const { line, offset, value } of read(text).events) {
    expect(text.slice(offset)).toMatch(/^\{"one"/);
    expect(text.slice(0, offset).split('\n')).toHaveLength(line!);
    expect(value).toBeDefined();
  }
});

test('how the bytes are cut into chunks changes nothing', () => {
  const record = fc.record({ one: fc.string(), a: fc.option(fc.record({ b: fc.string() })), z: fc.jsonValue() });
  const document = fc.tuple(fc.array(record, { minLength: 1 }), fc.constantFrom('lines', 'array', 'pretty', 'hits'));
  fc.assert(
    fc.property(document, fc.integer({ min: 1, max: 50 }), ([records, shape], chunk) => {
      const text = write(records, shape);
      const whole = read(text);
      expect(whole.events).toHaveLength(records.filter((one) => one.one !== 'skip').length);
      expect(read(text, chunk).events).toEqual(whole.events);
    }),
  );
});

function write(records: readonly unknown[], shape: string): string {
  if (shape === 'lines') return records.map((record) => JSON.stringify(record)).join('\n');
  if (shape === 'array') return JSON.stringify(records);
  if (shape === 'pretty') return JSON.stringify(records, null, 2);
  return JSON.stringify({ took: 1, hits: { hits: records } });
}

test('a name given twice, the second time with a million values, keeps them all', () => {
  const text = `{"one":"x","a":{"b":1},"a.b":[${'2,'.repeat(1_000_000)}3]}`;
  const { events } = read(text, Number.POSITIVE_INFINITY, 1 << 24);
  const { b } = events[0]!.value as { b: number[] };
  expect([b.length, b[0], b.at(-1)]).toEqual([1_000_002, 1, 3]);
});
