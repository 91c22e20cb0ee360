/** Reads the part `correlation` of a document; what it names is looked up when a whole load is known. */
import { SmbError } from '../../base/error.ts';
import { type Place, placeOf } from '../../base/place.ts';
import { didYouMean } from '../../base/suggest.ts';
import { parseDuration } from '../../base/time/duration.ts';
import {
  describeYaml,
  placeOfYaml,
  sourceTextOfYaml,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from '../../base/yaml/yaml-node.ts';
import type { ConditionNode } from './condition.ts';
import {
  CORRELATION_OPERATORS,
  CORRELATION_TYPES,
  type CorrelationBound,
  type CorrelationCondition,
  type CorrelationExpression,
  type CorrelationType,
  type SigmaCorrelation,
} from './correlation.ts';
import { parseCondition } from './parse-condition.ts';
import { isNothing, type SigmaReading } from './sigma-reading.ts';

const KEYS = ['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate'] as const;
const CONDITION_KEYS = [...CORRELATION_OPERATORS, 'field', 'percentile'] as const;

/** Rules of one correlation; people write two or three. */
const MAX_RULES = 100;

/** Rank of value_percentile when the condition names none: the median. */
const MEDIAN = 50;

/** What a reading of the part gives. */
export interface CorrelationRead {
  readonly correlation: SigmaCorrelation;
  /** Where each of its rules stands. */
  readonly rulePlaces: readonly Place[];
}

/** @param part the map behind `correlation` */
export function readCorrelation(reading: SigmaReading, part: YamlMap): CorrelationRead | undefined {
  reading.checkKeys(part, KEYS, 'correlation');
  const type = reading.word(part, 'type', CORRELATION_TYPES);
  if (!part.entries.has('type')) reading.fail('SIGMA-MISSING', '"correlation" needs a type.', part);
  const rules = readRules(reading, part);
  const timespanMs = readTimespan(reading, part);
  const condition = type && rules && readCondition(reading, part, type, rules);
  const aliases = readAliases(reading, part, rules ?? []);
  const generate = readFlag(reading, part, 'generate');
  if (!type || !rules || timespanMs === undefined || !condition) return undefined;
  return {
    correlation: {
      type,
      rules: rules.map((node) => String(node.value)),
      groupBy: reading.texts(part, 'group-by'),
      timespanMs,
      ...condition,
      aliases,
      generate,
    },
    rulePlaces: rules.map((node) => placeOfYaml(reading.source, node)),
  };
}

function readRules(reading: SigmaReading, part: YamlMap): readonly YamlScalar[] | undefined {
  const entry = part.entries.get('rules');
  const rules = reading.scalars(entry?.value, 'rules');
  if (!entry || rules.length === 0)
    return reading.fail('SIGMA-MISSING', '"correlation" needs the rules it is about.', entry ?? part);
  if (rules.length > MAX_RULES)
    return reading.fail('SIGMA-VALUE', `More than ${MAX_RULES} rules in one correlation.`, entry);
  const seen = new Set<string>();
  for (const node of rules) {
    const name = String(node.value);
    if (seen.has(name)) return reading.fail('SIGMA-VALUE', `The rule "${name}" stands in the list twice.`, node);
    seen.add(name);
  }
  return rules;
}

function readTimespan(reading: SigmaReading, part: YamlMap): number | undefined {
  const entry = part.entries.get('timespan');
  if (!entry) return reading.fail('SIGMA-MISSING', '"correlation" needs a timespan.', part, 'such as timespan: 10m');
  const written = reading.text(part, 'timespan') ?? '';
  const ms = /^\d+[smhdw]$/.test(written) ? parseDuration(written) : undefined;
  if (ms !== undefined && ms > 0) return ms;
  const message = `"timespan" is a whole number and s, m, h, d or w, not ${describeYaml(entry.value)}.`;
  return reading.fail('SIGMA-VALUE', message, entry.value, 'such as 10m');
}

function readFlag(reading: SigmaReading, part: YamlMap, key: string): boolean {
  const node = part.entries.get(key)?.value;
  if (node === undefined || isNothing(node)) return false;
  if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
  reading.fail('SIGMA-VALUE', `"${key}" is true or false, not ${describeYaml(node)}.`, node);
  return false;
}

type ConditionRead = Pick<SigmaCorrelation, 'condition' | 'fields' | 'percentile'>;

function readCondition(
  reading: SigmaReading,
  part: YamlMap,
  type: CorrelationType,
  rules: readonly YamlScalar[],
): ConditionRead | undefined {
  const entry = part.entries.get('condition');
  const isTemporal = type === 'temporal' || type === 'temporal_ordered';
  const plain = { fields: [], percentile: MEDIAN };
  if (!entry || isNothing(entry.value)) {
    if (isTemporal) return { condition: { kind: 'bounds', bounds: [{ op: 'gte', value: rules.length }] }, ...plain };
    return reading.fail(
      'SIGMA-MISSING',
      `A correlation of type ${type} needs a condition.`,
      entry ?? part,
      'such as gte: 5',
    );
  }
  const { value: node } = entry;
  if (node.kind === 'scalar') {
    if (!isTemporal || typeof node.value !== 'string') {
      return reading.fail(
        'SIGMA-VALUE',
        `The condition of ${type} is a map such as {gte: 5}, not ${describeYaml(node)}.`,
        node,
      );
    }
    const condition = readExpression(
      reading,
      node,
      rules.map((rule) => String(rule.value)),
    );
    return condition && { condition, ...plain };
  }
  if (node.kind === 'list')
    return reading.fail('SIGMA-VALUE', 'A condition is a map such as {gte: 5}, not a list.', node);
  reading.checkKeys(node, CONDITION_KEYS, 'condition');
  const bounds = readBounds(reading, node);
  if (bounds.length === 0 || bounds.length > 2) {
    const fix = `one or two of ${CORRELATION_OPERATORS.join(', ')}`;
    return reading.fail('SIGMA-MISSING', 'A condition has one or two comparisons.', entry, fix);
  }
  const fields = reading.texts(node, 'field');
  const takesField = type.startsWith('value_');
  if (takesField && fields.length === 0) {
    return reading.fail(
      'SIGMA-MISSING',
      `The condition of ${type} needs "field".`,
      entry,
      'the field whose values are taken',
    );
  }
  if (!takesField && fields.length > 0) {
    return reading.fail('SIGMA-VALUE', `A correlation of type ${type} takes no field.`, node.entries.get('field')!);
  }
  if (fields.length > 1 && type !== 'value_count') {
    return reading.fail('SIGMA-VALUE', `A correlation of type ${type} takes one field.`, node.entries.get('field')!);
  }
  return { condition: { kind: 'bounds', bounds }, fields, percentile: readPercentile(reading, node) };
}

function readBounds(reading: SigmaReading, node: YamlMap): CorrelationBound[] {
  return CORRELATION_OPERATORS.flatMap((op) => {
    const bound = node.entries.get(op)?.value;
    if (bound === undefined) return [];
    if (bound.kind === 'scalar' && typeof bound.value === 'number' && Number.isFinite(bound.value)) {
      return [{ op, value: bound.value }];
    }
    reading.fail('SIGMA-VALUE', `"${op}" is a number, not ${describeYaml(bound)}.`, bound);
    return [];
  });
}

function readPercentile(reading: SigmaReading, node: YamlMap): number {
  const rank: YamlNode | undefined = node.entries.get('percentile')?.value;
  if (rank === undefined) return MEDIAN;
  const value = rank.kind === 'scalar' ? rank.value : undefined;
  if (typeof value === 'number' && value >= 0 && value <= 100) return value;
  reading.fail('SIGMA-VALUE', `"percentile" is a number from 0 to 100, not ${describeYaml(rank)}.`, rank);
  return MEDIAN;
}

/** A condition in words over the correlation's own rules. */
function readExpression(
  reading: SigmaReading,
  node: YamlScalar,
  rules: readonly string[],
): CorrelationCondition | undefined {
  const source = sourceTextOfYaml(reading.source, node);
  const convert = (one: ConditionNode): CorrelationExpression => {
    switch (one.kind) {
      case 'and':
      case 'or':
        return { kind: one.kind, parts: one.parts.map(convert) };
      case 'not':
        return { kind: 'not', part: convert(one.part) };
      case 'search': {
        const rule = rules.indexOf(one.name);
        if (rule >= 0) return { kind: 'rule', rule };
        const message = `"${one.name}" is none of this correlation's rules.${didYouMean(one.name, rules)}`;
        throw new SmbError('SIGMA-REFERENCE', message, { place: placeOf(source, one.start, one.end) });
      }
      case 'of': {
        const message = '"of" is not used in conditions of correlations.';
        throw new SmbError('SIGMA-SYNTAX', message, {
          place: placeOf(source, one.start, one.end),
          fix: 'name the rules',
        });
      }
    }
  };
  try {
    return { kind: 'expression', expression: convert(parseCondition(source).root) };
  } catch (error) {
    if (!(error instanceof SmbError)) throw error;
    reading.errors.push(error);
    return undefined;
  }
}

function readAliases(
  reading: SigmaReading,
  part: YamlMap,
  rules: readonly YamlScalar[],
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const aliases = new Map<string, ReadonlyMap<string, string>>();
  const node = part.entries.get('aliases')?.value;
  if (node === undefined || isNothing(node)) return aliases;
  const names = rules.map((rule) => String(rule.value));
  if (node.kind !== 'map') {
    reading.fail('SIGMA-VALUE', `"aliases" is a map, not ${describeYaml(node)}.`, node);
    return aliases;
  }
  for (const [alias, { value }] of node.entries) {
    if (value.kind !== 'map') {
      reading.fail('SIGMA-VALUE', `An alias is a map of rule and field, not ${describeYaml(value)}.`, value);
      continue;
    }
    const byRule = new Map<string, string>();
    for (const [rule, entry] of value.entries) {
      const field = reading.text(value, rule);
      if (!names.includes(rule)) {
        const message = `"${rule}" is none of this correlation's rules.${didYouMean(rule, names)}`;
        reading.fail('SIGMA-REFERENCE', message, entry);
      } else if (field !== undefined) byRule.set(rule, field);
    }
    aliases.set(alias, byRule);
  }
  return aliases;
}
