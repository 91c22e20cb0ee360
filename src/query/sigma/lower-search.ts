/** Searches and conditions as predicates, for one meaning of field names. */
import { and, or, type Predicate, not } from '../predicate.ts';
import { type ConditionNode, namesOf, searchesHere, type SigmaCondition } from './condition.ts';
import type { SigmaDetection } from './detection.ts';
import type { FieldView } from './field-view.ts';
import { lowerItem } from './lower-item.ts';
import type { LowerNotes } from './lower-notes.ts';
import type { SigmaSearch } from './sigma-document.ts';

/**
 * @param view what field names mean
 * @param notes takes remarks and refusals
 * @returns the conditions of a rule or filter, of which one must hold
 */
export function lowerSearch(search: SigmaSearch, view: FieldView, notes: LowerNotes): Predicate {
  const lowered = new Map<string, Predicate>();
  const named = (name: string): Predicate => {
    let predicate = lowered.get(name);
    if (!predicate) {
      predicate = lowerDetection(search.detections.get(name)!, view, notes);
      lowered.set(name, predicate);
    }
    return predicate;
  };
  const names = [...search.detections.keys()];
  return or(
    search.conditions.map((condition) => {
      const predicate = lowerNode(condition.root, false, { condition, names, named, notes, uses: 0 });
      return (
        predicate ??
        notes.refuse(
          'No search is left in this condition.',
          condition.root,
          'name at least one search that exists',
          condition.source,
        )
      );
    }),
  );
}

function lowerDetection(detection: SigmaDetection, view: FieldView, notes: LowerNotes): Predicate {
  if (detection.kind === 'item') return lowerItem(detection, view, notes);
  const parts = detection.parts.map((part) => lowerDetection(part, view, notes));
  return detection.kind === 'and' ? and(parts) : or(parts);
}

/** Searches that the patterns of one condition may stand for together. */
const MAX_USES = 100_000;

interface ConditionContext {
  /** Searches that patterns stood for so far. */
  uses: number;
  readonly condition: SigmaCondition;
  readonly names: readonly string[];
  readonly named: (name: string) => Predicate;
  readonly notes: LowerNotes;
}

/**
 * @param isNegated whether an odd number of `not` stands above
 * @returns undefined for a pattern under `not` that fits no search: it drops out. Elsewhere that would widen the rule
 */
function lowerNode(node: ConditionNode, isNegated: boolean, context: ConditionContext): Predicate | undefined {
  switch (node.kind) {
    case 'and':
    case 'or': {
      const parts = node.parts.flatMap((part) => lowerNode(part, isNegated, context) ?? []);
      if (parts.length === 0) return undefined;
      return node.kind === 'and' ? and(parts) : or(parts);
    }
    case 'not': {
      const part = lowerNode(node.part, !isNegated, context);
      return part && not(part);
    }
    case 'search':
      return context.named(node.name);
    case 'of': {
      const { condition, notes } = context;
      const found = namesOf(node.pattern, context.names);
      context.uses += found.length;
      if (context.uses > MAX_USES) {
        const message = `The patterns of this condition stand for more than ${MAX_USES} searches.`;
        return notes.refuse(message, condition.root, undefined, condition.source);
      }
      if (found.length > 0) {
        const parts = found.map(context.named);
        return node.quantifier === 'all' ? and(parts) : or(parts);
      }
      const what =
        node.pattern === undefined ? 'There is no search that "them" means' : `No search fits "${node.pattern}"`;
      if (!isNegated) return notes.refuse(`${what}.`, node, fixOfPattern(node.pattern, context), condition.source);
      notes.warn('LINT-SIGMA-PATTERN', `${what}; this part is left out`, node, condition.source);
      return undefined;
    }
  }
}

/** People forget the star at the end, and misspell what stands before it. */
function fixOfPattern(pattern: string | undefined, { names }: ConditionContext): string {
  if (pattern === undefined) return 'add one, or take this part away';
  if (namesOf(`${pattern}*`, names).length > 0) return `write ${pattern}* for all whose name begins so`;
  return searchesHere(names) ?? 'add one, or take this part away';
}
