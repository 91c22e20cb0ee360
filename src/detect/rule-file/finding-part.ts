import { didYouMean } from '../../base/suggest.ts';
import type { TableRead } from '../../base/toml/toml-reader.ts';
import { type FindingLevel, type FindingPart, type FindingRaise, RISK_SCORE } from '../rule.ts';
import type { RULE_KEYS } from './rule-keys.ts';
import type { RuleReading } from './rule-reading.ts';
import { toThreat } from './rule-threat.ts';

type FindingRead = NonNullable<TableRead<typeof RULE_KEYS>['values']['finding']>;
type LevelRead = NonNullable<FindingRead['values']['level']>[number];
type RaiseRead = NonNullable<FindingRead['values']['raise']>[number];

/**
 * @param given fields that the rule's query demands
 * @returns the finding part; what is wrong with it is recorded
 */
export function toFindingPart(reading: RuleReading, read: FindingRead, given: ReadonlySet<string>): FindingPart {
  const { key, per, member, join, level, raise } = read.values;
  const levels = (level ?? []).map((one) => toLevel(reading, one, given));
  const names = levels.map(({ name }) => name);
  for (const [index, one] of (level ?? []).entries()) {
    const { name } = one.nodes;
    if (name && names.indexOf(names[index]!) < index) reading.reader.fail('value', 'Two levels have this name.', name);
  }
  if (level?.length === 0)
    reading.reader.fail('missing', 'A finding needs at least one [[rule.finding.level]].', read.node);
  return {
    key: (key ?? []).map(({ value }) => value),
    perDay: per === 'day',
    member: (member ?? []).map(({ value }) => value),
    join: join && reading.query(join, { given }).predicate,
    levels,
    raise: (raise ?? []).map((one) => toRaise(reading, one, names)),
  };
}

function toLevel(reading: RuleReading, { values }: LevelRead, given: ReadonlySet<string>): FindingLevel {
  const { name = '', when, bytes, severity = 'low', risk_score: riskScore, techniques } = values;
  return {
    name,
    when: reading.query(when, { given }).predicate,
    bytes,
    severity,
    riskScore: riskScore ?? RISK_SCORE[severity],
    threat: (techniques ?? []).map(({ value, node }) => toThreat(reading, value, node)),
  };
}

function toRaise(reading: RuleReading, { values, nodes }: RaiseRead, levels: readonly string[]): FindingRaise {
  const {
    level = '',
    group_by: groupBy,
    distinct = '',
    value = 1,
    window = 1,
    severity = 'low',
    risk_score: riskScore,
  } = values;
  if (nodes.level && level !== '' && !levels.includes(level)) {
    const fix = `known: ${levels.join(', ')}`;
    reading.reader.fail('value', `The finding has no level "${level}".${didYouMean(level, levels)}`, nodes.level, fix);
  }
  return {
    level,
    groupBy: (groupBy ?? []).map((one) => one.value),
    distinct,
    value,
    windowMs: window,
    severity,
    riskScore: riskScore ?? RISK_SCORE[severity],
  };
}
