/** A small rule of every type over events of a few actions, hosts and users, for tests of schedules. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { toCorrelationPart } from '../../src/detect/correlation/correlation-part.ts';
import type { Rule } from '../../src/detect/rule.ts';
import { loadRules } from '../../src/detect/rule-file/load-rules.ts';
import type { Document } from '../../src/event/document.ts';
import { fields } from '../../src/event/field.ts';
import type { SigmaCorrelation } from '../../src/query/sigma/correlation.ts';
import { sampleRule } from '../conformance/reports-sample.ts';

/** Time of the first events, on the hour before midnight so that findings fall on two days. */
export const SCHEDULE_START = Date.UTC(2026, 2, 1, 23);

const TEXTS: Readonly<Record<string, string>> = {
  query: `type = "query"\nquery = "event.action:a"`,
  suppressed: `type = "query"
query = "event.action:(a or b)"
[rule.alert_suppression]
group_by = ["user.name"]
duration = "5m"`,
  threshold: `type = "threshold"
query = "event.action:(a or b)"
[rule.threshold]
field = ["host.name"]
value = 3
window = "4m"
cardinality = [{ field = "user.name", value = 2 }]`,
  terms: `type = "new_terms"
query = "event.action:a"
[rule.new_terms]
fields = ["host.name", "user.name"]
history = "12m"`,
  finding: `type = "finding"
query = "event.action:a"
[rule.finding]
key = ["host.name", "user.name"]
per = "day"
member = ["event.action"]
join = "event.action:b"
[[rule.finding.level]]
name = "weak"
when = "event.action:a"
severity = "low"
[[rule.finding.level]]
name = "strong"
when = "event.action:b"
severity = "high"
[[rule.finding.raise]]
level = "weak"
group_by = ["host.name"]
distinct = "user.name"
value = 2
window = "5m"
severity = "critical"`,
  volume: `type = "volume"
query = "event.action:(a or b)"
[rule.volume]
key = ["host.name"]
sent_by = "server"
at_least = "1KiB"
factor = 2
history = "14d"`,
  sequence: `type = "eql"
query = '''sequence by host.name with maxspan=4m
  [any where event.action == "a"] [any where event.action == "b"] until [any where event.action == "c"]'''`,
  missing: `type = "eql"
allowed_lateness = "0s"
query = '''sequence by host.name with maxspan=3m
  [any where event.action == "a"] ![any where event.action == "b"]'''`,
  sample: `type = "eql"
query = '''sample by host.name [any where event.action == "a"] [any where event.action == "c"]'''`,
  convergence: `type = "convergence"
[rule.convergence]
window = "4m"
per = ["host.name"]
same = ["user.name"]
anchor = "rare"
[[rule.convergence.leg]]
name = "rare"
[[rule.convergence.leg.way]]
name = "rare"
when = "event.action:c"
says = "c"
[[rule.convergence.leg]]
name = "first"
[[rule.convergence.leg.way]]
name = "first"
when = "event.action:a"
says = "a"
[[rule.convergence.leg]]
name = "second"
[[rule.convergence.leg.way]]
name = "second"
when = "event.action:b"
count = 2
says = "b"
[[rule.convergence.grade]]
name = "all"
legs = ["rare", "first", "second"]
severity = "high"`,
};

/** @returns the rules by their names */
export function scheduleRules(): ReadonlyMap<string, Rule> {
  const folder = mkdtempSync(join(tmpdir(), 'schedule-rules-'));
  for (const [name, text] of Object.entries(TEXTS)) {
    const head = `[rule]\nid = "${name}"\nname = "${name}"\nseverity = "low"\n`;
    writeFileSync(join(folder, `${name}.toml`), head + text);
  }
  const { rules, errors } = loadRules([folder], { now: SCHEDULE_START, settings: DEFAULT_CONFIG.rules });
  rmSync(folder, { recursive: true });
  const wrong = errors.filter(({ code }) => code !== 'RULE-MISSING');
  if (wrong.length > 0 || rules.length < Object.keys(TEXTS).length) throw new Error(errors.map(String).join('\n'));
  return new Map([
    ...rules.map((rule) => [rule.id, rule] as const),
    ['counted', correlationRule('counted', { type: 'event_count' })],
    ['few', correlationRule('few', { condition: { kind: 'bounds', bounds: [{ op: 'lte', value: 2 }] } })],
    [
      'temporal',
      correlationRule('temporal', {
        type: 'temporal',
        condition: { kind: 'bounds', bounds: [{ op: 'gte', value: 2 }] },
      }),
    ],
  ]);
}

function correlationRule(id: string, given: Partial<SigmaCorrelation>): Rule {
  const members = ['a', 'b'].map((action) => ({
    name: action,
    source: {
      kind: 'events' as const,
      predicate: { kind: 'equals' as const, field: fields.get('event.action'), value: action, fold: false },
    },
    groupBy: [[fields.get('host.name')]],
    fields: [],
  }));
  const definition: SigmaCorrelation = {
    type: 'event_count',
    rules: members.map(({ name }) => name),
    groupBy: ['host.name'],
    timespanMs: 4 * 60_000,
    condition: { kind: 'bounds', bounds: [{ op: 'gte', value: 3 }] },
    fields: [],
    percentile: 50,
    aliases: new Map(),
    generate: false,
    ...given,
  };
  const made = toCorrelationPart({ definition, members }, 0);
  if (typeof made === 'string') throw new Error(made);
  return sampleRule({ id, type: 'correlation', legs: made.legs, correlation: made.part, suppression: undefined });
}

/** @returns an event of an action (`a`, `b`, `c`, or one that matters to no rule) */
export function scheduleEvent(number: number, seconds: number, action: string, host: string, user: string): Document {
  return {
    '@timestamp': new Date(SCHEDULE_START + seconds * 1000).toISOString(),
    smbastion: { event: { id: `e${String(number).padStart(4, '0')}` } },
    event: { action, dataset: 'test.events', category: ['host'] },
    host: { name: host },
    user: { name: user },
    // Far more on the second day.
    server: { bytes: (10 + ((number * 37) % 90)) * (seconds > 3_600 ? 20 : 1) },
  };
}
