import type { Unused } from './executor.ts';

/** Counts matches that a group rule could not use. */
export interface UnusedMatches {
  noTime: number;
  noField: number;
  /** @param names fields the rule groups by */
  list(names: readonly string[]): readonly Unused[];
}

/** @returns counters at zero */
export function unusedMatches(): UnusedMatches {
  return {
    noTime: 0,
    noField: 0,
    list(names) {
      const all = [
        {
          name: 'without time',
          count: this.noTime,
          hint: 'events without @timestamp cannot be put in a window of time',
        },
        {
          name: 'without group',
          count: this.noField,
          hint: `events that lack one of ${names.join(', ')} belong to no group`,
        },
      ];
      return all.filter(({ count }) => count > 0);
    },
  };
}
