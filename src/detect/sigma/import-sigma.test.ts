import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../config/config.ts';
import { importSigma } from './import-sigma.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'smbastion-import-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function importing(files: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yml'));
  return importSigma(
    found.toSorted().map((target) => ({ path: join(folder, target), target })),
    { now: 0, settings: DEFAULT_CONFIG.rules },
  );
}

const rule = (title: string, product = 'windows', search = '{EventID: 1}') =>
  `# kept\ntitle: ${title}\nname: ${title.toLowerCase()}\nlogsource: {product: ${product}, service: security}\ndetection:\n    s: ${search}\n    condition: s # kept, too\n`;
const count = (rules: string) =>
  `title: Many\ncorrelation: {type: event_count, rules: ${rules}, timespan: 5m, condition: {gte: 3}}\n`;

test('what runs is copied as it was written', () => {
  const all = `---\n${rule('A')}---\n${rule('B')}---\n\n${count('[a, b]')}...\n`;
  const { files, rules, correlations, filters, refused, withoutSource, documents } = importing({ 'deep/all.yml': all });
  expect({ rules, correlations, filters, refused, withoutSource, documents }).toEqual({
    rules: 2,
    correlations: 1,
    filters: 0,
    refused: [],
    withoutSource: [],
    documents: 3,
  });
  expect(files).toEqual([{ path: 'rules/deep/all.yml', text: all }]);
});

test('of a stream only the documents that run are copied', () => {
  const texts = [rule('A', 'linux'), rule('B'), rule('C', 'windows', '{A|lookup: 1}'), rule('D')];
  const { files, withoutSource, refused } = importing({ 'a.yml': texts.join('---\n') });
  expect(files).toEqual([{ path: 'rules/a.yml', text: `---\n${texts[1]}---\n${texts[3]}` }]);
  expect(withoutSource.map(({ title, reason }) => [title, reason])).toEqual([
    ['A', 'no data source here for product linux, service security.'],
  ]);
  expect(refused.map(({ title, errors }) => [title, errors.map(({ message }) => message)])).toEqual([
    ['C', ['There is no modifier "lookup".']],
  ]);
});

test('a correlation whose rule does not run is not copied', () => {
  const { files, withoutSource, refused } = importing({
    'a.yml': rule('A', 'linux'),
    'b.yml': count('[a]'),
    'c.yml': count('[nobody]'),
  });
  expect(files).toEqual([]);
  expect(withoutSource.map(({ title }) => title)).toEqual(['A', 'Many']);
  expect(refused.map(({ file }) => file.slice(folder.length + 1))).toEqual(['c.yml']);
});

test('a file without YAML is known by its name', () => {
  expect(importing({ 'a.yml': 'title: [' }).refused).toMatchObject([{ title: 'a.yml' }]);
});
