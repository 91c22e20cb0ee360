/** Shipped rules over evidence that others recorded; it is no part of the project, and tests that need it are skipped without. */
import { expect } from 'vitest';
import { configToNetworks, DEFAULT_CONFIG } from '../../src/config/config.ts';
import type { Alert } from '../../src/detect/alert.ts';
import { Scan } from '../../src/detect/scan/scan.ts';
import { readAll } from '../../src/sources/input/read-all.ts';
import { sources } from '../../src/sources/registry.ts';
import { DEFAULT_SOURCE_SETTINGS } from '../../src/sources/source.ts';
import { shippedRules } from './scan-evidence.ts';
import { evidencePath } from '../tools/evidence-folder.ts';

/** Where such evidence lies. */
export const DATA = evidencePath('');

const { rules } = shippedRules();

/**
 * Reads a file or folder as a user would, and runs every shipped rule that is on.
 *
 * @param least events that must be there, so that silence says something
 */
export async function alertsOfFile(path: string, least = 1): Promise<readonly Alert[]> {
  const networks = configToNetworks(DEFAULT_CONFIG);
  const scan = new Scan({ rules: rules.filter(({ enabled }) => enabled), networks, exceptionsFor: () => undefined });
  const read = await readAll([path], {
    sources: sources.all,
    networks,
    settings: DEFAULT_SOURCE_SETTINGS,
    gate: scan.gate(),
    sink: (event) => scan.onEvent(event),
    isStopped: () => false,
    progress: () => {},
  });
  expect(read.files.filter(({ problem }) => problem !== undefined)).toEqual([]);
  expect(read.events).toBeGreaterThanOrEqual(least);
  const findings = scan.finish();
  const alerts = [...findings.alerts];
  findings.close();
  return alerts;
}

/** @returns ids of the rules that a person hears of; weak signs are kept for other rules */
export function heardRules(alerts: readonly Alert[]): string[] {
  return [...new Set(alerts.flatMap(({ rule, isBuildingBlock }) => (isBuildingBlock ? [] : [rule.id])))].sort();
}
