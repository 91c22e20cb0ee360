/** By which fields a rule is judged. */
import { type Field, fields } from '../../../event/field.ts';
import { fieldsOf } from '../../../query/compile/fields-of.ts';
import type { Predicate } from '../../../query/predicate.ts';
import { FLOW_FIELDS } from '../../executors/flow-bytes.ts';
import type { Rule } from '../../rule.ts';

/** What was found out while a rule ran, such as the fields of its exceptions; `undefined` among them: the document. */
const learned = new WeakMap<Rule, Set<Field | undefined>>();

/** A run of the rule asked for more than it was given. */
export function learnField(rule: Rule, field: Field | undefined): void {
  const known = learned.get(rule) ?? new Set();
  learned.set(rule, known.add(field));
}

/** @returns the fields that decide what a rule finds; undefined when it takes documents */
export function judgedBy(rule: Rule): readonly Field[] | undefined {
  const more = learned.get(rule) ?? new Set();
  if (!countsEvents(rule) || more.has(undefined)) return undefined;
  const own = [...namesOf(rule)].flatMap((name) => fields.find(name) ?? []);
  const asked = predicatesAsked(rule).flatMap((predicate) => [...fieldsOf(predicate)]);
  return [...new Set([...own, ...asked, ...(more as Set<Field>)])];
}

/** Whether most events of a rule only count. Where each event is an alert, each is shown. */
function countsEvents({ threshold, newTerms, volume, finding, sequence, correlation, suppression, convergence }: Rule) {
  if (convergence) return false;
  return [threshold, newTerms, volume, finding, sequence, correlation, suppression].some((part) => part !== undefined);
}

function namesOf(rule: Rule): readonly string[] {
  const { threshold, newTerms, volume, finding, suppression } = rule;
  const flows = volume || finding?.levels.some(({ bytes }) => bytes !== undefined) ? FLOW_FIELDS : [];
  return [
    'event.dataset',
    ...(threshold ? [...threshold.field, ...threshold.cardinality.map(({ field }) => field)] : []),
    ...(newTerms?.fields ?? []),
    ...(volume?.key ?? []),
    ...(finding ? [...finding.key, ...finding.member] : []),
    ...(finding?.raise.flatMap(({ groupBy, distinct }) => [...groupBy, distinct]) ?? []),
    ...(suppression?.groupBy ?? []),
    ...flows,
  ];
}

/** Conditions that are tried again while a rule is judged; those of others hold for all that was read. */
function predicatesAsked({ predicate, legs, finding }: Rule): readonly Predicate[] {
  if (legs.length > 0) return legs.map((leg) => leg.predicate);
  if (!finding) return [];
  return [predicate, ...(finding.join ? [finding.join] : []), ...finding.levels.map(({ when }) => when)];
}

/** @returns whether alerts over values lack nothing but documents, which change nothing else of them and can be put in */
export function isCompleted({ finding, suppression, overrides }: Rule): boolean {
  const { severity, riskScoreField, nameField } = overrides;
  const asksDocument = severity.length > 0 || (riskScoreField ?? nameField) !== undefined;
  return finding !== undefined && suppression === undefined && !asksDocument;
}
