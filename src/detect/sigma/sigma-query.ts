import { SmbError, SmbErrors } from '../../base/error.ts';
import type { Diagnostic } from '../../query/diagnostic.ts';
import { or, type Predicate } from '../../query/predicate.ts';
import type { RuleContext } from '../rule-file/rule-context.ts';
import { loadSigmaFiles } from './load-sigma.ts';

/**
 * The rules of a file as one query: an event matches when it matches any of them. Filters in the file narrow them.
 *
 * @param file path of a Sigma file
 * @throws all errors of the file; SIGMA-UNSUPPORTED for correlations and for rules about logs that no source here gives
 */
export function compileSigmaQuery(
  file: string,
  context: RuleContext,
): { readonly predicate: Predicate; readonly diagnostics: readonly Diagnostic[] } {
  const loaded = loadSigmaFiles([file], context);
  const errors = loaded.flatMap((one) => [...one.errors, ...refusals(one)]);
  if (errors.length > 0) throw new SmbErrors(errors);
  const rules = loaded.flatMap(({ rule }) => rule ?? []);
  if (rules.length === 0) throw new SmbError('SIGMA-MISSING', `${file} holds no rule, only filters.`);
  return {
    predicate: or(rules.map((rule) => rule.predicate)),
    diagnostics: loaded.flatMap(({ warnings }) => warnings),
  };
}

function refusals({ rule, unsupported, file }: ReturnType<typeof loadSigmaFiles>[number]): SmbError[] {
  if (unsupported) return [new SmbError('SIGMA-UNSUPPORTED', `${file}, "${unsupported.name}": ${unsupported.reason}`)];
  if (rule?.type !== 'correlation') return [];
  const fix = `smbastion scan --rules ${file} --no-built-in runs it`;
  return [
    new SmbError('SIGMA-UNSUPPORTED', `${file}, "${rule.name}" is a correlation, and a query is about single events.`, {
      fix,
    }),
  ];
}
