/** Every shipped rule fires on its own evidence and stays silent on its near miss, by the way a user's files go. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatError } from '../../src/base/error.ts';
import { configToNetworks } from '../../src/config/config.ts';
import { loadExceptions } from '../../src/detect/exceptions/load-exceptions.ts';
import type { Rule, RuleExample } from '../../src/detect/rule.ts';
import { type Field, fields } from '../../src/event/field.ts';
import type { Predicate } from '../../src/query/predicate.ts';
import { CONTENT, evidenceOf, exampleSite, NOW, readEvidence, scanEvidence, shippedRules } from './scan-evidence.ts';

const loaded = shippedRules();
const { rules } = loaded;
const rows = rules.flatMap((rule) => rule.examples.map((example) => ({ rule, example })));
const titleOf = ({ rule, example }: (typeof rows)[number]) =>
  [`${rule.id} ${example.fires ? 'fires' : 'stays silent'}: ${example.note ?? ''}`, rule, example] as const;

test('the shipped rules load without an error or a remark', () => {
  expect(loaded.errors.map(formatError)).toEqual([]);
  expect(loaded.warnings.map(({ message, place }) => `${place?.file ?? ''}:${place?.line ?? ''} ${message}`)).toEqual(
    [],
  );
  expect([...loaded.failed, ...loaded.unsupported]).toEqual([]);
  expect(rules.length).toBeGreaterThan(40);
});

test('each rule stands in a file of its name', () => {
  expect(rules.filter(({ id, file }) => basename(file) !== `${id}.toml`).map(({ id }) => id)).toEqual([]);
});

test('each rule says what it means, what else looks like it, what to do, and what it belongs to', () => {
  const guide = ['## What it means', '## Check', '1. ', '2. ', '3. ', '## Next step', '## How to except'];
  const wrong = rules.flatMap((rule) => [
    ...guide.filter((part) => !rule.note.includes(part)).map((part) => `${rule.id}: the guide lacks "${part}"`),
    ...(rule.description.length < 40 ? [`${rule.id}: no description`] : []),
    ...(rule.falsePositives.length === 0 ? [`${rule.id}: no false positives`] : []),
    ...(rule.threat.length === 0 ? [`${rule.id}: no technique`] : []),
    ...(rule.tags.length === 0 ? [`${rule.id}: no tags`] : []),
    ...(rule.investigationFields.length === 0 ? [`${rule.id}: no fields to show first`] : []),
    ...(rule.reason.includes('{') ? [] : [`${rule.id}: the reason names no value`]),
  ]);
  expect(wrong).toEqual([]);
});

test('each rule has evidence that fires it and a near miss, and each example says what it shows', () => {
  const lacking = rules.filter(({ examples }) => new Set(examples.map(({ fires }) => fires)).size < 2);
  expect(lacking.map(({ id }) => id)).toEqual([]);
  expect(rows.filter(({ example }) => !example.note).map(({ rule }) => rule.id)).toEqual([]);
});

test('each file of evidence belongs to an example', () => {
  const used = new Set(rows.flatMap(({ example }) => example.events.map((file) => basename(file))));
  expect(readdirSync(join(CONTENT, 'rules/examples')).filter((file) => !used.has(file))).toEqual([]);
});

describe('example', () => {
  test.each(rows.map(titleOf))('%s', (_, rule, example) => {
    const enabled: Rule = { ...rule, enabled: true };
    const found = scanEvidence([enabled], evidenceOf(example.events));
    expect(found.events).toBeGreaterThan(0);
    expect([...found.faults, ...found.skipped]).toEqual([]);
    if (example.fires) expect(found.alerts.length).toBeGreaterThan(0);
    else expect(found.alerts.map(({ reason }) => reason)).toEqual([]);
    // A sentence with a hole means that the example lacks what the reader needs first.
    for (const alert of found.alerts) expect(alert.reason).not.toMatch(/\{[a-z_.]+\}|\bundefined\b/);
  });
});

describe('near miss', () => {
  const misses = rows.filter(({ example }) => !example.fires);
  test.each(misses.map(titleOf))('%s', (_, rule, example) => {
    const firing = rule.examples.find((other) => other.fires)!;
    const [fires, near] = [observations(rule, firing), observations(rule, example)];
    const names = [...fires.keys()];
    const differing = names.filter((name) => fires.get(name)!.join(' ') !== near.get(name)!.join(' '));
    const same = names.filter((name) => fires.get(name)!.some((value) => near.get(name)!.includes(value)));
    expect(differing, 'the near miss differs in something the rule looks at').not.toEqual([]);
    expect(same, 'and it is near: something the rule looks at is the same').not.toEqual([]);
  });
});

test('rules that are on find nothing in evidence that says nothing of SMB', () => {
  const line = JSON.stringify({
    '@timestamp': '2026-03-10T09:00:00.000Z',
    event: { category: ['network'], dataset: 'network_traffic.flow' },
    source: { ip: '10.1.2.30', port: 50000, bytes: 90_000, packets: 90 },
    destination: { ip: '8.8.4.4', port: 443, bytes: 90_000, packets: 90 },
    network: { transport: 'tcp' },
  });
  const found = scanEvidence(rules, [{ name: 'web.jsonl', text: `${line}\n` }]);
  expect([found.events, found.alerts]).toEqual([1, []]);
});

test('the templates of exceptions load, are inactive and name rules that exist', () => {
  const templates = loadExceptions([join(CONTENT, 'exceptions/templates.toml')], {
    lists: new Map(),
    ruleIds: rules.map(({ id }) => id),
    now: NOW,
  });
  expect(templates.errors.map(formatError)).toEqual([]);
  expect(templates.warnings).toEqual([]);
  expect(templates.exceptions.length).toBeGreaterThanOrEqual(6);
  expect(templates.exceptions.filter(({ template }) => !template)).toEqual([]);
});

/** Values of every field a rule looks at, over all events of an example, sorted. */
function observations(rule: Rule, example: RuleExample): Map<string, string[]> {
  const asked = [...askedFields(rule)];
  const values = new Map(asked.map((field) => [field.name, [] as string[]]));
  readEvidence(evidenceOf(example.events), configToNetworks(exampleSite), (event) => {
    for (const field of asked) {
      const value = event.get(field.id);
      if (value !== undefined) values.get(field.name)!.push(JSON.stringify(value));
    }
  });
  for (const list of values.values()) list.sort();
  return values;
}

function askedFields(rule: Rule): Set<Field> {
  const names = [
    '@timestamp',
    ...(rule.threshold?.field ?? []),
    ...(rule.threshold?.cardinality ?? []).map(({ field }) => field),
    ...(rule.newTerms?.fields ?? []),
    ...(rule.finding?.key ?? []),
    ...(rule.convergence?.ways ?? []).flatMap(({ per, same, distinct, links }) => {
      return [...per, ...same, ...distinct, ...links.map(({ field }) => field)].filter((name) => name !== undefined);
    }),
  ];
  const found = new Set<Field>(names.map((name) => fields.get(name)));
  addFields(rule.predicate, found);
  return found;
}

function addFields(predicate: Predicate, found: Set<Field>): void {
  if (predicate.kind === 'and' || predicate.kind === 'or') for (const part of predicate.parts) addFields(part, found);
  else if (predicate.kind === 'not') addFields(predicate.part, found);
  else if ('field' in predicate) found.add(predicate.field);
}
