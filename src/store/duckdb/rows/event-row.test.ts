import { expect, test } from 'vitest';
import { addressOf } from '../../../base/address/address.ts';
import type { Document, Scalar } from '../../../event/document.ts';
import { DocumentEvent } from '../../../event/document-event.ts';
import { fields } from '../../../event/field.ts';
import { Networks } from '../../../event/networks.ts';
import { addressKey } from '../../../query/compile/sql/address-key.ts';
import { CatalogueColumns } from '../../../query/compile/sql/catalogue-columns.ts';
import { EventRows } from './event-row.ts';

const networks = new Networks();
const columns = new CatalogueColumns(fields.catalogued, 'usual');

/** Events whose fields are derived in every way, some of them with names in odd letters or values of odd types. */
const DOCUMENTS: readonly Document[] = [
  {
    '@timestamp': '2026-03-01T10:00:00Z',
    event: { dataset: 'zeek.connection', category: ['network'] },
    source: { ip: '10.0.0.7', port: 51_000, bytes: 900, packets: 4 },
    destination: { ip: '8.8.8.8', port: 445, bytes: 1200, packets: 5 },
    network: { transport: 'tcp' },
  },
  {
    '@timestamp': 1_772_375_400_000,
    winlog: {
      channel: 'Security',
      event_data: { ObjectValueName: 'ImagePath', NewValue: '%COMSPEC% /c x', 'new value': 'y' },
    },
    registry: { path: 'HKLM\\System\\CurrentControlSet\\Services\\abc\\ImagePath', data: { strings: ['a', 'b'] } },
  },
  { winlog: { event_data: { objectvaluename: 'Start', NEWVALUE: '2' } }, host: { name: 'ws1', hostname: 'WS1' } },
  {
    process: {
      command_line: 'cmd.exe /Q /c cd \\ 1> \\\\127.0.0.1\\ADMIN$\\__1 2>&1',
      executable: 'C:\\Windows\\System32\\cmd.exe',
      name: 'cmd.exe',
    },
    user: { name: 'WS1$' },
    host: { name: 'ws1' },
  },
  {
    event: { category: ['file'], type: ['creation'], action: 'x' },
    smb: {
      share: { path: '\\\\srv\\ADMIN$' },
      file: { path: 'Temp\\a.exe', previous_name: 'Temp\\a' },
      service: { image_path: '\\\\127.0.0.1\\C$\\x.exe' },
    },
  },
  {
    client: 'text',
    'server.ip': 'no address',
    source: { ip: '10.0.0.1' },
    destination: { ip: 'fe80::1', port: '445' },
  },
  {
    'event.outcome': [true, 1, null],
    'file.size': '12',
    tags: [],
    user: [{ name: 'a' }, { name: 'b' }],
    dns: { answers: [{}] },
  },
];

/** What stands in a column, as JSON. */
function written(value: Scalar | readonly Scalar[] | undefined, type: string): unknown[] {
  const values = value === undefined ? [] : typeof value === 'object' ? value : [value];
  return values.map((one) => (type === 'address' ? String(addressKey(addressOf(String(one))!)) : one));
}

test.each(DOCUMENTS.map((document, i) => [i, document] as const))(
  'event %i has its fields in its row',
  (_, document) => {
    const event = new DocumentEvent(networks, document);
    const used = { usual: new Set<string>(), lists: new Set<string>() };
    const { text, isUsual } = new EventRows(columns, networks).of(event, 'id', used, true);
    const row = JSON.parse(`{${text}}`) as Record<string, unknown>;
    const stored = new DocumentEvent(networks, row['document'] as Document);
    let filled = 0;
    for (const { field, type } of columns.columns) {
      const expected = written(stored.get(field.id), type);
      expect([field.name, [row[field.name] ?? []].flat()]).toEqual([field.name, expected]);
      if (expected.length > 0) filled++;
    }
    expect((isUsual ? used.usual : used.lists).size).toBeGreaterThanOrEqual(filled);
    expect(filled).toBeGreaterThan(2);
  },
);

test('an event of a kind that was met is derived from like the first one', () => {
  const rows = new EventRows(columns, networks);
  const used = { usual: new Set<string>(), lists: new Set<string>() };
  const texts = [...DOCUMENTS, ...DOCUMENTS].map(
    (document) => rows.of(new DocumentEvent(networks, document), 'id', used, true).text,
  );
  expect(texts.slice(DOCUMENTS.length)).toEqual(texts.slice(0, DOCUMENTS.length));
});
