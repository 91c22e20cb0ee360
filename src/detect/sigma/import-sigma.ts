/** Takes over a user's own Sigma rules: which of them run here, which do not and why, and the files to keep, unchanged. */
import { basename, join } from 'node:path';
import type { SmbError } from '../../base/error.ts';
import type { LoadedRuleFile, RuleContext } from '../rule-file/rule-context.ts';
import { readDocuments, resolveDocuments, type SigmaFileDocument } from './load-sigma.ts';

/** A file to take over. */
export interface SigmaImportFile {
  readonly path: string;
  /** Path below the folder it is written to. */
  readonly target: string;
}

/** A document that is not taken over. */
export interface SigmaLeftOut {
  /** Title, or the file's name when it has none. */
  readonly title: string;
  readonly file: string;
}

/** What came of an import. */
export interface SigmaImport {
  readonly documents: number;
  readonly rules: number;
  readonly correlations: number;
  readonly filters: number;
  /** Valid documents about logs that no source here gives. */
  readonly withoutSource: readonly (SigmaLeftOut & { readonly reason: string })[];
  readonly refused: readonly (SigmaLeftOut & { readonly errors: readonly SmbError[] })[];
  /** Files with the documents that run, as they were written. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly warnings: number;
}

/** @param files in a fixed order, which decides between two documents with one name */
export function importSigma(files: readonly SigmaImportFile[], context: RuleContext): SigmaImport {
  const documents = files.flatMap(({ path }) => readDocuments(path, context));
  const loaded = resolveDocuments(documents, context);
  const fates = documents.map((document, index) => ({ document, loaded: loaded[index]! }));
  const running = fates.filter((one) => runs(one.loaded));
  const textsByFile = new Map<string, string[]>();
  for (const { document } of running) {
    const texts = textsByFile.get(document.file);
    if (texts) texts.push(document.read.text);
    else textsByFile.set(document.file, [document.read.text]);
  }
  return {
    documents: fates.length,
    rules: running.filter((one) => one.loaded.rule?.type === 'query').length,
    correlations: running.filter((one) => one.loaded.rule?.type === 'correlation').length,
    filters: running.filter((one) => one.loaded.isFilter).length,
    withoutSource: fates.flatMap(({ document, loaded: { unsupported } }) =>
      unsupported ? [{ ...leftOut(document), reason: unsupported.reason }] : [],
    ),
    refused: fates.flatMap(({ document, loaded: { errors } }) =>
      errors.length > 0 ? [{ ...leftOut(document), errors }] : [],
    ),
    files: files.flatMap(({ path, target }) => {
      const kept = textsByFile.get(path);
      return kept ? [{ path: join('rules', target), text: joined(kept) }] : [];
    }),
    warnings: running.reduce((sum, one) => sum + one.loaded.warnings.length, 0),
  };
}

function runs({ rule, isFilter }: LoadedRuleFile): boolean {
  return rule !== undefined || isFilter === true;
}

function leftOut({ file, read }: SigmaFileDocument): SigmaLeftOut {
  return { title: read.title ?? basename(file), file };
}

/** Documents of one stream as they were written; where one before them is left out, a separator takes its place. */
function joined(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  return first + others.map((text) => (/^\s*(?:#[^\n]*\n\s*)*---/.test(text) ? text : `---\n${text}`)).join('');
}
