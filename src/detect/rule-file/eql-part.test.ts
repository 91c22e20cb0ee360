import { describe, expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../config/config.ts';
import type { Document } from '../../event/document.ts';
import { scanDocuments } from '../scan/scan-documents.ts';
import { parseRule } from './load-rule-file.ts';

const HEAD = '[rule]\nid = "a-b"\nname = "A"\nseverity = "high"\n';
const AB = 'sequence by host.name with maxspan=1m [any where event.action == "a"] [any where event.action == "b"]';
const rule = (keys: string, query = AB, type = 'eql') => `${HEAD}type = "${type}"\n${keys}\nquery = '''${query}'''\n`;

const load = (text: string) =>
  parseRule({ file: 'a.toml', text }, { now: Date.UTC(2026, 2, 1), settings: DEFAULT_CONFIG.rules });

/** What is wrong, and what is remarked on but for examples. */
function problems(text: string): string[] {
  const { errors, warnings } = load(text);
  return [
    ...errors.map(({ code, message }) => `${code} ${message}`),
    ...warnings.filter(({ code }) => code !== 'LINT-EXAMPLE').map(({ code, message }) => `${code} ${message}`),
  ];
}

const events = (...actions: string[]): Document[] =>
  actions.map((action, at) => ({
    '@timestamp': new Date(Date.UTC(2026, 2, 1) + at * 1000).toISOString(),
    event: { action, dataset: 'test.events', category: ['host'] },
    host: { name: 'fs01' },
  }));

test('a sequence becomes legs; the datasets hold for each of them', () => {
  const { rule: loaded } = load(
    rule('datasets = ["test.events"]\nsteps = ["first", "then"]\nreason = "{first.event.action}, {then.event.action}"'),
  );
  expect(loaded).toMatchObject({
    type: 'eql',
    legs: [{ name: 'first' }, { name: 'then' }],
    sequence: { legs: [0, 1], clock: { tiebreaker: 'event.sequence' }, allowedLatenessMs: 120_000, isCarried: true },
  });
  expect(scanDocuments([loaded!], events('a', 'b')).alerts.map(({ reason }) => reason)).toEqual(['a, b']);
  const elsewhere = events('a', 'b').map((event) => ({ ...event, event: { action: 'a', dataset: 'other' } }));
  expect(scanDocuments([loaded!], elsewhere).alerts).toEqual([]);
});

test('runs are one leg, until is one of its own', () => {
  const { rule: loaded } = load(
    rule(
      'tiebreaker_field = "event.id"',
      'sequence [any where event.action == "a"] with runs=2 [any where event.action == "b"] until [any where event.action == "u"]',
    ),
  );
  expect(loaded!.legs.map(({ name }) => name)).toEqual(['step-1', 'step-2', 'until']);
  expect(loaded!.sequence).toMatchObject({
    legs: [0, 0, 1],
    untilLeg: 2,
    clock: { timestamp: '@timestamp', tiebreaker: 'event.id' },
  });
  expect(scanDocuments([loaded!], events('a', 'a', 'b')).alertCount).toBe(1);
  expect(scanDocuments([loaded!], events('a', 'a', 'u', 'b')).alertCount).toBe(0);
});

test('single events with pipes: the first or last ones of all the evidence are alerts, each event once', () => {
  const found = (query: string, documents: readonly Document[]) =>
    scanDocuments([load(rule('', query)).rule!], documents).alerts.map(({ document }) => document['event']);
  const all = events('a', 'b', 'a', 'b', 'a');
  const shuffled = [3, 0, 4, 2, 1, 4].map((at) => all[at]!);
  const isB = 'any where event.action == "b"';
  expect(found('any where true | head 2', shuffled)).toEqual([all[0]!['event'], all[1]!['event']]);
  expect(found(`${isB} | tail 1`, shuffled)).toEqual([all[3]!['event']]);
  expect(found(`any where true | tail 3 | head 1`, shuffled)).toEqual([all[2]!['event']]);
  const noTime = { event: { action: 'b' } };
  expect(scanDocuments([load(rule('', `${isB} | head 9`)).rule!], [noTime]).rules[0]!.counters[0]).toMatchObject({
    name: 'without time',
    count: 1,
  });
});

test('items that match everything alike are legs of their own', () => {
  const { rule: loaded } = load(rule('', 'sequence [any where true] by host.name [any where true] by user.name'));
  expect(loaded!.sequence!.legs).toEqual([0, 1]);
});

test('a query over single events alerts on each, whatever the type is called', () => {
  for (const text of [
    rule('', 'any where event.action == "a"'),
    rule('language = "eql"', 'any where event.action == "a"', 'query'),
  ]) {
    const { rule: loaded } = load(text);
    expect(loaded).toMatchObject({ legs: [], sequence: undefined });
    expect(scanDocuments([loaded!], events('a', 'b', 'a')).alertCount).toBe(2);
  }
});

test('parameters are put in', () => {
  const text = `${rule('', 'any where event.action == "${what}"')}[rule.parameters]\nwhat = { default = "b", meaning = "x" }\n`;
  expect(scanDocuments([load(text).rule!], events('a', 'b')).alertCount).toBe(1);
});

describe('what is wrong', () => {
  test.each<[string, string]>([
    [
      rule('', AB, 'query').replace('type', 'language = "eql"\ntype'),
      'RULE-VALUE A sequence needs type = "eql", not "query".',
    ],
    [rule('steps = ["a", "a"]'), 'RULE-VALUE The name "a" stands in the list twice.'],
    [rule('steps = ["a", "until"]'), 'RULE-VALUE The name "until" names the end condition.'],
    [rule('steps = ["step-2"]'), 'RULE-VALUE "step-2" is what another item is called when it has no name.'],
    [rule('steps = ["a", "b", "c"]'), 'RULE-VALUE The query has 2 items, and this is name 3.'],
    [
      rule('steps = ["client"]\nreason = "{client.user.name}"'),
      'RULE-VALUE {client.user.name} is a field, and also user.name of the leg "client".',
    ],
    [rule('steps = ["x"]', 'any where true'), 'RULE-VALUE "steps" names the items of a sequence or sample.'],
    [
      rule('', 'any where true | head 3').replace('"eql"', '"query"\nlanguage = "eql"'),
      'RULE-VALUE Pipes need type = "eql": a rule of type "query" looks at every event that matches.',
    ],
    [rule('reason = "{third.host.name}"'), 'RULE-FIELD There is no field "third.host.name".'],
    [rule('', 'any where nosuch.field == 1'), 'EQL-TYPE there is no field nosuch.field.'],
    [
      rule('state = "window"', AB.replace(' with maxspan=1m', '')),
      'RULE-VALUE With state = "window" a sequence needs maxspan: without it no look-back is long enough.',
    ],
    // 5m for the interval, 2m for lateness and 1m for the span fit into 9m; one more minute each way does not.
    [
      rule('state = "window"\nfrom = "now-7m"'),
      'RULE-VALUE With state = "window" the look-back of 7m misses sequences: maxspan, allowed_lateness and interval together are 8m. Write from = "now-8m", or state = "carried".',
    ],
    [
      rule('timestamp_field = "event.duration"'),
      'RULE-VALUE "timestamp_field" holds times, and event.duration is of type long.',
    ],
    [rule('samples_per_key = 2'), 'RULE-VALUE "samples_per_key" belongs to a sample.'],
    [
      rule('samples_per_key = 101', 'sample by host.name [any where true] [any where true]'),
      'RULE-VALUE "samples_per_key" must be a whole number from 1 to 100, not the number 101.',
    ],
  ])('%s', (text, expected) => {
    expect(problems(text)).toContain(expected);
    expect(load(text).rule).toBeUndefined();
  });

  test.each([
    rule('steps = ["service"]\nreason = "{service.host.name} {service.name}"'),
    rule('state = "window"'),
    rule('state = "window"\nfrom = "now-8m"'),
    rule('from = "now-5m"'),
    rule('timestamp_field = "event.created"\ndatasets = ["zeek.smb_files"]'),
    rule('timestamp_field = "@timestamp"'),
    rule(
      'samples_per_key = 100',
      'sample by host.name [any where event.action == "a"] [any where event.action == "b"]',
    ),
  ])('nothing: %s', (text) => {
    expect(problems(text)).toEqual([]);
  });
});

describe('what is remarked on', () => {
  test.each<[string, string]>([
    [
      rule('', AB.replace('host.name', 'host.id')),
      'LINT-HOST-ID logs hold no host.id: their events are tied together by host.name; write by host.name where no agent is',
    ],
    [
      rule('timestamp_field = "event.ingested"'),
      'LINT-CLOCK event.ingested is not in any log; only documents of ECS may hold it, and events without it take no part',
    ],
    [
      rule('timestamp_field = "event.start"\ndatasets = ["zeek.connection", "zeek.ntlm", "windows.*"]'),
      'LINT-CLOCK event.start is not in zeek.ntlm, windows.*; only documents of ECS may hold it, and events without it take no part',
    ],
    [
      rule('', AB.replace(' with maxspan=1m', '')),
      'LINT-SPAN without maxspan events are tied together however far apart they are',
    ],
    [
      rule('', 'sequence with maxspan=1m [any where true] with runs=3'),
      'LINT-RUNS runs slide: one event more is one alert more; let the first speak for the rest with alert_suppression',
    ],
    [
      rule('steps = ["a"]', 'event.action:a', 'query'),
      'LINT-UNUSED "steps" belongs to rules of type eql and is not used here',
    ],
  ])('%s', (text, expected) => {
    expect(problems(text)).toEqual([expected]);
  });

  test('runs that something follows, or that suppression holds back, are no remark', () => {
    expect(problems(rule('', 'sequence with maxspan=1m [any where true] with runs=3 [any where false]'))).toEqual([]);
    const suppressed = `${rule('', 'sequence with maxspan=1m [any where true] with runs=3')}[rule.alert_suppression]\ngroup_by = "host.name"\n`;
    expect(problems(suppressed)).toEqual([]);
  });
});

test('conditions are checked as those of KQL are', () => {
  const one = 'any where event.code == "1" and user.name != "x" and smb.share.name == "admin$"';
  const found = problems(rule('', one)).map((text) => text.split(' ').slice(0, 2).join(' '));
  expect(found.toSorted()).toEqual(['LINT-ABSENT this', 'LINT-NEVER smb.share.name']);
  const two = 'sequence by user.name with maxspan=1m [any where user.name != "x"] [any where source.port == 70000]';
  expect(problems(rule('', two)).map((text) => text.split(' ')[0])).toEqual(['LINT-NEVER']);
});

test('the field of categories holds texts', () => {
  expect(problems(rule('event_category_field = "source.port"', 'process where true'))).toEqual([
    'RULE-VALUE "event_category_field" holds texts, and source.port is of type long.',
  ]);
  const { rule: loaded } = load(rule('event_category_field = "event.action"', 'a where true'));
  expect(scanDocuments([loaded!], events('a', 'b')).alertCount).toBe(1);
});

test('other types of rules take single events in EQL', () => {
  const keys = 'language = "eql"\nthreshold = { field = ["host.name"], value = 2 }';
  const { rule: loaded } = load(rule(keys, 'any where event.action in ("a", "b")', 'threshold'));
  expect(scanDocuments([loaded!], events('a', 'b', 'c')).alertCount).toBe(1);
});
