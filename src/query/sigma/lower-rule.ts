/** A rule with its filters as one predicate over events. */
import type { SmbError } from '../../base/error.ts';
import type { Field } from '../../event/field.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { and, not, or, type Predicate } from '../predicate.ts';
import { walkItems } from './detection.ts';
import type { FieldView } from './field-view.ts';
import { type LogsourceVariant, resolveLogsource } from './logsource.ts';
import { LowerNotes } from './lower-notes.ts';
import { lowerSearch } from './lower-search.ts';
import type { SigmaFilter, SigmaRule, SigmaSearch } from './sigma-document.ts';

/** What became of a rule. */
export type LoweredRule =
  | {
      readonly kind: 'runs';
      /** The rule with its filters. */
      readonly predicate: Predicate;
      /** The rule alone. */
      readonly unfiltered: Predicate;
      /** Events of the rule's kinds that each filter leaves out, in the order of the filters. */
      readonly leftOut: readonly Predicate[];
      readonly views: readonly FieldView[];
      readonly warnings: readonly Diagnostic[];
    }
  | { readonly kind: 'no-source'; readonly reason: string }
  | { readonly kind: 'refused'; readonly errors: readonly SmbError[] };

/**
 * @param filters those that are about this rule
 * @param zone zone of parts of dates; UTC when undefined
 */
export function lowerRule(rule: SigmaRule, filters: readonly SigmaFilter[], zone: string | undefined): LoweredRule {
  const source = resolveLogsource(rule.logsource);
  if ('missing' in source) return { kind: 'no-source', reason: source.missing };
  const groups = groupVariants(source.variants, [rule, ...filters]);
  const notes = new LowerNotes(rule.source, groups.length, zone);
  const filterNotes = filters.map((filter) => new LowerNotes(filter.source, groups.length, zone));
  const lowered = groups.map(({ condition, view }) => ({
    condition,
    own: lowerSearch(rule, view, notes),
    kept: filters.map((filter, index) => lowerSearch(filter, view, filterNotes[index]!)),
  }));
  const errors = [notes, ...filterNotes].flatMap((one) => one.errors);
  if (errors.length > 0) return { kind: 'refused', errors };
  return {
    kind: 'runs',
    predicate: or(lowered.map(({ condition, own, kept }) => and([condition, own, ...kept]))),
    unfiltered: or(lowered.map(({ condition, own }) => and([condition, own]))),
    leftOut: filters.map((_, at) => or(lowered.map(({ condition, kept }) => and([condition, not(kept[at]!)])))),
    views: groups.map(({ view }) => view),
    warnings: notes.warnings,
  };
}

/**
 * Checks a filter by itself.
 *
 * @returns what is wrong with it and what is odd, whatever rules it is for
 */
export function checkFilter(filter: SigmaFilter, zone: string | undefined): LowerNotes {
  const source = resolveLogsource(filter.logsource);
  const groups = 'missing' in source ? [] : groupVariants(source.variants, [filter]);
  const notes = new LowerNotes(filter.source, groups.length, zone);
  for (const { view } of groups) lowerSearch(filter, view, notes);
  return notes;
}

/** Kinds of events in which all names that are used mean the same are one: the searches are not needed twice. */
function groupVariants(variants: readonly LogsourceVariant[], searches: readonly SigmaSearch[]): LogsourceVariant[] {
  const names = new Set<string>();
  for (const { detections } of searches) {
    for (const detection of detections.values()) {
      walkItems(detection, ({ field, values }) => {
        if (field !== undefined) names.add(field);
        for (const { tests } of values) for (const test of tests) if (test.kind === 'field') names.add(test.name);
      });
    }
  }
  const groups: { view: FieldView; conditions: Predicate[] }[] = [];
  for (const { condition, view } of variants) {
    const same = groups.find((group) => [...names].every((name) => hasSameMeaning(group.view, view, name)));
    if (same) same.conditions.push(condition);
    else groups.push({ view, conditions: [condition] });
  }
  return groups.map(({ view, conditions }) => ({ view, condition: or(conditions) }));
}

function hasSameMeaning(one: FieldView, other: FieldView, name: string): boolean {
  const left = one.resolve(name);
  const right = other.resolve(name);
  if (!left || !right) return left === right;
  return left.values === right.values && sameFields(left.fields, right.fields);
}

function sameFields(one: readonly Field[], other: readonly Field[]): boolean {
  return one.length === other.length && one.every((field, index) => field === other[index]);
}
