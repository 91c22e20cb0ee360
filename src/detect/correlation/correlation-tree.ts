import type { RuleLeg } from '../rule.ts';
import type { CorrelationMember, ResolvedCorrelation } from '../../query/sigma/correlation.ts';
import { type CorrelationPlan, correlationPlan } from './correlation-plan.ts';

/** One correlation with where its items come from. */
export interface CorrelationStage {
  readonly correlation: ResolvedCorrelation;
  readonly plan: CorrelationPlan;
  /** Number of the rule by leg, for the rules whose events are matched here. */
  readonly legs: ReadonlyMap<number, number>;
  /** Number of the stage whose firings this one's firings go to, and of the rule there; undefined for the last stage. */
  readonly outer: { readonly stage: number; readonly input: number } | undefined;
  /** How far the firings of the stages before it may lie behind the events, milliseconds; undefined without such stages. */
  readonly latenessMs: number | undefined;
}

/** A leg of a correlation: the rule whose events it matches. */
export interface CorrelationLeg extends RuleLeg {
  /** The stage it belongs to, and what the rule contributes there. */
  readonly correlation: ResolvedCorrelation;
  readonly member: CorrelationMember;
}

/** All stages of a correlation, inner ones first, and the legs they need. */
export interface CorrelationTree {
  readonly stages: readonly CorrelationStage[];
  readonly legs: readonly CorrelationLeg[];
}

/** @returns the tree, or in words why a correlation cannot run */
export function correlationTree(correlation: ResolvedCorrelation): CorrelationTree | string {
  const stages: (Omit<CorrelationStage, 'outer'> & { outer: CorrelationStage['outer'] })[] = [];
  const legs: CorrelationLeg[] = [];
  const names = new Set<string>();
  const add = (one: ResolvedCorrelation): { stage: number; delayMs: number } | string => {
    const plan = correlationPlan(one.definition);
    if (typeof plan === 'string') return plan;
    const own = new Map<number, number>();
    const inner: { readonly stage: number; readonly input: number }[] = [];
    let latenessMs: number | undefined;
    for (const [input, member] of one.members.entries()) {
      const { source } = member;
      if (source.kind === 'events') {
        own.set(legs.length, input);
        legs.push({ name: unusedName(member.name, names), predicate: source.predicate, correlation: one, member });
        continue;
      }
      const below = add(source.correlation);
      if (typeof below === 'string') return `${member.name}: ${below}`;
      inner.push({ stage: below.stage, input });
      latenessMs = Math.max(latenessMs ?? 0, below.delayMs);
    }
    const stage = stages.length;
    for (const { stage: from, input } of inner) stages[from]!.outer = { stage, input };
    stages.push({ correlation: one, plan, legs: own, outer: undefined, latenessMs });
    // A window that is judged at its end fires with the time of its last event.
    return { stage, delayMs: (latenessMs ?? 0) + (plan.closes ? plan.timespanMs : 0) };
  };
  const whole = add(correlation);
  return typeof whole === 'string' ? whole : { stages, legs };
}

/** Legs have names of their own, also when two correlations of a chain use one rule. */
function unusedName(name: string, used: Set<string>): string {
  let free = name;
  for (let number = 2; used.has(free); number++) free = `${name}-${number}`;
  used.add(free);
  return free;
}
