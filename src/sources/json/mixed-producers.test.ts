import { expect, test } from 'vitest';
import { FaultLog } from '../../base/fault.ts';
import { Networks } from '../../event/networks.ts';
import { jsonDialects } from '../registry.ts';
import { DEFAULT_SOURCE_SETTINGS } from '../source.ts';
import { jsonSource } from './reader.ts';

const FLOW = {
  '@timestamp': '2026-03-01T10:00:00Z',
  event: { dataset: 'network_traffic.flow', kind: 'event' },
  source: { ip: '10.0.0.1' },
  destination: { ip: '10.0.0.2', port: 445 },
};
const LOGON = {
  '@timestamp': '2026-03-01T10:00:01Z',
  event: { code: '4624', kind: 'event', provider: 'Microsoft-Windows-Security-Auditing' },
  winlog: {
    channel: 'Security',
    provider_name: 'Microsoft-Windows-Security-Auditing',
    event_id: '4624',
    record_id: 7,
    computer_name: 'dc1.corp.example',
    event_data: { TargetUserName: 'anna', LogonType: '3', IpAddress: '10.0.0.1' },
  },
};

function read(documents: readonly object[]): string[] {
  const found: string[] = [];
  const networks = new Networks();
  const context = { file: 'f', faults: new FaultLog(), networks, settings: DEFAULT_SOURCE_SETTINGS, skipped: () => {} };
  const parser = jsonSource(jsonDialects).open(context);
  const sink = (event: { id(): string; provenance(): { format: string } }) =>
    found.push(`${event.provenance().format} ${event.id()}`);
  parser.push(Buffer.from(documents.map((one) => `${JSON.stringify(one)}\n`).join('')), sink);
  parser.end(sink);
  return found;
}

test('events of Windows are read as such also where other documents stand before them', () => {
  const [flow] = read([FLOW]);
  const [logon] = read([LOGON]);
  expect(logon).toMatch(/^winlog-json/);
  expect(read([FLOW, LOGON, FLOW, LOGON])).toEqual([flow, logon, flow, logon]);
});
