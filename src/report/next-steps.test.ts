import { expect, test } from 'vitest';
import { sampleAlert, sampleResult, sampleRule } from '../../test/conformance/reports-sample.ts';
import { blindRules, blindSpots } from './blind-spots.ts';
import { nextSteps } from './next-steps.ts';

const SPOKEN = `What spoke SMB all the same: smbastion query 'smb.flow.evidence:*' and these paths.`;

const quiet = (id: string, datasets: string[]) => ({
  rule: sampleRule({ id, datasets }),
  matches: 0,
  alerts: 0,
  buildingBlocks: 0,
  suppressed: 0,
  excepted: 0,
  counters: [],
});

test('a rule is blind when none of its datasets was there', () => {
  const rules = [quiet('sees', ['zeek.*']), quiet('blind', ['sysmon.*']), quiet('any', [])];
  const { summary } = sampleResult([], { rules });
  expect(blindRules(summary).map((entry) => entry.rule.id)).toEqual(['blind']);
  expect(blindSpots(summary)).toEqual(['1 of 3 rules had no data of the kind they need.']);
  expect(nextSteps(summary)).toEqual(['1 rule had no data: add evidence such as sysmon.*.', SPOKEN]);
});

test('every reason for silence is named', () => {
  const silenced = sampleAlert(sampleRule({ id: 'r' }), 'a', { exceptedBy: 'e' });
  const { summary } = sampleResult([silenced]);
  expect(nextSteps(summary)).toEqual(['Exceptions silenced 1 match: --show-excepted shows them.', SPOKEN]);
  const weak = sampleAlert(sampleRule({ id: 'r' }), 'a', { isBuildingBlock: true });
  expect(nextSteps(sampleResult([weak]).summary)[0]).toBe(
    '1 weak sign that feeds other rules is hidden: --show-building-blocks shows it.',
  );
  expect(nextSteps(sampleResult([], { files: [] }).summary)[0]).toMatch(/^No file was read/);
  expect(nextSteps(sampleResult([], { events: 0 }).summary)[0]).toMatch(/^No event was read/);
  expect(nextSteps(sampleResult([], { rules: [quiet('r', [])] }).summary)).toEqual([
    'No rule fired. That is no proof: other sensors or a longer time may show more.',
    SPOKEN,
  ]);
});

test('what limits the answer is said', () => {
  const { summary } = sampleResult([], {
    interrupted: true,
    limits: [{ name: 'x', limit: 1, count: 2, consequence: 'y' }],
    faults: [{ code: 'c', file: 'f', count: 7, samples: [] }],
    files: [{ file: 'f', format: undefined, bytes: 0, events: 0, problem: 'p' }],
    rules: [{ ...quiet('r', []), counters: [{ name: 'undecided', count: 12, hint: 'h' }] }],
  });
  expect(blindSpots(summary)).toEqual([
    'The scan was stopped before its end; what follows was found until then.',
    '1 file was not read.',
    '7 damaged records were left out.',
    '1 limit was reached, so something is missing.',
    '12 events could not be judged by r (counted as “undecided”).',
  ]);
});
