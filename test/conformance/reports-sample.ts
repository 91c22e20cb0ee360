/** Results of scans that no scan was needed for: what report tests render. */
import type { Alert, AlertMember } from '../../src/detect/alert.ts';
import { blankRule } from '../../src/detect/blank-rule.ts';
import type { Severity } from '../../src/event/severity.ts';
import { RISK_SCORE, type Rule } from '../../src/detect/rule.ts';
import type { RuleResult, ScanResult, ScanSummary } from '../../src/detect/scan-result.ts';
import { ALL } from '../../src/query/predicate.ts';

/** @returns a rule with plain values where none are given */
export function sampleRule(given: Partial<Rule> & { id: string }): Rule {
  const severity = given.severity ?? 'high';
  return {
    ...blankRule(given.id),
    uuid: '6f1f0f5e-0d5b-5d8a-9f35-2b1f5f6f7a01',
    author: ['smbastion'],
    license: 'Apache-2.0',
    predicate: ALL,
    severity,
    riskScore: RISK_SCORE[severity],
    file: `content/rules/${given.id}.toml`,
    ...given,
  };
}

/** @returns an alert of the rule with one member, and what is given */
export function sampleAlert(rule: Rule, id: string, given: Partial<Alert> = {}): Alert {
  const time = given.originalTime ?? Date.UTC(2026, 2, 3, 14, 5, 12);
  const document = given.document ?? {
    client: { ip: '10.0.0.5', port: 50123 },
    server: { ip: '198.18.7.9', port: 445 },
    event: { dataset: 'zeek.conn' },
    smb: { flow: { direction: 'egress', outcome: 'established' } },
  };
  const member: AlertMember = {
    id: `${id}-event`,
    time,
    provenance: { file: 'evidence/conn.log', format: 'zeek-tsv', line: 17 },
    document,
  };
  return {
    id,
    rule,
    name: rule.name,
    severity: rule.severity,
    riskScore: rule.riskScore,
    threat: rule.threat,
    reason: '10.0.0.5 to 198.18.7.9 port 445: SMB towards the Internet',
    originalTime: time,
    lastTime: time,
    document,
    members: [member],
    memberCount: 1,
    group: undefined,
    finding: undefined,
    newTerms: undefined,
    sequence: undefined,
    suppression: undefined,
    exceptedBy: undefined,
    isBuildingBlock: false,
    notes: [],
    ...given,
  };
}

/** @returns a result whose figures follow from the alerts, except for what is given */
export function sampleResult(alerts: readonly Alert[], given: Partial<ScanSummary> = {}): ScanResult {
  const counted = alerts.filter((alert) => alert.exceptedBy === undefined && !alert.isBuildingBlock);
  const bySeverity: Record<Severity, number> = { low: 0, medium: 0, high: 0, critical: 0 };
  const hours = new Map<number, Record<Severity, number>>();
  for (const alert of counted) {
    bySeverity[alert.severity]++;
    const hour = Math.floor(alert.originalTime / 3_600_000) * 3_600_000;
    const counts = hours.get(hour) ?? { low: 0, medium: 0, high: 0, critical: 0 };
    counts[alert.severity]++;
    hours.set(hour, counts);
  }
  const rules = [...new Set(alerts.map((alert) => alert.rule))].map((rule): RuleResult => {
    const own = alerts.filter((alert) => alert.rule === rule);
    const excepted = own.filter((alert) => alert.exceptedBy !== undefined).length;
    const buildingBlocks = own.filter((alert) => alert.isBuildingBlock).length;
    return {
      rule,
      matches: own.length,
      alerts: own.length - excepted - buildingBlocks,
      buildingBlocks,
      suppressed: 0,
      excepted,
      counters: [],
    };
  });
  return {
    summary: {
      files: [{ file: 'evidence/conn.log', format: 'zeek-tsv', bytes: 4_200_000, events: 12_345, problem: undefined }],
      events: 12_345,
      bytes: 4_200_000,
      elapsedMs: 1_234,
      datasets: [{ dataset: 'zeek.conn', events: 12_345 }],
      skipped: [],
      firstTime: Date.UTC(2026, 2, 3, 14),
      lastTime: Date.UTC(2026, 2, 5, 8, 12),
      rules,
      exceptions: [],
      faults: [],
      limits: [],
      alertCount: counted.length,
      bySeverity,
      timeline: [...hours].map(([time, counts]) => ({ time, counts })),
      topPairs: [],
      interrupted: false,
      ...given,
    },
    alerts,
  };
}

/** Text that attacks every format: markup, terminal escapes, formulas, bidi override, lone surrogate, Markdown links. */
export const HOSTILE = [
  '=HYPERLINK("http://evil.example/","x")',
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '\u001b]0;owned\u0007\u001b[31mred\u009b2J',
  'invoice\u202efdp.exe',
  '[click](javascript:alert(1)) [more](https://evil.example/)',
  '"; \'`--></style></pre></title>',
  '\ud800 line\r\nbreak\u2028\t\0',
].join(' ');

/** @returns a result in which everything that evidence can name is hostile */
export function hostileResult(): ScanResult {
  const rule = sampleRule({ id: 'hostile', name: HOSTILE, severity: 'critical', investigationFields: ['user.name'] });
  const document = {
    client: { ip: HOSTILE },
    server: { ip: HOSTILE, port: HOSTILE },
    user: { name: HOSTILE },
    smb: { flow: { direction: HOSTILE, outcome: HOSTILE }, file: { path: HOSTILE }, share: { name: HOSTILE } },
    [HOSTILE]: HOSTILE,
    ['__proto__']: { polluted: true },
  };
  const time = Date.UTC(2026, 2, 3, 14, 5, 12);
  const member: AlertMember = { id: HOSTILE, time, provenance: { file: HOSTILE, format: HOSTILE, line: 3 }, document };
  const alert = sampleAlert(rule, 'a'.repeat(32), {
    name: HOSTILE,
    reason: HOSTILE,
    document,
    members: [member, { ...member, document: undefined, provenance: { file: HOSTILE, format: 'x', offset: 9 } }],
    memberCount: 2,
    threat: [{ technique: HOSTILE, name: HOSTILE, attackVersion: HOSTILE }],
    newTerms: [{ field: 'user.name', value: HOSTILE }],
    sequence: {
      keys: [{ field: 'user.name', value: HOSTILE }],
      legs: [{ name: HOSTILE, state: 'matched', event: HOSTILE, time, what: HOSTILE, why: HOSTILE }],
      spanMs: 0,
      grade: HOSTILE,
    },
    notes: [HOSTILE],
  });
  const { summary, alerts } = sampleResult([alert]);
  return {
    alerts,
    summary: {
      ...summary,
      files: [
        { file: HOSTILE, format: 'zeek-tsv', bytes: 1, events: 1, problem: undefined },
        { file: HOSTILE, format: undefined, bytes: 1, events: 0, problem: HOSTILE },
      ],
      datasets: [{ dataset: HOSTILE, events: 1 }],
      skipped: [{ reason: HOSTILE, count: 1 }],
      rules: summary.rules.map((entry) => ({ ...entry, counters: [{ name: HOSTILE, count: 3, hint: HOSTILE }] })),
      exceptions: [{ id: HOSTILE, name: HOSTILE, hits: 1, expires: HOSTILE }],
      faults: [
        { code: HOSTILE, file: HOSTILE, count: 1, samples: [{ code: HOSTILE, file: HOSTILE, message: HOSTILE }] },
      ],
      limits: [{ name: HOSTILE, limit: 1, count: 1, consequence: HOSTILE }],
      topPairs: [{ client: HOSTILE, server: HOSTILE, alerts: 2, worst: 'critical' }],
    },
  };
}
