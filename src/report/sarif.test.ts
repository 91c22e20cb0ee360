import { expect, test } from 'vitest';
import { realisticResult } from '../../test/conformance/reports-realistic.ts';
import { hostileResult, sampleAlert, sampleResult, sampleRule } from '../../test/conformance/reports-sample.ts';
import type { ScanResult } from '../detect/scan-result.ts';
import { sarif, toUri } from './sarif.ts';

interface Message {
  text: string;
}
interface Place {
  physicalLocation: { artifactLocation: { uri: string }; region?: { startLine?: number; byteOffset?: number } };
}
interface Log {
  version: string;
  runs: {
    tool: { driver: { name: string; rules: { id: string; help: Message & { markdown: string } }[] } };
    invocations: { executionSuccessful: boolean; toolExecutionNotifications: { message: Message }[] }[];
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      message: Message;
      locations: Place[];
      relatedLocations?: Place[];
      partialFingerprints: Record<string, string>;
      properties: Record<string, unknown>;
    }[];
  }[];
}

function read(result: ScanResult): Log {
  let text = '';
  sarif.write(result, (piece) => (text += piece), {
    width: 80,
    colour: false,
    title: 'scan',
    showExcepted: false,
    showBuildingBlocks: false,
  });
  return JSON.parse(text) as Log;
}

test.each([
  ['a/b c.log', 'a/b%20c.log'],
  ['/var/log/a#1.log', 'file:///var/log/a%231.log'],
  ['C:\\logs\\a.evtx', 'file:///C:/logs/a.evtx'],
  ['\\\\srv\\share\\a.evtx', 'file://srv/share/a.evtx'],
  ['x:y.log', 'x%3Ay.log'],
  ['lone \ud800', 'lone%20%EF%BF%BD'],
  ['-', '-'],
])('toUri(%j) = %s', (file, uri) => {
  expect(toUri(file)).toBe(uri);
});

test('has what the schema requires, whatever the evidence holds', () => {
  for (const result of [realisticResult(), hostileResult()]) {
    const log = read(result);
    expect(log.version).toBe('2.1.0');
    const [run] = log.runs;
    expect(run!.tool.driver.name).toBe('smbastion');
    expect(run!.invocations[0]!.executionSuccessful).toBe(true);
    for (const entry of run!.results) {
      expect(run!.tool.driver.rules[entry.ruleIndex]!.id).toBe(entry.ruleId);
      expect(['error', 'warning', 'note']).toContain(entry.level);
      expect(entry.message.text).not.toBe('');
      expect(entry.message.text).not.toMatch(/\]\(/);
      expect(Object.values(entry.partialFingerprints)[0]).toMatch(/^\w{32}$/);
      for (const place of [...entry.locations, ...(entry.relatedLocations ?? [])]) {
        expect(URL.canParse(place.physicalLocation.artifactLocation.uri, 'file:///evidence/')).toBe(true);
        const { region } = place.physicalLocation;
        expect(region?.startLine ?? 1).toBeGreaterThan(0);
      }
    }
  }
});

test('lines become regions, offsets byte offsets, severities levels and scores', () => {
  const rule = sampleRule({ id: 'r', severity: 'critical', note: '## Guide' });
  const [first] = sampleAlert(rule, 'a').members;
  const offset = { ...first!, provenance: { file: 'Security.evtx', format: 'evtx', offset: 4096 } };
  const [run] = read(sampleResult([sampleAlert(rule, 'a', { members: [first!, offset], memberCount: 2 })])).runs;
  const [result] = run!.results;
  expect(run!.tool.driver.rules[0]!.help.markdown).toBe('## Guide');
  expect(result!.level).toBe('error');
  expect(result!.properties['security-severity']).toBe('9.9');
  expect(result!.locations[0]!.physicalLocation.region).toEqual({ startLine: 17 });
  expect(result!.relatedLocations![0]!.physicalLocation.region).toEqual({ byteOffset: 4096 });
});
