/** Sigma files of a load as rules: read one by one, resolved together, since filters and correlations name other files. */
import { SmbError } from '../../base/error.ts';
import type { Diagnostic } from '../../query/diagnostic.ts';
import { type ReadSigma, readSigma } from '../../query/sigma/read-sigma.ts';
import { type ResolvedSigma, resolveSigma } from '../../query/sigma/resolve-set.ts';
import { or } from '../../query/predicate.ts';
import type { SigmaDocument, SigmaMeta } from '../../query/sigma/sigma-document.ts';
import { toCorrelationPart } from '../correlation/correlation-part.ts';
import type { LoadedRuleFile, RuleContext } from '../rule-file/rule-context.ts';
import { readSigmaFile } from './read-sigma-file.ts';
import { isSigmaRuleOn, sigmaRuleId, toSigmaRule } from './to-rule.ts';

/** How late an event may come when events are read as they happen; what rule files of ours have as default. */
const ALLOWED_LATENESS_MS = 120_000;

/** A document of a file with what reading it gave. */
export interface SigmaFileDocument {
  readonly file: string;
  readonly read: ReadSigma;
}

/**
 * @param files paths in a fixed order, which decides between two documents with one name
 * @returns what became of every document, in the same order; nothing is thrown
 */
export function loadSigmaFiles(files: readonly string[], context: RuleContext): readonly LoadedRuleFile[] {
  return resolveDocuments(
    files.flatMap((file) => readDocuments(file, context)),
    context,
  );
}

/** @returns the documents of a file; one that cannot be read is a document with an error */
export function readDocuments(file: string, { sigma }: RuleContext): readonly SigmaFileDocument[] {
  try {
    const source = readSigmaFile(file);
    return readSigma(source, { placeholders: sigma?.placeholders ?? new Map() }).map((read) => ({ file, read }));
  } catch (error) {
    if (!(error instanceof SmbError)) throw error;
    const nothing = { id: undefined, title: undefined, document: undefined };
    return [{ file, read: { ...nothing, errors: [error], warnings: [], text: '' } }];
  }
}

/** @returns what became of every document, in the same order */
export function resolveDocuments(
  documents: readonly SigmaFileDocument[],
  context: RuleContext,
): readonly LoadedRuleFile[] {
  const known = documents.flatMap(({ read }) => read.document ?? []);
  const zone = context.sigma?.timezone;
  const byDocument = new Map<SigmaDocument, ResolvedSigma>();
  const isOn = (meta: SigmaMeta) => isSigmaRuleOn(meta, context.settings, false);
  for (const resolved of resolveSigma(known, { zone, isOn })) byDocument.set(resolved.document, resolved);
  return documents.map(({ file, read }): LoadedRuleFile => {
    const { document, errors, warnings } = read;
    const resolved = document && byDocument.get(document);
    if (!resolved) return { file, id: read.id, errors, warnings };
    return loadedDocument(file, resolved, [...warnings, ...resolved.warnings], context);
  });
}

function loadedDocument(
  file: string,
  { document, fate }: ResolvedSigma,
  warnings: readonly Diagnostic[],
  context: RuleContext,
): LoadedRuleFile {
  const { meta } = document;
  const id = sigmaRuleId(meta);
  const unsupported = (reason: string): LoadedRuleFile => {
    return { file, id, unsupported: { id, name: meta.title, type: 'sigma', reason, file }, errors: [], warnings };
  };
  switch (fate.kind) {
    case 'refused':
      return { file, id, errors: fate.errors, warnings };
    case 'no-source':
      return unsupported(fate.reason);
    case 'filter':
      return { file, id, isFilter: true, errors: [], warnings };
    case 'correlation': {
      const made = toCorrelationPart(fate.resolved, ALLOWED_LATENESS_MS);
      if (typeof made === 'string') return unsupported(made);
      const { legs, part } = made;
      const text = document.kind === 'correlation' ? document.text : '';
      const predicate = or(legs.map((leg) => leg.predicate));
      const rule = toSigmaRule({ ...fate, meta, text, setup: '', views: [], predicate, file }, context);
      return { file, id, rule: { ...rule, type: 'correlation', legs, correlation: part }, errors: [], warnings };
    }
    case 'rule': {
      const setup = document.kind === 'rule' ? document.logsource.definition : '';
      const text = document.kind === 'rule' ? document.text : '';
      const rule = toSigmaRule({ ...fate, meta, text, setup, file }, context);
      if (fate.filters.length === 0 || document.kind !== 'rule') return { file, id, rule, errors: [], warnings };
      const { category, product, service } = document.logsource;
      const { unfiltered, filters } = fate;
      const narrowed = { unfiltered, filters, logsource: JSON.stringify([category, product, service]) };
      return { file, id, rule, narrowed, errors: [], warnings };
    }
  }
}
