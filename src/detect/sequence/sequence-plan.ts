import type { SequencePart } from '../rule.ts';

/** A sequence as the machine runs it: its steps as numbers of legs. */
export interface SequencePlan {
  readonly steps: readonly { readonly leg: number; readonly isMissing: boolean }[];
  readonly untilLeg: number | undefined;
  /** Always set when a step is missing. */
  readonly maxspanMs: number | undefined;
}

/** @returns the plan of a rule's sequence; undefined for a sample */
export function sequencePlan({ query, legs, untilLeg }: SequencePart): SequencePlan | undefined {
  if (query.kind !== 'sequence') return undefined;
  const steps = query.steps.map(({ isMissing }, step) => ({ leg: legs[step]!, isMissing }));
  return { steps, untilLeg, maxspanMs: query.maxspanMs };
}

/** What a match of a leg means to a sequence. Positive steps are counted from 0, without the missing ones. */
export interface LegRoles {
  /** Positive steps the leg is, last first. */
  readonly positives: readonly number[];
  /** Gaps behind these positive steps must be without a match. */
  readonly gaps: readonly number[];
  /** Must not match before the first positive step. */
  readonly isLeading: boolean;
  /** Must not match behind the last positive step. */
  readonly isTrailing: boolean;
  readonly isUntil: boolean;
}

/** @returns number of positive steps, and the roles of each leg */
export function rolesOf(plan: SequencePlan): { positives: number; roles: readonly LegRoles[] } {
  const { steps, untilLeg } = plan;
  const positives = steps.filter(({ isMissing }) => !isMissing).length;
  const legs = Math.max(untilLeg ?? -1, ...steps.map(({ leg }) => leg)) + 1;
  const roles = Array.from({ length: legs }, (_, leg) => {
    const own: number[] = [];
    const gaps = new Set<number>();
    let before = 0;
    for (const step of steps) {
      if (step.leg === leg && step.isMissing) gaps.add(before - 1);
      if (step.leg === leg && !step.isMissing) own.unshift(before);
      if (!step.isMissing) before++;
    }
    return {
      positives: own,
      gaps: [...gaps].filter((gap) => gap >= 0 && gap < positives - 1),
      isLeading: gaps.has(-1),
      isTrailing: gaps.has(positives - 1),
      isUntil: leg === untilLeg,
    };
  });
  return { positives, roles };
}
