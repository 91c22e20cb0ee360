import { SmbError, SmbErrors } from '../../base/error.ts';
import type { SourceText } from '../../base/place.ts';
import type { Diagnostic } from '../../query/diagnostic.ts';
import { or, type Predicate } from '../../query/predicate.ts';
import { readSigma } from '../../query/sigma/read-sigma.ts';
import type { LoadedRuleFile, RuleContext } from '../rule-file/rule-context.ts';
import { loadSigmaFiles, resolveDocuments } from './load-sigma.ts';

/** A query that was compiled, with remarks on it. */
export interface SigmaQuery {
  readonly predicate: Predicate;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The rules of a file as one query: an event matches when it matches any of them. Filters in the file narrow them.
 *
 * @param file path of a Sigma file
 * @throws all errors of the file; SIGMA-UNSUPPORTED for correlations and for rules about logs that no source here gives
 */
export function compileSigmaQuery(file: string, context: RuleContext): SigmaQuery {
  return toQuery(loadSigmaFiles([file], context), file);
}

/** Like {@link compileSigmaQuery}, of a text with a name. */
export function compileSigmaText(source: SourceText, context: RuleContext): SigmaQuery {
  const documents = readSigma(source, { placeholders: context.sigma?.placeholders ?? new Map() });
  return toQuery(
    resolveDocuments(
      documents.map((read) => ({ file: source.file, read })),
      context,
    ),
    source.file,
  );
}

function toQuery(loaded: readonly LoadedRuleFile[], file: string): SigmaQuery {
  const errors = loaded.flatMap((one) => [...one.errors, ...refusals(one)]);
  if (errors.length > 0) throw new SmbErrors(errors);
  const rules = loaded.flatMap(({ rule }) => rule ?? []);
  if (rules.length === 0) throw new SmbError('SIGMA-MISSING', `${file} holds no rule, only filters.`);
  return {
    predicate: or(rules.map((rule) => rule.predicate)),
    diagnostics: loaded.flatMap(({ warnings }) => warnings),
  };
}

function refusals({ rule, unsupported, file }: LoadedRuleFile): SmbError[] {
  if (unsupported) return [new SmbError('SIGMA-UNSUPPORTED', `${file}, "${unsupported.name}": ${unsupported.reason}`)];
  if (rule?.type !== 'correlation') return [];
  const fix = `smbastion scan --rules ${file} --no-built-in runs it`;
  return [
    new SmbError('SIGMA-UNSUPPORTED', `${file}, "${rule.name}" is a correlation, and a query is about single events.`, {
      fix,
    }),
  ];
}
