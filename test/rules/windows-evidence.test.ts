/**
 * Shipped rules over real Windows logs: what each recording of an attack must be found by, and that logs of machines at
 * rest give nothing a person would have to get up for. The logs are no part of the project; without them all is skipped.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Alert } from '../../src/detect/alert.ts';
import { alertsOfFile, DATA, heardRules } from './real-evidence.ts';

/** An attack, the technique it is, and the rules that say so. */
type Row = readonly [file: string, technique: string, ruleIds: readonly string[]];

const ATTACKS: readonly Row[] = [
  ['admin-share-denied.evtx', 'T1021.002', ['admin-share-access', 'win-admin-share-refused']],
  [
    'atexec-remote-task.evtx',
    'T1053.005',
    ['cm0062-windows', 'win-task-one-liner', 'win-task-pipe', 'win-task-session'],
  ],
  ['net-use-explicit-credentials.evtx', 'T1021.002', ['win-admin-share-command']],
  ['pass-the-hash-logon.evtx', 'T1550.002', ['win-log-cleared', 'win-pass-the-hash']],
  ['print-share-created.evtx', 'T1135', ['win-share-created']],
  ['printer-bug-pipe.evtx', 'T1187', ['win-coercion-pipe']],
  [
    'psexec-admin-share.evtx',
    'T1569.002',
    [
      'admin-share-access',
      'admin-share-write',
      'cm0062-windows',
      'copy-exec',
      'exec-tool-artefacts',
      'service-pipes',
      'win-exec-tool-service',
      'win-remote-service',
    ],
  ],
  ['psexec-service-system-log.evtx', 'T1569.002', ['win-exec-tool-service', 'win-log-cleared']],
  ['psexec-sysmon.evtx', 'T1569.002', ['exec-tool-artefacts', 'win-exec-tool-service', 'win-service-pipes']],
  ['remote-service-pipe.evtx', 'T1569.002', ['win-admin-share-probe', 'win-svcctl-pipe']],
  ['remote-shell-admin-share.evtx', 'T1021.002', ['win-admin-share-probe', 'win-svcctl-pipe']],
  [
    'secretsdump.evtx',
    'T1003.002',
    ['admin-share-access', 'win-hive-theft', 'win-log-cleared', 'win-remote-registry', 'win-svcctl-pipe'],
  ],
  [
    'service-payload-over-smb.evtx',
    'T1569.002',
    [
      'admin-share-access',
      'cm0062-windows',
      'remote-service-child',
      'win-admin-share-probe',
      'win-remote-service',
      'win-service-one-liner',
      'win-svcctl-pipe',
    ],
  ],
  ['share-enumeration-forwarded.evtx', 'T1135', ['win-enum-pipes']],
  ['share-permissions-changed.evtx', 'T1222.001', ['win-share-changed', 'win-share-opened']],
];

const EXPORTS: readonly Row[] = [
  ['covenant_copy_smb_CreateRequest.zip', 'T1021.002', ['admin-share-access', 'admin-share-write']],
  [
    'empire_psexec_dcerpc_tcp_svcctl.zip',
    'T1569.002',
    ['cm0062-windows', 'win-remote-service', 'win-service-one-liner'],
  ],
];

const techniquesOf = (alerts: readonly Alert[]) =>
  alerts.flatMap(({ rule }) => rule.threat.map((one) => one.technique));

function foundIn(folder: string, rows: readonly Row[]): void {
  const path = join(DATA, folder);
  const isThere = existsSync(path);

  test.skipIf(!isThere).each(rows)(`${folder}/%s is %s`, async (file, technique, ruleIds) => {
    const alerts = await alertsOfFile(join(path, file));
    expect(heardRules(alerts)).toEqual(ruleIds);
    expect(techniquesOf(alerts)).toContain(technique);
    for (const { reason } of alerts) expect(reason).not.toMatch(/\bundefined\b/);
  });

  test.skipIf(!isThere)(`every file of ${folder} has a row`, () => {
    const files = readdirSync(path).filter((name) => !name.endsWith('.md'));
    expect(files.filter((name) => !rows.some(([file]) => file === name))).toEqual([]);
  });
}

describe('recordings of attacks', () => {
  foundIn('evtx/attack', ATTACKS);
  foundIn('winlog-json', EXPORTS);
});

describe('machines at rest', () => {
  const path = join(DATA, 'evtx/format');

  test.skipIf(!existsSync(path))('nothing is found in logs nobody attacked', async () => {
    const alerts = await alertsOfFile(path);
    expect(alerts).toEqual([]);
  });
});
