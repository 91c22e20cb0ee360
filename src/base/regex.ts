import { RE2JS } from 're2js';
import { SmbError } from './error.ts';

/** Flags a guarded expression may carry. */
export interface RegexFlags {
  readonly ignoreCase?: boolean;
  readonly multiline?: boolean;
  readonly dotAll?: boolean;
}

/**
 * Compiles an expression that runs in time linear in the text, whatever the pattern. The engine is re2js (RE2's
 * automata): JavaScript's own RegExp backtracks, and one pattern in an imported rule could stop a sensor.
 *
 * @param pattern RE2 syntax: PCRE without back-references and look-around
 * @param mode `search` anywhere in the text, or the `full` text must match
 * @throws REGEX-UNSAFE when the pattern cannot be parsed or needs backtracking
 */
export function compileRegex(
  pattern: string,
  mode: 'search' | 'full',
  flags: RegexFlags = {},
): (text: string) => boolean {
  let bits = 0;
  if (flags.ignoreCase) bits |= RE2JS.CASE_INSENSITIVE;
  if (flags.multiline) bits |= RE2JS.MULTILINE;
  if (flags.dotAll) bits |= RE2JS.DOTALL;
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern, bits);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SmbError('REGEX-UNSAFE', `This regular expression cannot be used: ${reason}`, {
      fix: 'back-references and look-around are refused because they can run for ever; write two conditions instead',
    });
  }
  return mode === 'full' ? (text) => compiled.matches(text) : (text) => compiled.test(text);
}
