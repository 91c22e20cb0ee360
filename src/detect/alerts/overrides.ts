/** Severity, score and name taken from the event where a rule asks for it (severity_mapping and the like). */
import { parseDecimal } from '../../event/document-event-value.ts';
import { fields } from '../../event/field.ts';
import type { EventView } from '../../event/view.ts';
import { SEVERITIES, type Severity } from '../../event/severity.ts';
import type { Rule } from '../rule.ts';

/** What an alert is called and how bad it is. */
export interface Overridden {
  readonly name: string;
  readonly severity: Severity;
  readonly riskScore: number;
  /** Why an override could not be used. */
  readonly notes: readonly string[];
}

/**
 * Applies a rule's overrides: of several severity mappings that fit the worst wins, and where none fits the rule's own
 * stands. A score or a name that cannot be taken leaves the rule's own and is noted.
 *
 * @param view the alert's event, or what its events have in common
 * @param severity before overrides
 * @param riskScore before overrides
 */
export function applyOverrides(rule: Rule, view: EventView, severity: Severity, riskScore: number): Overridden {
  const { overrides } = rule;
  const notes: string[] = [];
  let worst = -1;
  for (const entry of overrides.severity) {
    if (valuesOf(view, entry.field).includes(entry.value)) worst = Math.max(worst, SEVERITIES.indexOf(entry.severity));
  }

  let score = riskScore;
  if (overrides.riskScoreField !== undefined) {
    const [text] = valuesOf(view, overrides.riskScoreField);
    const number = text === undefined ? undefined : parseDecimal(text);
    if (number !== undefined && number >= 0 && number <= 100) score = number;
    else
      notes.push(
        `risk_score_mapping: ${overrides.riskScoreField} ${text === undefined ? 'is absent' : 'is no number from 0 to 100'}`,
      );
  }

  let { name } = rule;
  if (overrides.nameField !== undefined) {
    const text = valuesOf(view, overrides.nameField)[0]?.trim();
    if (text) name = text;
    else notes.push(`rule_name_override: ${overrides.nameField} is absent`);
  }
  return { name, severity: SEVERITIES[worst] ?? severity, riskScore: score, notes };
}

function valuesOf(view: EventView, name: string): string[] {
  const field = fields.find(name);
  const value = field && view.get(field.id);
  if (value === undefined) return [];
  return typeof value === 'object' ? value.map(String) : [String(value)];
}
