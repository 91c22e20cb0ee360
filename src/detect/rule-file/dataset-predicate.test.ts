import { expect, test } from 'vitest';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import { compileMatcher } from '../../query/compile/matcher.ts';
import { datasetPredicate } from './dataset-predicate.ts';

const NETWORKS = new Networks();
const DATASETS = ['zeek.connection', 'zeek.smb_files', 'suricata.smb', 'panw.panos'];

test.each([
  [[], DATASETS],
  [['*'], DATASETS],
  [['panw.panos'], ['panw.panos']],
  [
    ['zeek.connection', 'panw.panos'],
    ['zeek.connection', 'panw.panos'],
  ],
  [['zeek.*'], ['zeek.connection', 'zeek.smb_files']],
  [['*.smb*'], ['zeek.smb_files', 'suricata.smb']],
  [
    ['panw.panos', 'zeek.smb*'],
    ['zeek.smb_files', 'panw.panos'],
  ],
  [['Zeek.connection'], []],
])('%j are %j', (datasets, expected) => {
  const matches = compileMatcher(datasetPredicate(datasets));
  const found = DATASETS.filter((dataset) => matches(new DocumentEvent(NETWORKS, { event: { dataset } })));
  expect(found).toEqual(expected);
});
