import { expect, test } from 'vitest';
import { indexToDatasets } from './index-datasets.ts';

test.each([
  [[], [], 0],
  [['logs-panw.panos*'], ['panw.panos*'], 0],
  [['logs-network_traffic.*', 'logs-panw.panos-default'], ['network_traffic.*', 'panw.panos'], 0],
  [['logs-system.security-*', 'logs-system.security-*'], ['system.security'], 0],
  [['eu:logs-system.security-*'], ['system.security'], 0],
  [['packetbeat-*'], [], 0],
  [['logs-*'], [], 0],
  [['logs-*.*-*'], [], 0],
  [['.alerts-security.alerts-*'], [], 0],
  [['packetbeat-*', 'logs-panw.panos*'], [], 1],
  [['logs-zeek.connection-*', '-logs-zeek.dns-*'], ['zeek.connection'], 1],
])('%j names %j', (patterns, datasets, notes) => {
  const found = indexToDatasets(patterns);
  expect([found.datasets, found.notes.length]).toEqual([datasets, notes]);
});
