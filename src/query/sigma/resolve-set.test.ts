import { describe, expect, test } from 'vitest';
import { loadSigmaText, matches, securityEvent } from '../../../test/tools/sigma/sigma-match.ts';
import type { ResolvedSigma } from './resolve-set.ts';

const RULE = `title: Opened
id: 11111111-2222-4333-8444-555566667777
name: opened
logsource: {product: windows, service: security}
detection:
  selection: {EventID: 5145}
  condition: selection
`;
const OTHER = `title: Logon
name: logon
logsource: {product: windows, service: security}
detection:
  selection: {EventID: 4624}
  condition: selection
`;
const filter = (rules: string, condition: string, logsource = '{product: windows, service: security}') => `title: Known
logsource: ${logsource}
filter:
  rules: ${rules}
  selection: {SubjectUserName: 'svc'}
  condition: ${condition}
`;
const correlation = (part: string, name = 'many') => `title: Many
name: ${name}
correlation:
  type: event_count
  timespan: 10m
  condition: {gte: 3}
  ${part}
`;
const stream = (...documents: string[]) => documents.join('---\n');
const load = (...documents: string[]) => loadSigmaText(stream(...documents));

function fires({ fate }: ResolvedSigma, user: string): boolean {
  if (fate.kind !== 'rule') throw new Error(`the rule is ${fate.kind}`);
  return matches(fate.predicate, securityEvent({ SubjectUserName: user }));
}

describe('filters', () => {
  test.each([
    ['any', 'not selection', true],
    ['[opened]', 'not selection', true],
    ['opened', 'not selection', true],
    ['[11111111-2222-4333-8444-555566667777]', 'not selection', true],
    ['[11111111-2222-4333-8444-555566667777]'.toUpperCase(), 'not selection', true],
    ['[logon]', 'not selection', false],
  ])('rules: %s', (rules, condition, isFiltered) => {
    const { resolved, warnings } = load(RULE, OTHER, filter(rules, condition));
    expect(fires(resolved[0]!, 'svc')).toBe(!isFiltered);
    expect(fires(resolved[0]!, 'bob')).toBe(true);
    expect(warnings).toEqual([]);
  });

  test('a filter without not keeps only what it matches, and says so', () => {
    const { resolved, warnings } = load(RULE, filter('any', 'selection'));
    expect(fires(resolved[0]!, 'svc')).toBe(true);
    expect(fires(resolved[0]!, 'bob')).toBe(false);
    expect(warnings).toEqual([
      'SIGMA-FILTER this filter keeps only what it matches, as it has no "not"; did you mean not selection?',
    ]);
  });

  test('its searches have nothing to do with those of the rule', () => {
    const own = RULE.replace(
      'condition: selection',
      'filter_x: {EventID: 1}\n  condition: selection and not 1 of filter_*',
    );
    const { resolved } = load(own, filter('any', 'not 1 of sel*'));
    expect(fires(resolved[0]!, 'bob')).toBe(true);
    expect(fires(resolved[0]!, 'svc')).toBe(false);
  });

  test.each([
    ['{product: windows}', true],
    ['{service: security}', true],
    ['{product: windows, service: system}', false],
    ['{product: windows, category: process_creation}', false],
    ['{product: linux}', false],
  ])('its logsource %s must cover that of the rule', (logsource, isFiltered) => {
    const { resolved } = load(RULE, filter('any', 'not selection', logsource));
    expect(fires(resolved[0]!, 'svc')).toBe(!isFiltered);
  });

  test.each([
    [filter('[opend]', 'not selection'), 'no rule here has the id or name "opend". Did you mean "opened"?'],
    [filter('[opened]', 'not selection', '{product: linux}'), 'does not cover that of "opened"'],
    [filter('[many]', 'not selection'), '"many" is no rule; filters are for rules alone'],
  ])('a filter that does nothing is remarked on', (text, said) => {
    expect(load(RULE, correlation('rules: [opened]'), text).warnings.join()).toContain(said);
  });

  test('a filter with an error does not hide the rule', () => {
    const { resolved, errors } = load(RULE, filter('any', 'selection and 1 of nothing_*'));
    expect(resolved.map(({ fate }) => fate.kind)).toEqual(['rule', 'refused']);
    expect(errors).toContain('No search fits "nothing_*"');
  });
});

describe('correlations', () => {
  test('the rules they name are silent unless generate is true', () => {
    const silent = load(RULE, OTHER, correlation('rules: [opened]')).resolved;
    expect(silent.map(({ fate }) => 'isSilent' in fate && fate.isSilent)).toEqual([true, false, false]);
    const loud = load(RULE, OTHER, correlation('rules: [opened]\n  generate: true')).resolved;
    expect(loud.map(({ fate }) => 'isSilent' in fate && fate.isSilent)).toEqual([false, false, false]);
  });

  test('everything is read', () => {
    const text = `title: x
correlation:
  type: value_count
  rules: [opened, logon]
  group-by: [Computer, who]
  timespan: 2w
  condition: {gt: 1, lte: 5, field: [IpAddress, IpPort]}
  aliases:
    who: {opened: SubjectUserName, logon: TargetUserName}
  generate: true
`;
    const { resolved, errors, warnings } = load(text, RULE, OTHER);
    expect([errors, warnings]).toEqual(['', []]);
    const fate = resolved[0]!.fate;
    if (fate.kind !== 'correlation') throw new Error(fate.kind);
    expect(fate.resolved.definition).toEqual({
      type: 'value_count',
      rules: ['opened', 'logon'],
      groupBy: ['Computer', 'who'],
      timespanMs: 14 * 86_400_000,
      condition: {
        kind: 'bounds',
        bounds: [
          { op: 'gt', value: 1 },
          { op: 'lte', value: 5 },
        ],
      },
      fields: ['IpAddress', 'IpPort'],
      percentile: 50,
      aliases: new Map([
        [
          'who',
          new Map([
            ['opened', 'SubjectUserName'],
            ['logon', 'TargetUserName'],
          ]),
        ],
      ]),
      generate: true,
    });
    const names = fate.resolved.members.map((member) => [
      member.name,
      member.source.kind,
      ...[...member.groupBy, ...member.fields].map((fields) => fields.map(({ name }) => name).join(' or ')),
    ]);
    expect(names).toEqual([
      [
        'opened',
        'events',
        'host.name',
        'winlog.event_data.SubjectUserName',
        'winlog.event_data.IpAddress',
        'winlog.event_data.IpPort',
      ],
      [
        'logon',
        'events',
        'host.name',
        'winlog.event_data.TargetUserName',
        'winlog.event_data.IpAddress',
        'winlog.event_data.IpPort',
      ],
    ]);
  });

  test.each([
    ['type: temporal', { kind: 'bounds', bounds: [{ op: 'gte', value: 2 }] }],
    ['type: temporal\n  condition: {gte: 1}', { kind: 'bounds', bounds: [{ op: 'gte', value: 1 }] }],
    [
      'type: temporal\n  condition: opened and not logon',
      {
        kind: 'expression',
        expression: {
          kind: 'and',
          parts: [
            { kind: 'rule', rule: 0 },
            { kind: 'not', part: { kind: 'rule', rule: 1 } },
          ],
        },
      },
    ],
  ])('the condition of %j', (part, condition) => {
    const text = `title: x\ncorrelation:\n  rules: [opened, logon]\n  timespan: 5m\n  ${part}\n`;
    const { resolved } = load(RULE, OTHER, text);
    expect(resolved[2]!.fate).toMatchObject({ kind: 'correlation', resolved: { definition: { condition } } });
  });

  test('one stands on another, through its aliases', () => {
    const inner = correlation('rules: [opened]\n  group-by: [who]\n  aliases: {who: {opened: SubjectUserName}}');
    const { resolved, errors } = load(correlation('rules: [many]\n  group-by: [who]', 'outer'), inner, RULE);
    expect(errors).toBe('');
    const fate = resolved[0]!.fate;
    if (fate.kind !== 'correlation') throw new Error(fate.kind);
    const [member] = fate.resolved.members;
    expect(member?.source.kind).toBe('correlation');
    expect(member?.groupBy[0]?.map(({ name }) => name)).toEqual(['winlog.event_data.SubjectUserName']);
  });

  test.each([
    [
      'a circle',
      [correlation('rules: [b]', 'a'), correlation('rules: [a]', 'b')],
      'Correlations cannot stand on themselves: "a" → "b" → "a".',
    ],
    [
      'a filter',
      [filter('any', 'not selection').replace('title: Known', 'title: Known\nname: f'), correlation('rules: [f]')],
      '"f" is a filter',
    ],
    [
      'a refused rule',
      [RULE.replace('EventID: 5145', `A|re: '('`), correlation('rules: [opened]')],
      'No rule here has',
    ],
    [
      'a chain that is too long',
      Array.from({ length: 20 }, (_, i) => correlation(`rules: [c${i + 1}]`, `c${i}`)),
      'More than 16 correlations',
    ],
  ])('%s is refused', (_what, documents, said) => {
    expect(load(...documents).errors).toContain(said);
  });

  test('each correlation of a circle says the circle; one that only stands on it says that', () => {
    const standing = Object.entries({ a: 'b', b: 'c', c: 'a', outside: 'a' });
    const { errors } = load(...standing.map(([name, on]) => correlation(`rules: [${on}]`, name)));
    expect(errors.split('"a" → "b" → "c" → "a"')).toHaveLength(4);
    expect(errors.split('The rule "a" is refused itself.')).toHaveLength(2);
  });

  test('a rule about logs that no source gives takes its correlation with it', () => {
    const linux = RULE.replace('product: windows, service: security', 'product: linux, service: auditd');
    expect(load(linux, correlation('rules: [opened]')).resolved[1]!.fate).toMatchObject({
      kind: 'no-source',
      reason: 'its rule "opened" has no data source here for product linux, service auditd.',
    });
  });

  test('a field of the group that no event has is remarked on', () => {
    expect(load(RULE, correlation('rules: [opened]\n  group-by: [Nonsense]')).warnings).toEqual([
      'SIGMA-UNKNOWN-FIELD no event of "opened" has a field Nonsense, so none of them takes part',
    ]);
  });
});
