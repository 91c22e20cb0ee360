/** Queries of rules in EQL: single events, sequences, samples; and what a schedule needs to see a whole sequence. */
import { formatDuration } from '../../base/time/duration.ts';
import type { TableRead } from '../../base/toml/toml-reader.ts';
import { fields } from '../../event/field.ts';
import type { EqlSample, EqlSequence } from '../../query/eql/eql-query.ts';
import type { KqlNode } from '../../query/kql/ast.ts';
import { and, NONE, or, type Predicate } from '../../query/predicate.ts';
import { type ClockFields, EVENT_ORDER, type EventPipes, type RuleLeg, type SequencePart } from '../rule.ts';
import { itemCount, toSequencePart, UNTIL_LEG } from '../sequence/sequence-part.ts';
import type { RULE_KEYS } from './rule-keys.ts';
import type { RuleReading } from './rule-reading.ts';

type RuleRead = TableRead<typeof RULE_KEYS>;

const MINUTE_MS = 60_000;

/** What a rule gets from its query in EQL. */
export interface EqlPart {
  readonly text: string;
  readonly predicate: Predicate;
  /** What a query over single events asks, in the shape of KQL. */
  readonly ast?: KqlNode | undefined;
  readonly legs: readonly RuleLeg[];
  readonly sequence: SequencePart | undefined;
  /** Of a query over single events that has some. */
  readonly pipes?: EventPipes | undefined;
}

/**
 * Reads the query of a rule in EQL, recording errors.
 *
 * @param datasets condition on the dataset, for every event of the rule
 * @returns undefined without a query
 */
export function readEqlPart(reading: RuleReading, read: RuleRead, datasets: Predicate): EqlPart | undefined {
  const { values, nodes } = read;
  const nothing: EqlPart = { text: '', predicate: NONE, legs: [], sequence: undefined };
  if (!values.query) return undefined;
  const { event_category_field: field } = values;
  const category = field === undefined ? undefined : fields.get(field);
  if (category && category.type !== 'keyword') {
    const message = `"event_category_field" holds texts, and ${category.name} is of type ${category.type}.`;
    reading.reader.fail('value', message, nodes.event_category_field ?? read.node);
  }
  const compiled = reading.eql(values.query, {
    categoryField: category,
    hasDatasets: (values.datasets ?? []).length > 0,
  });
  if (!compiled) return nothing;
  const { text, query, ast } = compiled;
  const clock = readClock(reading, read);
  if (nodes.samples_per_key && query.kind !== 'sample') {
    reading.reader.fail('value', '"samples_per_key" belongs to a sample.', nodes.samples_per_key);
  }
  if (query.kind === 'event') {
    const { predicate, pipes } = query;
    if (pipes.length > 0 && values.type !== undefined && values.type !== 'eql') {
      const message = `Pipes need type = "eql": a rule of type "${values.type}" looks at every event that matches.`;
      reading.reader.fail('value', message, nodes.type ?? read.node);
    }
    if (nodes.steps) reading.reader.fail('value', '"steps" names the items of a sequence or sample.', nodes.steps);
    const piped = pipes.length > 0 ? { pipes, clock } : undefined;
    return { text, predicate, ast, legs: [], sequence: undefined, pipes: piped };
  }
  if (values.type !== undefined && values.type !== 'eql') {
    const message = `A ${query.kind} needs type = "eql", not "${values.type}".`;
    reading.reader.fail('value', message, nodes.type ?? read.node);
    return nothing;
  }
  const { legs, part } = toSequencePart(query, {
    names: readNames(reading, read, query),
    ...clock,
    samplesPerKey: values.samples_per_key,
    allowedLatenessMs: values.allowed_lateness ?? 2 * MINUTE_MS,
    isCarried: values.state !== 'window',
  });
  checkLookBack(reading, read, query, part);
  const within = legs.map(({ name, predicate }) => ({ name, predicate: and([datasets, predicate]) }));
  return { text, predicate: or(within.map(({ predicate }) => predicate)), legs: within, sequence: part };
}

function readClock(reading: RuleReading, { values, nodes, node }: RuleRead): ClockFields {
  const { timestamp_field: timestamp, tiebreaker_field: tiebreaker = EVENT_ORDER.tiebreaker } = values;
  if (timestamp === undefined) return { ...EVENT_ORDER, tiebreaker };
  const { name, type } = fields.get(timestamp);
  if (type !== 'date') {
    const message = `"timestamp_field" holds times, and ${name} is of type ${type}.`;
    reading.reader.fail('value', message, nodes.timestamp_field ?? node);
    return { ...EVENT_ORDER, tiebreaker };
  }
  return { timestamp: name, tiebreaker };
}

function readNames(reading: RuleReading, { values }: RuleRead, query: EqlSequence | EqlSample): string[] | undefined {
  const items = itemCount(query);
  const seen = new Set<string>([UNTIL_LEG]);
  return values.steps?.map(({ value, node }, at) => {
    if (at >= items) reading.reader.fail('value', `The query has ${items} items, and this is name ${at + 1}.`, node);
    if (seen.has(value)) {
      const why = value === UNTIL_LEG ? 'names the end condition' : 'stands in the list twice';
      reading.reader.fail('value', `The name "${value}" ${why}.`, node);
    }
    if (/^step-\d+$/.test(value) && value !== `step-${at + 1}`) {
      reading.reader.fail('value', `"${value}" is what another item is called when it has no name.`, node);
    }
    seen.add(value);
    return value;
  });
}

/**
 * A span S is sure to lie in one run of a schedule only if `S + delay <= look-back - interval`; a rule whose runs do not
 * hand over what is open must look back that far.
 */
function checkLookBack(reading: RuleReading, read: RuleRead, query: EqlSequence | EqlSample, part: SequencePart): void {
  if (query.kind !== 'sequence' || part.isCarried) return;
  const { values, nodes } = read;
  const at = nodes.state ?? read.node;
  if (query.maxspanMs === undefined) {
    const message = 'With state = "window" a sequence needs maxspan: without it no look-back is long enough.';
    reading.reader.fail('value', message, at);
    return;
  }
  const lookBackMs = values.from ?? 9 * MINUTE_MS;
  const neededMs = query.maxspanMs + part.allowedLatenessMs + (values.interval ?? 5 * MINUTE_MS);
  if (neededMs <= lookBackMs) return;
  const message =
    `With state = "window" the look-back of ${formatDuration(lookBackMs)} misses sequences: maxspan, allowed_lateness and ` +
    `interval together are ${formatDuration(neededMs)}. Write from = "now-${formatDuration(neededMs)}", or state = "carried".`;
  reading.reader.fail('value', message, nodes.from ?? at);
}
