/**
 * Cases of rules that hold the bytes of a day against the days before. Nearly all keys stay far below what a day needs; so a
 * run lets the store add up what the new reports say, and reads the days of a key only when that sum has come far enough.
 * Reports of one flow may be running totals, and say bytes in several fields, so the sum is never too small.
 */
import type { Scalar } from '../../../event/document.ts';
import { type Field, fields } from '../../../event/field.ts';
import type { EventQuery } from '../../../store/event-store.ts';
import { BYTE_FIELDS } from '../../executors/flow-bytes.ts';
import type { Rule } from '../../rule.ts';
import { isOneOf, predicatesOf } from '../reach/partition.ts';
import { and } from '../../../query/predicate.ts';
import type { DayBytes } from '../memory/rule-state.ts';
import { type Gathering, MAX_STRETCHES, type RunCase } from './run-case.ts';
import { MOMENT_MS } from '../reading/run-reader.ts';

const DAY_MS = 86_400_000;
/** Keys and days whose sum is remembered; those of the latest days stay. */
const MAX_SUMS = 20_000;
/** Fields that may hold payload. */
const BYTES = BYTE_FIELDS.map((name) => fields.get(name));

/** A key that may have far more than before. */
interface Large {
  readonly values: readonly Scalar[];
  readonly days: ReadonlySet<number>;
}

/** What the new events of a rule come to. */
interface VolumeCases {
  readonly cases: readonly RunCase[];
  readonly volumes: readonly DayBytes[];
  /** New events of the rule. */
  readonly matches: number;
}

/** @returns cases of keys that have enough for an alert on a day of new events, and the sums to go on with */
export async function volumeCases(
  rule: Rule,
  given: Gathering,
  which: Omit<EventQuery, 'predicate'>,
): Promise<VolumeCases> {
  const { atLeast, historyMs, key } = rule.volume!;
  // Keys of several fields are told apart by the first: a sum over more is not too small, either.
  const by = fields.find(key[0]!);
  const predicate = predicatesOf(rule)[0]!;
  if (!by) return { cases: [], volumes: [], matches: 0 };
  const sums = new Map(given.state.volumes.map((sum) => [nameOf(sum), sum]));
  const touched = new Map<Scalar, number[]>();
  let matches = 0;
  for (const { day, count } of await daysOf(given, predicate, which)) {
    matches += count;
    for (const { value, sum } of await sumsOfDay(given, predicate, which, day, by)) {
      const own: DayBytes = [value, day, sum];
      sums.set(nameOf(own), [value, day, (sums.get(nameOf(own))?.[2] ?? 0) + sum]);
      touched.set(value, [...(touched.get(value) ?? []), day]);
    }
  }
  const enough = [...sums.values()].filter(([, , bytes]) => bytes >= atLeast);
  const large = [...touched].flatMap(([value, days]): Large[] => {
    // A day is held against the days before it, so what comes late may matter to days after its own.
    const from = Math.min(...days);
    const to = Math.max(...days) + Math.ceil(historyMs / DAY_MS);
    const own = enough.flatMap(([one, day]) => (one === value && day >= from && day <= to ? [day] : []));
    return own.length > 0 ? [{ values: [value], days: new Set(own) }] : [];
  });
  const cases: RunCase[] = [];
  for (const one of large.length <= MAX_STRETCHES ? large : [merged(large)]) {
    cases.push(await caseOf(rule, given, by, one));
  }
  const volumes = [...sums.values()].sort((one, other) => one[1] - other[1]).slice(-MAX_SUMS);
  return { cases, volumes, matches };
}

async function daysOf({ reader }: Gathering, predicate: EventQuery['predicate'], which: Omit<EventQuery, 'predicate'>) {
  const query = reader.bounded({ predicate, fromMs: MOMENT_MS, ...which });
  const days = await reader.events.histogram(query, DAY_MS);
  return days.map(({ fromMs, count }) => ({ day: Math.floor(fromMs / DAY_MS), count }));
}

function sumsOfDay(
  { reader }: Gathering,
  predicate: EventQuery['predicate'],
  which: Omit<EventQuery, 'predicate'>,
  day: number,
  by: Field,
) {
  const fromMs = Math.max(which.fromMs ?? 0, day * DAY_MS);
  const beforeMs = Math.min(which.beforeMs ?? Infinity, (day + 1) * DAY_MS);
  return reader.events.sums(reader.bounded({ predicate, ...which, fromMs, beforeMs }), by, BYTES, MAX_SUMS);
}

async function caseOf(
  rule: Rule,
  { reader, maxEvents }: Gathering,
  by: Field,
  { values, days }: Large,
): Promise<RunCase> {
  const query = {
    predicate: and([isOneOf(by, values, false), ...predicatesOf(rule)]),
    fromMs: Math.max(MOMENT_MS, Math.min(...days) * DAY_MS - rule.volume!.historyMs - DAY_MS),
    beforeMs: (Math.max(...days) + 1) * DAY_MS,
  };
  const found = await reader.some(query, 'newest', maxEvents);
  if (found.length === maxEvents) {
    // Half of the days before would make an alert of every day.
    const remark = 'run-events: a day had more events than can be held against the days before';
    return { events: [], isCut: false, accepts: () => false, remark };
  }
  const texts = new Set(values.map(String));
  return {
    events: found,
    isCut: false,
    accepts: ({ originalTime, group }) => {
      const value = group?.terms.find(({ field }) => field === by.name)?.value ?? '';
      return days.has(Math.floor(originalTime / DAY_MS)) && texts.has(value);
    },
  };
}

function merged(all: readonly Large[]): Large {
  return {
    values: all.flatMap(({ values }) => values),
    days: new Set(all.flatMap(({ days }) => [...days])),
  };
}

function nameOf([value, day]: DayBytes): string {
  return `${day} ${value}`;
}
