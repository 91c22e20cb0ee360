import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { realisticResult } from '../../../test/conformance/reports-realistic.ts';
import { hostileResult, sampleResult, sampleRule } from '../../../test/conformance/reports-sample.ts';
import { textWidth } from '../../base/text/text-width.ts';
import type { ScanResult } from '../../detect/scan-result.ts';
import { table } from './table.ts';

function render(result: ScanResult, width: number, colour = false): string {
  let text = '';
  table.write(result, (piece) => (text += piece), {
    width,
    colour,
    title: '',
    showExcepted: false,
    showBuildingBlocks: false,
  });
  return text;
}

test('80 columns', async () => {
  await expect(render(realisticResult(), 80)).toMatchFileSnapshot('snapshots/80-columns.txt');
});

test('120 columns', async () => {
  await expect(render(realisticResult(), 120)).toMatchFileSnapshot('snapshots/120-columns.txt');
});

test('nothing found', async () => {
  const rules = [sampleRule({ id: 'exposure-egress' }), sampleRule({ id: 'hive-theft', datasets: ['sysmon.*'] })].map(
    (rule) => ({ rule, matches: 0, alerts: 0, buildingBlocks: 0, suppressed: 0, excepted: 0, counters: [] }),
  );
  await expect(render(sampleResult([], { rules }), 80)).toMatchFileSnapshot('snapshots/nothing-found.txt');
});

test.each([1, 40, 80, 100, 132])('no line is longer than a terminal of %i columns (at least 40)', (width) => {
  for (const result of [realisticResult(), hostileResult(), sampleResult([])]) {
    for (const line of render(result, width).split('\n'))
      expect(textWidth(line)).toBeLessThanOrEqual(Math.max(40, width));
  }
});

test('without a terminal an alert stands on one line', () => {
  expect(render(realisticResult(), Infinity)).toMatch(
    / {2}critical +2026-03-03 14:05:12 +10\.20\.4\.31 → .* 30 kB received\n/,
  );
});

test('colour adds nothing but colour', () => {
  const coloured = render(realisticResult(), 80, true);
  // oxlint-disable-next-line no-control-regex
  expect(coloured).toMatch(/\u001b\[31m/);
  expect(stripVTControlCharacters(coloured)).toBe(render(realisticResult(), 80));
});
