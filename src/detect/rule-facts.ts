import type { Rule } from './rule.ts';

/** What a list says of a rule. */
export interface RuleFacts
  extends Pick<
    Rule,
    'id' | 'uuid' | 'name' | 'type' | 'severity' | 'riskScore' | 'version' | 'intervalMs' | 'tags' | 'threat' | 'file'
  > {
  /** Whether what was found says how severe it is, rather than the rule. */
  readonly severityVaries: boolean;
}

/** @returns what a list says of a rule */
export function ruleFacts(rule: Rule): RuleFacts {
  const { id, uuid, name, type, severity, riskScore, version, intervalMs, tags, threat, file } = rule;
  const severityVaries = rule.finding !== undefined;
  return { id, uuid, name, type, severity, severityVaries, riskScore, version, intervalMs, tags, threat, file };
}
