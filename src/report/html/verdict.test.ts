import { expect, test } from 'vitest';
import { realisticResult } from '../../../test/conformance/reports-realistic.ts';
import { sampleResult, sampleRule } from '../../../test/conformance/reports-sample.ts';
import type { ScanSummary } from '../../detect/scan-result.ts';
import { groupByRule } from '../rule-groups.ts';
import { FlowOverview } from './flow-overview.ts';
import { firstSentence, verdict } from './verdict.ts';

test('says how much, how bad, what, between whom, and what is missing', () => {
  const result = realisticResult();
  const flows = new FlowOverview();
  const groups = groupByRule(
    () => result.alerts,
    { perRule: 1, total: 9 },
    (alert) => flows.add(alert),
  );
  const text = verdict(result.summary, groups, flows).text.replace(/<[^>]+>/g, ' ');
  expect(text).toContain('44 findings');
  expect(text).toContain('2 critical and 3 high should be looked at first');
  expect(text).toContain('“SMB to the Internet” (40 findings)');
  expect(text).toContain('40 findings concern SMB that leaves the network for the Internet: data moved in 1');
  expect(text).toContain('10.20.4.17 connecting to 198.18.7.9');
  expect(text).toContain('The answer is not complete');
});

const words = (given: Partial<ScanSummary>) => verdict(sampleResult([], given).summary, [], new FlowOverview()).text;

test('silence is not called safety', () => {
  expect(words({})).toContain('Nothing can be said about this evidence');
  const rule = {
    rule: sampleRule({ id: 'r' }),
    matches: 0,
    alerts: 0,
    buildingBlocks: 0,
    suppressed: 0,
    excepted: 0,
    counters: [],
  };
  const text = words({ rules: [rule] });
  expect(text).toContain('No rule found anything to report');
  expect(text).toContain('What it does not record, this report cannot know');
});

test.each([
  ['One. Two.', 'One.'],
  ['Reads 3.1.1 dialects. Two', 'Reads 3.1.1 dialects.'],
  ['no stop', 'no stop'],
  [`${'x'.repeat(300)}.`, ''],
])('firstSentence(%j)', (text, sentence) => {
  expect(firstSentence(text)).toBe(sentence);
});
