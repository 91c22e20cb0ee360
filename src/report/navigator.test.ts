import { expect, test } from 'vitest';
import { sampleAlert, sampleResult, sampleRule } from '../../test/conformance/reports-sample.ts';
import { navigator } from './navigator.ts';

test('techniques carry the worst score and the rules behind it; rules without alerts show as looked for', () => {
  const threat = [{ technique: 'T1021.002', attackVersion: '18.0' }];
  const one = sampleRule({ id: 'one', threat });
  const two = sampleRule({ id: 'two', threat: [{ technique: 'T1046', attackVersion: '17' }] });
  const result = sampleResult([sampleAlert(one, 'a', { riskScore: 21 }), sampleAlert(one, 'b', { riskScore: 73 })]);
  const rules = [
    ...result.summary.rules,
    { rule: two, matches: 0, alerts: 0, buildingBlocks: 0, suppressed: 0, excepted: 0, counters: [] },
  ];
  let text = '';
  navigator.write({ ...result, summary: { ...result.summary, rules } }, (piece) => (text += piece), {
    width: 80,
    colour: false,
    title: '',
    showExcepted: false,
    showBuildingBlocks: false,
  });
  expect(JSON.parse(text)).toMatchObject({
    versions: { attack: '18', layer: '4.5' },
    domain: 'enterprise-attack',
    techniques: [
      { techniqueID: 'T1021.002', score: 73, comment: 'one: 2 findings', showSubtechniques: true },
      { techniqueID: 'T1046', score: 0, comment: 'two: 0 findings' },
    ],
  });
});
