/** Holds docs/sequences.md against the program: its tables are run, and its rule passes its own examples. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../src/config/config.ts';
import { blankRule } from '../src/detect/blank-rule.ts';
import { loadRuleFile } from '../src/detect/rule-file/load-rule-file.ts';
import { runExample } from '../src/detect/run-examples.ts';
import { scanDocuments } from '../src/detect/scan/scan-documents.ts';
import { toSequencePart } from '../src/detect/sequence/sequence-part.ts';
import { compileEql } from '../src/query/eql/compile-eql.ts';
import { CORRELATION_TYPES } from '../src/query/sigma/correlation.ts';

const PAGE = readFileSync(new URL('../docs/sequences.md', import.meta.url), 'utf8');
const NOW = Date.parse('2026-03-02T14:30:00Z');

const folder = mkdtempSync(join(tmpdir(), 'docs-sequences-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const [, path, text] of PAGE.matchAll(/<!-- file: (\S+) -->\n```\w+\n([\s\S]*?)^```$/gm)) {
  const file = join(folder, path!);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text!);
}

/** The rows of the table between two comments, without backticks. */
const rowsOf = (name: string) =>
  PAGE.split(`<!-- ${name} -->`)[1]!
    .split(`<!-- /${name} -->`)[0]!
    .trim()
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim().replaceAll('`', '')),
    );

/** Events as the table writes them; ids are what it writes. */
function found(sequence: string, events: string): string {
  const text = sequence.replaceAll(/\[(\w+)\]/g, '[any where event.action == "$1"]');
  const { query } = compileEql({ file: 'query', text: `sequence with maxspan=10s ${text}` }, { now: NOW });
  if (query.kind !== 'sequence') throw new Error(`no sequence: ${text}`);
  const { legs, part } = toSequencePart(query, { tiebreaker: 'event.sequence', allowedLatenessMs: 0, isCarried: true });
  const documents = events.split(' ').map((id) => ({
    '@timestamp': new Date(NOW + Number(id.split('@')[1]) * 1000).toISOString(),
    event: { action: id.split('@')[0], dataset: 'test' },
    smbastion: { event: { id } },
  }));
  const { alerts } = scanDocuments([{ ...blankRule('x'), type: 'eql', legs, sequence: part }], documents);
  return alerts.map(({ members }) => members.map(({ id }) => id).join(' ')).join(', ') || 'nothing';
}

const sequences = rowsOf('sequences').map(([sequence, events, expected]) => [sequence!, events!, expected!] as const);

test.each(sequences)('%s over %s finds %s', (sequence, events, expected) => {
  expect(found(sequence, events)).toBe(expected);
});

test('every type of correlation is told', () => {
  expect(sequences.length).toBeGreaterThan(10);
  const told = rowsOf('correlations').flatMap(([types]) => types!.split(', '));
  expect(told.toSorted()).toEqual([...CORRELATION_TYPES].toSorted());
});

test('the rule of the page loads without remarks and passes its examples', async () => {
  const { rule, errors, warnings } = loadRuleFile(join(folder, 'my-rules/guessed-then-in.toml'), {
    now: NOW,
    settings: DEFAULT_CONFIG.rules,
  });
  expect([...errors, ...warnings]).toEqual([]);
  expect(rule!.examples.length).toBe(2);
  for (const example of rule!.examples) {
    expect(await runExample(rule!, example, DEFAULT_CONFIG)).toMatchObject({ problems: [], passed: true });
  }
});
