/** A Sigma document that runs here as a rule of ours. */
import type { RuleSettings } from '../../config/config.ts';
import { uuidV5 } from '../../base/hash.ts';
import type { Predicate } from '../../query/predicate.ts';
import type { FieldView } from '../../query/sigma/field-view.ts';
import type { SigmaLevel, SigmaMeta } from '../../query/sigma/sigma-document.ts';
import { blankRule } from '../blank-rule.ts';
import type { Severity } from '../../event/severity.ts';
import { RISK_SCORE, type Rule } from '../rule.ts';
import type { RuleContext } from '../rule-file/rule-context.ts';
import { sigmaThreat } from './sigma-threat.ts';

/** Severity of each level; a document without a level is medium, since nobody has judged it. */
const SEVERITY: Readonly<Record<SigmaLevel, Severity>> = {
  informational: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  critical: 'critical',
};

/** Sigma has a level below low; our severities do not, so its score stands below that of low. */
const INFORMATIONAL_SCORE = 10;

/** What a rule of one document consists of, beside what the document says of itself. */
export interface SigmaRuleParts {
  readonly meta: SigmaMeta;
  /** The detection or correlation as written. */
  readonly text: string;
  readonly predicate: Predicate;
  /** Views of field names, for `fields`. */
  readonly views: readonly FieldView[];
  readonly setup: string;
  /** A correlation speaks for it. */
  readonly isSilent: boolean;
  readonly file: string;
}

/** @returns the document's identity: its id, else its name, else its title in kebab-case */
export function sigmaRuleId({ id, name, title }: Pick<SigmaMeta, 'id' | 'name' | 'title'>): string {
  return (
    id ??
    name ??
    title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
  );
}

/**
 * @param isSilent whether a correlation speaks for the document
 * @returns whether the document runs as a rule: the configuration has the last word
 */
export function isSigmaRuleOn(meta: SigmaMeta, { enable, disable }: RuleSettings, isSilent: boolean): boolean {
  const id = sigmaRuleId(meta);
  const isNamed = (list: readonly { readonly value: string }[]) => list.some(({ value }) => value === id);
  if (isNamed(enable)) return true;
  return !isSilent && meta.status !== 'deprecated' && meta.status !== 'unsupported' && !isNamed(disable);
}

/** @returns a rule of type query */
export function toSigmaRule(parts: SigmaRuleParts, { settings }: RuleContext): Rule {
  const { meta, views } = parts;
  const id = sigmaRuleId(meta);
  const override = settings.overrides.get(id);
  const level = meta.level ?? 'medium';
  const severity = override?.severity ?? SEVERITY[level];
  const ownScore = level === 'informational' ? INFORMATIONAL_SCORE : RISK_SCORE[SEVERITY[level]];
  return {
    ...blankRule(id),
    uuid: meta.id ?? uuidV5(`sigma ${id}`),
    name: meta.title,
    description: meta.description,
    author: meta.author === '' ? [] : meta.author.split(/\s*,\s*/),
    license: meta.license,
    language: 'sigma',
    query: parts.text,
    predicate: parts.predicate,
    severity,
    riskScore: override?.riskScore ?? (override?.severity === undefined ? ownScore : RISK_SCORE[severity]),
    timestampOverride: 'event.ingested',
    enabled: isSigmaRuleOn(meta, settings, parts.isSilent),
    tags: meta.tags,
    falsePositives: meta.falsePositives,
    references: meta.references,
    setup: parts.setup,
    threat: sigmaThreat(meta.tags),
    investigationFields: [...new Set(meta.fields.flatMap((name) => shownFields(name, views)))],
    file: parts.file,
  };
}

function shownFields(name: string, views: readonly FieldView[]): string[] {
  return views.flatMap((view) => (view.resolve(name)?.fields ?? []).map((field) => field.name));
}
