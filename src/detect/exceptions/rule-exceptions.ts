import type { Rule } from '../rule.ts';
import type { ScanOptions } from '../scan/scan.ts';
import type { ExceptionSet } from './exception-set.ts';

/** @returns what a scan asks about the exceptions of its rules */
export function ruleExceptions(set: ExceptionSet): Pick<ScanOptions, 'exceptionsFor' | 'memberExceptionsFor'> {
  return {
    exceptionsFor: ({ id, exceptionLists, ...rule }) => {
      return set.forRule(id, exceptionLists, ({ before }) => before || !hasMembers(rule));
    },
    memberExceptionsFor: ({ id, exceptionLists, ...rule }) => {
      return hasMembers(rule) ? set.forMembers(id, exceptionLists) : undefined;
    },
  };
}

/** Events of other rules of several events are thinned before they are put together, so none of them can be asked later. */
function hasMembers({ sequence, correlation }: Pick<Rule, 'sequence' | 'correlation'>): boolean {
  return sequence !== undefined || correlation !== undefined;
}
