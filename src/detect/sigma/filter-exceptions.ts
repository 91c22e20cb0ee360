/**
 * Filters of Sigma as shared exceptions: what a filter leaves out is silenced, counted and can be shown, as by any exception.
 * Correlations count the events of rules as their filters leave them, so there they stay part of the rule.
 */
import type { Predicate } from '../../query/predicate.ts';
import { or } from '../../query/predicate.ts';
import type { SigmaFilter } from '../../query/sigma/sigma-document.ts';
import type { Exception } from '../exceptions/exception.ts';
import type { LoadedRuleFile } from '../rule-file/rule-context.ts';
import type { Rule } from '../rule.ts';
import { sigmaRuleId } from './to-rule.ts';

/** What a filter does to the rules of a load. */
interface Effect {
  readonly rules: string[];
  /** Events it leaves out, by logsource: rules about one kind of events share them. */
  readonly leftOut: Map<string, Predicate>;
}

/** @returns rules without their filters, by id, and the filters as exceptions */
export function filterExceptions(loaded: readonly LoadedRuleFile[]): {
  readonly unfiltered: ReadonlyMap<string, Rule>;
  readonly exceptions: readonly Exception[];
} {
  const unfiltered = new Map<string, Rule>();
  const effects = new Map<SigmaFilter, Effect>();
  for (const { rule, narrowed } of loaded) {
    if (!rule || !narrowed) continue;
    unfiltered.set(rule.id, { ...rule, predicate: narrowed.unfiltered });
    for (const { filter, leftOut } of narrowed.filters) {
      const effect = effects.get(filter) ?? { rules: [], leftOut: new Map<string, Predicate>() };
      effects.set(filter, effect);
      effect.rules.push(rule.id);
      effect.leftOut.set(narrowed.logsource, leftOut);
    }
  }
  return { unfiltered, exceptions: [...effects].map(([filter, effect]) => toException(filter, effect)) };
}

function toException({ meta }: SigmaFilter, { rules, leftOut }: Effect): Exception {
  return {
    id: sigmaRuleId(meta),
    name: meta.title,
    rules,
    list: undefined,
    owner: meta.author || 'not said',
    reason: meta.description || meta.title,
    comment: `Sigma filter ${meta.place.file}`,
    created: undefined,
    // Sigma knows no end of a filter.
    expires: Number.POSITIVE_INFINITY,
    expiresText: 'never',
    template: false,
    step: undefined,
    before: false,
    predicate: or([...leftOut.values()]),
    place: meta.place,
  };
}
