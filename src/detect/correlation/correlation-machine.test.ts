import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type {
  CorrelationBound,
  CorrelationCondition,
  CorrelationExpression,
  CorrelationType,
  ResolvedCorrelation,
} from '../../query/sigma/correlation.ts';
import { ALL } from '../../query/predicate.ts';
import type { Firing } from './correlation-item.ts';
import { CorrelationMachine, type CorrelationMachineOptions } from './correlation-machine.ts';
import { correlationTree } from './correlation-tree.ts';

const START = 1_773_133_200_000;
const MINUTE = 60_000;

interface Kept {
  readonly id: string;
  readonly time: number;
  readonly tiebreaker: undefined;
}

/** A correlation over rules by name; one that is a correlation itself is named by it. */
function correlation(
  type: CorrelationType,
  minutes: number,
  condition: CorrelationCondition | readonly CorrelationBound[],
  rules: readonly (string | ResolvedCorrelation)[] = ['r'],
): ResolvedCorrelation {
  const names = rules.map((rule) => (typeof rule === 'string' ? rule : `c-${rule.definition.type}`));
  return {
    definition: {
      type,
      rules: names,
      groupBy: ['host.name'],
      timespanMs: minutes * MINUTE,
      condition: 'kind' in condition ? condition : { kind: 'bounds', bounds: condition },
      fields: type.startsWith('value') ? ['user.name'] : [],
      percentile: 90,
      aliases: new Map(),
      generate: false,
    },
    members: rules.map((rule, at) => ({
      name: names[at]!,
      source:
        typeof rule === 'string' ? { kind: 'events', predicate: ALL } : { kind: 'correlation', correlation: rule },
      groupBy: [],
      fields: [],
    })),
  };
}

const gte = (value: number): CorrelationBound[] => [{ op: 'gte', value }];
const all = (rules: number) => gte(rules);
const rule = (number: number): CorrelationExpression => ({ kind: 'rule', rule: number });

interface Input {
  readonly rules: readonly string[];
  readonly group: string;
  readonly minutes: number;
  readonly values: readonly (string | number)[];
}

/** `r1+r2(a)@9:59.5=x` matches both rules at that minute in group a, with a value; the group is `a` unless given. */
const parse = (text: string): Input[] =>
  text.split(', ').map((one) => {
    const [, rules, group, minutes, seconds, value] = /^([\w+]+)(?:\((\w+)\))?@(\d+):([\d.]+)(?:=(\S+))?$/.exec(one)!;
    const number = Number(value);
    return {
      rules: rules!.split('+'),
      group: group ?? 'a',
      minutes: Number(minutes) + Number(seconds) / 60,
      values: value === undefined ? [] : [Number.isNaN(number) ? value : number],
    };
  });

interface Options extends Partial<CorrelationMachineOptions<Kept>> {
  /** Write down and take over before this event. */
  readonly cut?: number;
  /** How far time goes, minutes; to the last event unless given. */
  readonly newest?: number;
}

const timeOf = (minutes: number) => START + Math.round(minutes * MINUTE * 1000) / 1000;

/** Runs events in order; ids are positions. */
function run(correlated: ResolvedCorrelation, events: readonly Input[], options: Options = {}) {
  const tree = correlationTree(correlated);
  if (typeof tree === 'string') throw new Error(tree);
  const fired: Firing<Kept>[] = [];
  const dropped = { groups: 0, events: 0, cut: 0 };
  const make = () =>
    new CorrelationMachine<Kept>(tree, {
      maxGroups: 100,
      maxEvents: 1000,
      maxMembers: 100,
      onFire: (firing) => fired.push(firing),
      onGroupDropped: () => dropped.groups++,
      onEventDropped: (count) => (dropped.events += count),
      onMembersCut: () => dropped.cut++,
      firingPart: ({ group }) => ({ groups: [group], values: [] }),
      ...options,
    });
  let machine = make();
  events.forEach(({ rules, group, minutes, values }, at) => {
    if (at === options.cut) {
      const state = JSON.stringify(machine.snapshot());
      machine = make();
      machine.restore(JSON.parse(state));
      expect(JSON.stringify(machine.snapshot())).toBe(state);
    }
    const parts = tree.legs.flatMap(({ name, member }, leg) => {
      const own = rules.includes(name) || rules.includes(member.name);
      return own ? [{ leg, keys: [group], values: [values] }] : [];
    });
    machine.add({ id: String(at), time: timeOf(minutes), tiebreaker: undefined }, parts);
  });
  machine.advance(timeOf(options.newest ?? Math.max(...events.map(({ minutes }) => minutes))));
  const open = machine.end();
  return { fired, open, dropped, legs: tree.legs };
}

/** `group: ids of members` of each firing, and how many windows wait. */
function shown(correlated: ResolvedCorrelation, events: string, options: Options = {}) {
  const { fired, open } = run(correlated, parse(events), options);
  const texts = fired.map(({ group, members }) => `${group}: ${members.map(({ event }) => event.id).join(' ')}`);
  return open > 0 ? [...texts, `${open} open`] : texts;
}

describe('event_count', () => {
  const three = correlation('event_count', 10, gte(3));
  test.each<[string, ResolvedCorrelation, string, string[], Options?]>([
    ['span exactly the timespan', three, 'r@0:0, r@5:0, r@10:0', ['a: 0 1 2']],
    ['a millisecond more', three, 'r@0:0, r@5:0, r@10:0.001', []],
    ['a microsecond more', three, 'r@0:0, r@5:0, r@10:0.000001', []],
    ['groups are apart, and silent after firing', three, 'r@0:0, r@1:0, r(b)@2:0, r@3:0, r@4:0', ['a: 0 1 3']],
    ['silent until the timespan has passed', three, 'r@0:0, r@1:0, r@2:0, r@7:0, r@8:0, r@12:0', ['a: 0 1 2']],
    [
      'then the newest window fires again',
      three,
      'r@0:0, r@1:0, r@2:0, r@7:0, r@8:0, r@12:0, r@12:1',
      ['a: 0 1 2', 'a: 3 4 5 6'],
    ],
    [
      'fires again when the condition stopped holding between',
      three,
      'r@0:0, r@1:0, r@9:0, r@11:30, r@12:0, r@13:0',
      ['a: 0 1 2', 'a: 2 3 4'],
    ],
    ['gt', correlation('event_count', 10, [{ op: 'gt', value: 1 }]), 'r@0:0, r@0:0', ['a: 0 1']],
    [
      'lte waits for the window to pass',
      correlation('event_count', 10, [{ op: 'lte', value: 2 }]),
      'r@0:0, r@1:0',
      ['a: 0 1'],
      { newest: 10.001 },
    ],
    [
      'lte, evidence that ends with the window',
      correlation('event_count', 10, [{ op: 'lte', value: 2 }]),
      'r@0:0, r@1:0',
      ['1 open'],
      { newest: 10 },
    ],
    [
      'lte, an event at the very end counts',
      correlation('event_count', 10, [{ op: 'lte', value: 2 }]),
      'r@0:0, r@1:0, r@10:0, r(b)@11:0',
      ['1 open'],
    ],
    [
      'the next window begins with the next event',
      correlation('event_count', 10, [{ op: 'eq', value: 1 }]),
      'r@0:0, r@10:30, r@21:0, r@22:0',
      ['a: 0', 'a: 1'],
      { newest: 40 },
    ],
    ['lt', correlation('event_count', 10, [{ op: 'lt', value: 1 }]), 'r@0:0', [], { newest: 40 }],
    [
      'neq',
      correlation('event_count', 10, [{ op: 'neq', value: 2 }]),
      'r@0:0, r@1:0, r(b)@0:0',
      ['b: 2'],
      { newest: 40 },
    ],
    [
      'both comparisons must hold',
      correlation('event_count', 10, [
        { op: 'gte', value: 2 },
        { op: 'lte', value: 3 },
      ]),
      'r@0:0, r@1:0, r(b)@1:0',
      ['a: 0 1'],
      { newest: 40 },
    ],
    [
      'of several rules, an event that matches two counts once',
      correlation('event_count', 10, gte(3), ['r1', 'r2']),
      'r1+r2@0:0, r2@1:0, r1@2:0',
      ['a: 0 1 2'],
    ],
  ])('%s', (_, correlated, events, expected, options) => {
    expect(shown(correlated, events, options)).toEqual(expected);
  });
});

const bound = (op: CorrelationBound['op'], value: number) => [{ op, value }];

const figuresOf = (correlated: ResolvedCorrelation, events: string) =>
  run(correlated, parse(events), { newest: 30 }).fired.map((firing) => firing.figure);

describe('values', () => {
  test.each<[string, ResolvedCorrelation, string, string[], Options?]>([
    ['two distinct', correlation('value_count', 1, gte(2)), 'r@0:0=x, r@0:1=x, r@0:2=y', ['a: 0 1 2']],
    ['a value that left the window', correlation('value_count', 1, gte(2)), 'r@0:0=x, r@1:1=y', []],
    ['sum', correlation('value_sum', 10, bound('gt', 10)), 'r@0:0=4, r@1:0=6, r@2:0=1', ['a: 0 1 2']],
    ['sum slides', correlation('value_sum', 10, bound('gt', 10)), 'r@0:0=4, r@1:0=6, r@10:1=4', []],
    [
      'average at the end',
      correlation('value_avg', 10, bound('gte', 2)),
      'r@0:0=9, r@1:0=-5, r(b)@0:0=1',
      ['a: 0 1'],
      { newest: 11 },
    ],
    [
      'median at the end',
      correlation('value_median', 10, bound('eq', 2.5)),
      'r@0:0=1, r@1:0=9, r@2:0=2, r@3:0=3',
      ['a: 0 1 2 3'],
      { newest: 11 },
    ],
    [
      'percentile at the end',
      correlation('value_percentile', 10, bound('eq', 9)),
      'r@0:0=1, r@1:0=9, r@2:0=2, r@3:0=3',
      ['a: 0 1 2 3'],
      { newest: 11 },
    ],
    [
      'average, the evidence ends',
      correlation('value_avg', 10, bound('gte', 2)),
      'r@0:0=9',
      ['1 open'],
      { newest: 10 },
    ],
  ])('%s', (_, correlated, events, expected, options) => {
    expect(shown(correlated, events, options)).toEqual(expected);
  });

  test('the figure is said', () => {
    expect(figuresOf(correlation('value_count', 1, gte(2)), 'r@0:0=x, r@0:1=y')).toEqual([2]);
    expect(figuresOf(correlation('value_sum', 1, gte(2)), 'r@0:0=1.5, r@0:1=2')).toEqual([3.5]);
    expect(figuresOf(correlation('value_avg', 1, gte(0)), 'r@0:0=1, r@0:1=2')).toEqual([1.5]);
  });
});

const expression = (part: CorrelationExpression): CorrelationCondition => ({ kind: 'expression', expression: part });

describe('temporal', () => {
  const both = correlation('temporal', 5, all(2), ['r1', 'r2']);
  const ordered = correlation('temporal_ordered', 5, all(2), ['r1', 'r2']);
  const three = ['r1', 'r2', 'r3'];
  const withNot = expression({ kind: 'and', parts: [rule(0), { kind: 'not', part: rule(1) }] });
  const either = expression({ kind: 'and', parts: [{ kind: 'or', parts: [rule(0), rule(1)] }, rule(2)] });
  test.each<[string, ResolvedCorrelation, string, string[], Options?]>([
    ['any order', both, 'r2@0:0, r1@4:59', ['a: 0 1']],
    ['ordered: not in that order', ordered, 'r2@0:0, r1@4:59', []],
    ['ordered: in order', ordered, 'r1@0:0, r2@5:0', ['a: 0 1']],
    ['ordered: too late', ordered, 'r1@0:0, r2@5:0.001', []],
    ['ordered: the latest start counts', ordered, 'r1@0:0, r1@3:0, r2@6:0', ['a: 1 2']],
    ['ordered: one event is not both', ordered, 'r1+r2@0:0', []],
    ['any order: one event may be both', both, 'r1+r2@0:0', ['a: 0']],
    ['too far apart', both, 'r1@0:0, r2@5:0.001', []],
    ['groups are apart', both, 'r1@0:0, r2(b)@1:0', []],
    ['all of the window are members', both, 'r1@0:0, r1@1:0, r2@2:0, r1@3:0', ['a: 0 1 2']],
    ['two of three', correlation('temporal', 5, gte(2), three), 'r1@0:0, r1@1:0, r3@2:0', ['a: 0 1 2']],
    ['ordered two of three', correlation('temporal_ordered', 5, gte(2), three), 'r3@0:0, r1@1:0, r3@2:0', ['a: 1 2']],
    ['a or b, and c', correlation('temporal', 5, either, three), 'r3@0:0, r2@1:0', ['a: 0 1']],
    ['ordered a or b, then c', correlation('temporal_ordered', 5, either, three), 'r3@0:0, r2@1:0, r3@2:0', ['a: 1 2']],
    [
      'and not: waits for the end',
      correlation('temporal', 5, withNot, ['r1', 'r2']),
      'r1@0:0',
      ['a: 0'],
      { newest: 6 },
    ],
    ['and not: it came', correlation('temporal', 5, withNot, ['r1', 'r2']), 'r1@0:0, r2@5:0', [], { newest: 11 }],
    ['and not: open', correlation('temporal', 5, withNot, ['r1', 'r2']), 'r1@0:0', ['1 open'], { newest: 5 }],
  ])('%s', (_, correlated, events, expected, options) => {
    expect(shown(correlated, events, options)).toEqual(expected);
  });

  test.each<[CorrelationCondition, string]>([
    [withNot, 'without "not"'],
    [{ kind: 'bounds', bounds: [{ op: 'lte', value: 2 }] }, 'gt and gte'],
    [{ kind: 'bounds', bounds: gte(3) }, 'can never hold'],
    [{ kind: 'bounds', bounds: gte(0) }, 'without any event'],
  ])('ordered cannot run with %j', (condition, why) => {
    expect(correlationTree(correlation('temporal_ordered', 5, condition, ['r1', 'r2']))).toContain(why);
  });

  test('ordered over many rules cannot try every choice of them', () => {
    const rules = Array.from({ length: 12 }, (_, at) => `r${at}`);
    expect(correlationTree(correlation('temporal_ordered', 5, gte(6), rules))).toContain('too many');
    expect(correlationTree(correlation('temporal_ordered', 5, gte(6), [...rules, 'r12']))).toContain('too many');
    expect(typeof correlationTree(correlation('temporal_ordered', 5, all(13), [...rules, 'r12']))).not.toBe('string');
  });
});

describe('chains of correlations', () => {
  const guessed = correlation('event_count', 5, gte(3), ['failed']);
  const entered = correlation('temporal_ordered', 10, all(2), [guessed, 'logon']);
  test('the firing of one is an event for the other, with all its members', () => {
    const events = 'failed@0:0, failed@1:0, failed@2:0, logon@3:0';
    expect(shown(entered, events)).toEqual(['a: 0 1 2 3']);
    expect(shown(entered, 'failed@0:0, failed@1:0, logon@3:0')).toEqual([]);
    expect(shown(entered, 'logon@0:0, failed@1:0, failed@1:1, failed@1:2')).toEqual([]);
  });

  test('it happens with its last member', () => {
    expect(shown(entered, 'failed@0:0, failed@1:0, failed@2:0, logon@12:0')).toEqual(['a: 0 1 2 3']);
    expect(shown(entered, 'failed@0:0, failed@1:0, failed@2:0, logon@12:0.001')).toEqual([]);
  });

  test('a window that is judged late still comes in its order', () => {
    const quiet = correlation('event_count', 5, [{ op: 'lte', value: 1 }], ['failed']);
    const after = correlation('temporal_ordered', 10, all(2), [quiet, 'logon']);
    // The window of 0:00 closes behind 5:00, after the logon; the firing counts for 0:00.
    expect(shown(after, 'failed@0:0, logon@3:0, other(z)@20:0')).toEqual(['a: 0 1']);
    expect(shown(after, 'logon@0:0, failed@3:0, other(z)@20:0')).toEqual([]);
    expect(shown(after, 'failed@0:0, logon@3:0, other(z)@5:0')).toEqual(['1 open']);
  });

  test('three deep', () => {
    const twice = correlation('event_count', 60, gte(2), [entered]);
    const once = 'failed@0:0, failed@1:0, failed@2:0, logon@3:0';
    const again = 'failed@20:0, failed@21:0, failed@22:0, logon@23:0';
    expect(shown(twice, once)).toEqual([]);
    expect(shown(twice, `${once}, ${again}`)).toEqual(['a: 0 1 2 3 4 5 6 7']);
  });

  test('legs have names of their own', () => {
    const outer = correlation('temporal', 5, all(2), [guessed, 'failed']);
    expect(run(outer, parse('x@0:0')).legs.map(({ name }) => name)).toEqual(['failed', 'failed-2']);
  });
});

const nothing = () => {};

describe('bounds', () => {
  const three = correlation('event_count', 10, gte(3));
  test('the group touched longest ago goes, and is counted', () => {
    const { fired, dropped } = run(three, parse('r(a)@0:0, r(b)@0:1, r(a)@0:2, r(c)@0:3, r(a)@0:4'), { maxGroups: 2 });
    expect(fired.map(({ group }) => group)).toEqual(['a']);
    expect(dropped.groups).toBe(1);
  });

  test('groups that are over make room without being counted', () => {
    const { dropped } = run(three, parse('r(a)@0:0, r(b)@10:1, r(c)@20:2'), { maxGroups: 1 });
    expect(dropped).toEqual({ groups: 0, events: 0, cut: 0 });
  });

  test('with too many events other groups go, then the oldest of the group', () => {
    const { fired, dropped } = run(three, parse('r(b)@0:0, r@0:1, r@0:2, r@0:3'), { maxEvents: 2 });
    expect(fired).toEqual([]);
    expect(dropped.events).toBe(2);
  });

  test('a firing lists so many members, the last one too, and the true number', () => {
    const many = correlation('event_count', 10, gte(6));
    const { fired, dropped } = run(many, parse('r@0:0, r@0:1, r@0:2, r@0:3, r@0:4, r@0:5'), { maxMembers: 3 });
    expect(fired[0]!.members.map(({ event }) => event.id)).toEqual(['0', '1', '5']);
    expect(fired[0]!.memberCount).toBe(6);
    expect(dropped.cut).toBe(1);
  });

  test('nothing is held once its time is over', () => {
    const tree = correlationTree(three);
    if (typeof tree === 'string') throw new Error(tree);
    const machine = new CorrelationMachine<Kept>(tree, {
      maxGroups: 10,
      maxEvents: 10,
      maxMembers: 10,
      onFire: nothing,
      onGroupDropped: nothing,
      onEventDropped: nothing,
      onMembersCut: nothing,
      firingPart: () => undefined,
    });
    machine.add({ id: 'x', time: START, tiebreaker: undefined }, [{ leg: 0, keys: ['a'], values: [[]] }]);
    machine.advance(START + 10 * MINUTE + 1);
    expect(machine.snapshot()).toEqual({ stages: [{ node: { groups: [] }, buffer: null }] });
  });
});

/** The definition, word by word: for each event the window is looked up anew among all events of the group. */
function byDefinition(correlated: ResolvedCorrelation, events: readonly Input[], newest: number): string[] {
  const { type, timespanMs, condition, rules } = correlated.definition;
  const bounds = condition.kind === 'bounds' ? condition.bounds : [];
  const span = timespanMs / MINUTE;
  const found: string[] = [];
  const own = events
    .map((event, at) => ({ ...event, id: String(at) }))
    .filter((event) => event.rules.some((one) => rules.includes(one)));
  const figureOf = (members: typeof own): number => {
    const values = members.flatMap((member) => member.values as number[]);
    const sorted = [...values].sort((a, b) => a - b);
    switch (type) {
      case 'event_count':
        return members.length;
      case 'value_count':
        return new Set(values).size;
      case 'value_sum':
        return values.reduce((sum, value) => sum + value, 0);
      case 'value_avg':
        return values.reduce((sum, value) => sum + value, 0) / values.length;
      case 'value_median':
        return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
      case 'value_percentile':
        return sorted.find((value) => sorted.filter((one) => one <= value).length >= 0.9 * sorted.length)!;
      default:
        return new Set(members.flatMap((member) => member.rules.filter((one) => rules.includes(one)))).size;
    }
  };
  const holds = (members: typeof own): typeof own | undefined => {
    if (type === 'temporal_ordered') {
      // Every pair of the two rules in their order; the one that started last.
      for (const last of [...members].reverse()) {
        if (!last.rules.includes(rules[1]!)) continue;
        const first = [...members]
          .reverse()
          .find((one) => one.rules.includes(rules[0]!) && Number(one.id) < Number(last.id));
        if (first) return [first, last];
      }
      return undefined;
    }
    const figure = figureOf(members);
    const fits = bounds.every(({ op, value }) => {
      return {
        gt: figure > value,
        gte: figure >= value,
        lt: figure < value,
        lte: figure <= value,
        eq: figure === value,
        neq: figure !== value,
      }[op];
    });
    return fits ? members : undefined;
  };
  const closes = /avg|median|percentile/.test(type) || bounds.some(({ op }) => !op.startsWith('gt'));
  for (const group of new Set(own.map((event) => event.group))) {
    const mine = own.filter((event) => event.group === group);
    if (closes) {
      for (let at = 0; at < mine.length; ) {
        const window = mine.slice(at).filter(({ minutes }) => minutes - mine[at]!.minutes <= span);
        if (newest - mine[at]!.minutes > span && holds(window))
          found.push(`${group}: ${window.map(({ id }) => id).join(' ')}`);
        at += window.length;
      }
      continue;
    }
    let firedAt = Number.NEGATIVE_INFINITY;
    mine.forEach((event, at) => {
      const window = mine.slice(0, at + 1).filter(({ minutes }) => event.minutes - minutes <= span);
      const members = holds(window);
      if (!members) firedAt = Number.NEGATIVE_INFINITY;
      else if (event.minutes - firedAt > span) {
        firedAt = event.minutes;
        found.push(`${group}: ${members.map(({ id }) => id).join(' ')}`);
      }
    });
  }
  return found.sort();
}

test('agrees with the definition, also when written down and taken over at any event', () => {
  const arbitrary = fc.record({
    type: fc.constantFrom<CorrelationType>(
      'event_count',
      'value_count',
      'value_sum',
      'value_avg',
      'value_median',
      'value_percentile',
      'temporal',
      'temporal_ordered',
    ),
    minutes: fc.constantFrom(1, 3, 6),
    bounds: fc.array(
      fc.record({
        op: fc.constantFrom<CorrelationBound['op']>('gt', 'gte', 'lt', 'lte', 'eq', 'neq'),
        value: fc.nat({ max: 4 }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    events: fc.array(
      fc.record({
        rules: fc.uniqueArray(fc.constantFrom('r1', 'r2', 'other'), { minLength: 1, maxLength: 2 }),
        group: fc.constantFrom('a', 'b'),
        // Quarters of a minute, several events at one time.
        quarter: fc.nat({ max: 60 }),
        value: fc.integer({ min: -2, max: 3 }),
      }),
      { maxLength: 30 },
    ),
    cut: fc.nat({ max: 30 }),
    after: fc.nat({ max: 10 }),
  });
  fc.assert(
    fc.property(arbitrary, ({ type, minutes, bounds, events, cut, after }) => {
      const condition = type === 'temporal_ordered' ? all(2) : bounds;
      const correlated = correlation(type, minutes, condition, ['r1', 'r2']);
      const input = events
        .map(({ rules, group, quarter, value }): Input => ({ rules, group, minutes: quarter / 4, values: [value] }))
        .sort((one, other) => one.minutes - other.minutes);
      const newest = 15 + after;
      const { fired, dropped } = run(correlated, input, { cut, newest });
      const texts = fired.map(({ group, members }) => `${group}: ${members.map(({ event }) => event.id).join(' ')}`);
      expect(texts.sort()).toEqual(byDefinition(correlated, input, newest));
      expect(dropped.groups + dropped.events).toBe(0);
    }),
    { numRuns: 1000 },
  );
});

test('a chain can be written down and taken over at any event', () => {
  const quiet = correlation('event_count', 2, [{ op: 'lte', value: 2 }], ['r1']);
  const busy = correlation('event_count', 2, gte(2), ['r2']);
  const correlated = correlation('temporal', 4, all(3), [quiet, busy, 'r3']);
  const arbitrary = fc.array(
    fc.record({ rules: fc.uniqueArray(fc.constantFrom('r1', 'r2', 'r3'), { minLength: 1 }), step: fc.nat({ max: 3 }) }),
    { minLength: 1, maxLength: 30 },
  );
  fc.assert(
    fc.property(arbitrary, fc.nat({ max: 30 }), (events, cut) => {
      let minutes = 0;
      const input = events.map(
        ({ rules, step }): Input => ({ rules, group: 'a', minutes: (minutes += step / 2), values: [] }),
      );
      expect(run(correlated, input, { cut }).fired).toEqual(run(correlated, input).fired);
    }),
    { numRuns: 300 },
  );
});
