import { didYouMean } from '../../base/suggest.ts';
import { formatTimestamp } from '../../base/time/timestamp.ts';
import type { Diagnostic } from '../../query/diagnostic.ts';
import { EVERY_RULE, type Exception } from './exception.ts';

/** What the remarks are made against. */
export interface ExceptionNames {
  readonly ruleIds?: readonly string[] | undefined;
  readonly sharedLists?: readonly string[] | undefined;
  /** Names of the legs whose events can be told apart in what a rule finds, by rule; absent for rules without them. */
  readonly legs?: ReadonlyMap<string, readonly string[]> | undefined;
  /** The present in milliseconds. */
  readonly now: number;
}

/** @returns remarks about an exception that loads all the same: it never ends, has ended, or names what is not there */
export function lintException(exception: Exception, names: ExceptionNames): Diagnostic[] {
  const { id, place } = exception;
  const found: Diagnostic[] = [];
  const add = (code: string, message: string) => found.push({ code, message, place });
  if (exception.expires === Infinity && !exception.template) add('EXCEPTION-NEVER', `exception "${id}" never expires`);
  if (exception.expires <= names.now) {
    const since = formatTimestamp(exception.expires).replace('.000Z', 'Z');
    add('EXCEPTION-EXPIRED', `exception "${id}" expired at ${since}; events from then on are not silenced`);
  }
  for (const rule of exception.rules) {
    if (rule === EVERY_RULE || !names.ruleIds || names.ruleIds.includes(rule)) continue;
    add('EXCEPTION-RULE', `exception "${id}" names the unknown rule "${rule}".${didYouMean(rule, names.ruleIds)}`);
  }
  for (const message of stepFaults(exception, names)) add('EXCEPTION-STEP', message);
  const { list } = exception;
  if (list !== undefined && names.sharedLists && !names.sharedLists.includes(list)) {
    add(
      'EXCEPTION-LIST',
      `no rule names the list "${list}" of exception "${id}".${didYouMean(list, names.sharedLists)}`,
    );
  }
  return found;
}

/** A step that a rule does not have makes the exception silence nothing of it. */
function stepFaults({ id, rules, step }: Exception, { legs, ruleIds }: ExceptionNames): string[] {
  if (step === undefined || step === 'any' || step === 'all' || !legs || !ruleIds) return [];
  return rules.flatMap((rule) => {
    if (!ruleIds.includes(rule)) return [];
    const own = legs.get(rule);
    if (!own) return [`exception "${id}" names a step, and the rule "${rule}" has none: single events are tested`];
    if (typeof step === 'string' ? own.includes(step) : step <= own.length) return [];
    const what =
      typeof step === 'string' ? `step "${step}".${didYouMean(step, own)}` : `step ${step}; it has ${own.length}.`;
    return [`exception "${id}" silences nothing: the rule "${rule}" has no ${what}`];
  });
}
