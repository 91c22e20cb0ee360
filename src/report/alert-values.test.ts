import { expect, test } from 'vitest';
import { sampleAlert, sampleRule } from '../../test/conformance/reports-sample.ts';
import type { Document } from '../event/document.ts';
import { alertEnds, alertText, endsText } from './alert-values.ts';

const rule = sampleRule({ id: 'r' });
const of = (document: Document) => sampleAlert(rule, 'a', { document });

test.each<[Document, string]>([
  [{ client: { ip: '10.0.0.5' }, server: { ip: '198.18.7.9', port: 445 } }, '10.0.0.5 → 198.18.7.9:445'],
  [{ 'client.ip': '10.0.0.5', 'server.ip': '2a00::1', 'server.port': 445 }, '10.0.0.5 → [2a00::1]:445'],
  [{ source: { ip: '10.0.0.5' }, host: { name: 'SRV' } }, '10.0.0.5 → SRV'],
  [{ server: { ip: ['10.0.0.1', '10.0.0.2'] } }, '→ 10.0.0.1 and 1 more'],
  [{ client: { ip: '10.0.0.5' }, server: { ip: '10.0.0.6', port: [139, 445] } }, '10.0.0.5 → 10.0.0.6'],
  [{ client: { ip: '10.0.0.5' } }, '10.0.0.5'],
  [{}, ''],
])('sides of %j: %s', (document, expected) => {
  expect(endsText(alertEnds(of(document)))).toBe(expected);
});

test('key, group and new terms speak before the document', () => {
  const group = {
    terms: [{ field: 'client.ip', value: '10.0.0.9' }],
    count: 3,
    cardinality: [],
    from: 0,
    to: 1,
  };
  expect(alertText(sampleAlert(rule, 'a', { document: {}, group }), 'client.ip')).toBe('10.0.0.9');
});

test('long lists of values are counted', () => {
  const document = { user: { name: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] } };
  expect(alertText(of(document), 'user.name')).toBe('a, b, c, d, e and 2 more');
  expect(alertText(of(document), 'user.domain')).toBeUndefined();
});
