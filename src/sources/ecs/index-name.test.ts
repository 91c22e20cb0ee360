import { expect, test } from 'vitest';
import { writtenIndex } from './index-name.ts';

test.each([
  ['logs-zeek.connection-default', 'logs-zeek.connection-default'],
  ['.ds-logs-zeek.connection-default-2026.01.01-000001', 'logs-zeek.connection-default'],
  ['.ds-logs-zeek.connection-default-2026.02.01-000002', 'logs-zeek.connection-default'],
  ['.ds-logs-a-000003', 'logs-a'],
  ['remote:.ds-logs-a-2026.01.01-000001', 'logs-a'],
  ['partial-.ds-logs-a-2026.01.01-000001', 'logs-a'],
  ['partial-restored-.ds-logs-a-2026.01.01-000001', 'logs-a'],
  ['shrink-x7_a-.ds-logs-a-2026.01.01-000001', 'logs-a'],
  ['winlogbeat-7.17.0-2026.01.01-000001', 'winlogbeat-7.17.0'],
  ['winlogbeat-7.17.0', 'winlogbeat-7.17.0'],
  ['eve-000012', 'eve'],
  ['logstash-2026.01.01', 'logstash-2026.01.01'],
  ['logstash-2026.01.02', 'logstash-2026.01.02'],
  ['.ds-logs-a', '.ds-logs-a'],
  ['audit-12', 'audit-12'],
  ['', ''],
])('%s is written to as %s', (index, name) => {
  expect(writtenIndex(index)).toBe(name);
});
