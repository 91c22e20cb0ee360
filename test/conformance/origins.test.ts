/**
 * An event that came as JSON may be kept as it came, beside what its document says otherwise. Whatever the JSON is, that has to
 * come to the same: the same document, the same row in the store, the same identity.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, type Document, isDocument } from '../../src/event/document.ts';
import { nestedCopy } from '../../src/event/document-event.ts';
import { fields } from '../../src/event/field.ts';
import { applyChanges } from '../../src/event/json-origin.ts';
import { BufferPool } from '../../src/base/bytes/buffer-pool.ts';
import { Networks } from '../../src/event/networks.ts';
import type { EventView } from '../../src/event/view.ts';
import { stableId } from '../../src/base/hash.ts';
import { CatalogueColumns } from '../../src/query/compile/sql/catalogue-columns.ts';
import { contentId } from '../../src/sources/ecs/content-id.ts';
import { JsonRecordReader, prepareDialects } from '../../src/sources/json/record-reader.ts';
import { jsonDialects } from '../../src/sources/registry.ts';
import { DEFAULT_SOURCE_SETTINGS } from '../../src/sources/source.ts';
import { EventRows } from '../../src/store/duckdb/rows/event-row.ts';
import { OriginRows } from '../../src/store/duckdb/rows/origin-row.ts';
import { RowBytes } from '../../src/store/duckdb/rows/row-bytes.ts';
import { WINDOWS_EVENTS } from '../tools/winlog-events.ts';
import { shapesOf } from '../tools/winlog-shapes.ts';

const networks = new Networks();
const columns = new CatalogueColumns(fields.catalogued, 'usual');
const prepared = prepareDialects(jsonDialects);

const LETTERS = '{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7}';

/** Documents of shippers, one of each kind. */
const DOCUMENTS: readonly Document[] = [
  ...readFileSync('examples/evidence/elastic/flows.ndjson', 'utf8')
    .split('\n')
    .filter((line, i) => line !== '' && i % 40 === 0)
    .map((line) => JSON.parse(line) as Document),
  ...WINDOWS_EVENTS.flatMap((event) =>
    shapesOf(event).flatMap(({ shape, json }) =>
      /winlogbeat$|agent/.test(shape) ? [nestedCopy(sourceOf(json as Document))] : [],
    ),
  ),
  {
    '@timestamp': '2026-03-01T10:00:00.123456Z',
    event: { dataset: 'zeek.connection', category: ['network'], ingested: '2026-03-01T10:00:09Z', duration: 1.5e9 },
    source: { ip: '10.0.0.7', port: 51_000, bytes: 900, packets: 4, address: '10.0.0.7' },
    destination: { ip: 'fe80::1', port: 445, bytes: 1200, packets: 5 },
    network: { transport: 'tcp', protocol: 'smb' },
    zeek: { connection: { state: 'SF', history: 'ShADadFf', local_orig: true, missed_bytes: 0, orig_bytes: 1 } },
    tags: ['a', 'b'],
    related: { ip: ['10.0.0.7', 'fe80::1'] },
    labels: { name: 'ä ö \u{1f600}', path: 'C:\\x\ty' },
  },
  {
    '@timestamp': '2026-03-01T10:00:00Z',
    event: { dataset: 'zeek.smb_files', category: ['file'] },
    source: { ip: '10.0.0.7', port: 51_000 },
    destination: { ip: '10.0.0.8', port: 445 },
    zeek: { smb_files: { action: 'SMB::FILE_OPEN', path: '\\\\SRV\\ADMIN$', name: 'Temp\\x.exe' } },
  },
  {
    '@timestamp': '2026-03-01T10:00:00Z',
    event: { code: '5145', provider: 'Microsoft-Windows-Security-Auditing', kind: 'event' },
    host: { name: 'collector.corp.example', ip: ['10.0.0.9'], os: { name: 'Windows' } },
    winlog: {
      channel: 'Security',
      computer_name: 'srv.corp.example',
      provider_name: 'Microsoft-Windows-Security-Auditing',
      event_id: '5145',
      record_id: 12,
      event_data: { ShareName: '\\\\*\\C$', relativetargetname: 'a.exe', AccessList: '%%1537\n\t', Empty: '' },
    },
  },
];

/** The same, with names whose order is another one each time they are read. */
const STRANGERS = DOCUMENTS.map((document) => ({ ...document, zz: JSON.parse(LETTERS) as Document }));

function sourceOf(document: Document): Document {
  return isDocument(document['_source']) ? document['_source'] : document;
}

/** Values that stand where others are expected. */
const oddValue = fc.constantFrom<unknown>(
  null,
  '',
  '-',
  'x',
  '10.0.0.1',
  'FE80::1',
  '2026-01-01 10:00:00',
  '2026-01-01T10:00:00',
  '12',
  ' 7',
  '0x10',
  12,
  0,
  -0,
  1.5,
  1e21,
  1e-7,
  2 ** 63,
  true,
  false,
  'true',
  [],
  {},
  ['x'],
  ['x', 'y'],
  [12],
  [null],
  [['x']],
  [{ ip: '10.0.0.9' }],
  { ip: '10.0.0.9' },
  'a"b\\c\n',
  '\u0001\u007f\u2028é',
  '\ud83d\ude00',
  '\ud83d',
);

/** Where something is changed: indexes of keys on the way down. */
const change = fc.record({
  path: fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }),
  value: oddValue,
  key: fc.constantFrom('', '', '', 'ip', 'name', 'a.b', 'event_data', '__proto__', 'é'),
});

function changed(
  document: Document,
  { path, value, key }: { path: readonly number[]; value: unknown; key: string },
): void {
  let at = document;
  for (const index of path) {
    const keys = Object.keys(at);
    if (keys.length === 0) break;
    const name = keys[index % keys.length]!;
    const below = at[name];
    if (isDocument(below) && index !== path.at(-1)) at = below;
    else {
      Object.defineProperty(at, key === '' ? name : key, {
        value: structuredClone(value),
        enumerable: true,
        writable: true,
        configurable: true,
      });
      return;
    }
  }
}

let orders = 0;

/** Writes the letters of a document in an order of their own, as Beats write all names of each document. */
function inOtherOrder(text: string): string {
  const rest = Object.entries(JSON.parse(LETTERS) as Document);
  const order: typeof rest = [];
  for (let n = orders++; rest.length > 0; n = Math.floor(n / (rest.length + 1)))
    order.push(...rest.splice(n % rest.length, 1));
  return text.replace(LETTERS, JSON.stringify(Object.fromEntries(order)));
}

/** Reads one document and hands out its event. */
function read(text: string, visit: (event: EventView) => void): void {
  const ignored = { add: () => {} } as never;
  const context = { file: 'test', networks, settings: DEFAULT_SOURCE_SETTINGS, faults: ignored, skipped: () => {} };
  const reader = new JsonRecordReader(prepared, context);
  // Only what comes again is known by its shape, and what was asked for its origin finds the next one's columns by it.
  for (const sink of [(event: EventView) => void event.origin?.(), visit]) {
    const bytes = Buffer.from(inOtherOrder(text));
    reader.read(bytes, 0, bytes.length, undefined, undefined, sink);
  }
}

interface Compared {
  readonly hasOrigin: boolean;
  readonly isCopied: boolean;
}

/** Compares both ways of one event; each is read anew, so that neither sees what the other one asked for. */
function compare(text: string, withIngested: boolean): Compared {
  let compared: Compared = { hasOrigin: false, isCopied: false };
  read(text, (event) => {
    const origin = event.origin?.();
    if (!origin) return;
    compared = { hasOrigin: true, isCopied: false };
    const { tape, changes } = origin;
    const named = Object.fromEntries(changes.names.map((name, i) => [name, changes.values[i]]));
    const document = JSON.parse(text) as Document;
    applyChanges(document, JSON.parse(JSON.stringify(named)) as Document);
    let made: Document = {};
    read(text, (again) => (made = JSON.parse(JSON.stringify(again.document())) as Document));
    expect(document).toEqual(made);
    expect(contentId(tape)).toBe(
      stableId(['document', canonicalJson(withoutIngested(nestedCopy(JSON.parse(text) as Document)))]),
    );
  });
  if (!compared.hasOrigin) return compared;
  const used = new Set<string>();
  let row: Document | undefined;
  read(text, (event) => {
    const bytes = new RowBytes(new BufferPool(0));
    const placed = new OriginRows(columns).of(event, event.origin!()!, { id: 'id', used, withIngested }, bytes);
    if (placed)
      row = JSON.parse(
        placed.chunk
          .toString('utf8', placed.start, placed.end)
          .replace('"event.ingested":                        ,', '')
          .replace(/:\s+,/g, ':0,'),
      ) as Document;
  });
  if (!row) return compared;
  read(text, (event) => {
    const both = { usual: new Set<string>(), lists: new Set<string>() };
    const { text: slow, isUsual } = new EventRows(columns, networks).of(event, 'id', both, withIngested);
    expect(isUsual).toBe(true);
    const expected = JSON.parse(`{${slow}}`) as Document;
    expect(without(row!)).toEqual(without(expected));
    expect([...used].sort()).toEqual([...both.usual].sort());
  });
  return { hasOrigin: true, isCopied: true };
}

function without(row: Document): Document {
  const { position: _1, ingested: _2, document: _3, changes: _4, ...columnsOf } = row;
  return columnsOf;
}

function withoutIngested(document: Document): Document {
  const { event } = document;
  if (!isDocument(event)) return document;
  const { ingested: _, ...rest } = event;
  return { ...document, event: rest };
}

describe('an event that is kept as it came', () => {
  test.each([...DOCUMENTS, ...STRANGERS].map((document, i) => [i, document] as const))('document %i', (_, document) => {
    // Elements of UserData have names of their own, which takes the whole document.
    const isQuick = !JSON.stringify(document).includes('"user_data"');
    expect(compare(JSON.stringify(document), true)).toEqual({ hasOrigin: isQuick, isCopied: isQuick });
  });

  test('whatever stands in it', () => {
    let [origins, copied] = [0, 0];
    fc.assert(
      fc.property(
        fc.constantFrom(...DOCUMENTS, ...STRANGERS),
        fc.array(change, { maxLength: 4 }),
        fc.boolean(),
        (base, all, withIngested) => {
          const document = structuredClone(base);
          for (const one of all) changed(document, one);
          const { hasOrigin, isCopied } = compare(JSON.stringify(document), withIngested);
          if (hasOrigin) origins++;
          if (isCopied) copied++;
        },
      ),
      { numRuns: Number(process.env['RUNS'] ?? 3000) },
    );
    expect(origins).toBeGreaterThan(1000);
    expect(copied).toBeGreaterThan(900);
  });
});
