/** Reads the documents of a Sigma file. Every document stands for itself: one with errors does not hide the others. */
import { SmbError } from '../../base/error.ts';
import { placeOf, type SourceText } from '../../base/place.ts';
import { didYouMean } from '../../base/suggest.ts';
import { parseYaml } from '../../base/yaml/parse-yaml.ts';
import type { YamlDocument, YamlMap } from '../../base/yaml/yaml-node.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { readCorrelation } from './read-correlation.ts';
import { readLogsource } from './read-logsource.ts';
import { readFilterRules, readSearch } from './read-search.ts';
import type { SigmaDocument } from './sigma-document.ts';
import { readMeta } from './sigma-meta.ts';
import { type SigmaContext, SigmaReading } from './sigma-reading.ts';

/** What became of one document. */
export interface ReadSigma {
  /** Id or name the document gives itself, also when it has errors. */
  readonly id: string | undefined;
  readonly title: string | undefined;
  /** Absent when there are errors. */
  readonly document: SigmaDocument | undefined;
  readonly errors: readonly SmbError[];
  readonly warnings: readonly Diagnostic[];
  /** The document's part of the file, as written. */
  readonly text: string;
}

/** The part that says what a document is. */
const KINDS = ['detection', 'correlation', 'filter'] as const;

/** Top-level keys of the specification; others are kept in the file and not looked at. */
const KNOWN_KEYS = [
  'title',
  'id',
  'name',
  'related',
  'taxonomy',
  'status',
  'description',
  'license',
  'author',
  'references',
  'date',
  'modified',
  'logsource',
  'detection',
  'fields',
  'falsepositives',
  'level',
  'tags',
  'scope',
  'correlation',
  'filter',
] as const;

/**
 * @param source a file with one or more documents
 * @returns what became of each; a file that is no YAML is one document with an error
 */
export function readSigma(source: SourceText, context: SigmaContext): readonly ReadSigma[] {
  let documents: readonly YamlDocument[];
  try {
    documents = parseYaml(source).documents;
  } catch (error) {
    if (!(error instanceof SmbError)) throw error;
    return [broken(source, error)];
  }
  if (documents.length === 0) {
    const fix = 'a Sigma rule has at least title, logsource and detection';
    return [broken(source, new SmbError('SIGMA-MISSING', 'The file is empty.', { place: placeOf(source, 0, 0), fix }))];
  }
  return documents.map((document) => readDocument(source, document, context));
}

function broken(source: SourceText, error: SmbError): ReadSigma {
  const nothing = { id: undefined, title: undefined, document: undefined };
  return { ...nothing, errors: [error], warnings: [], text: source.text };
}

function readDocument(source: SourceText, { root, start, end }: YamlDocument, context: SigmaContext): ReadSigma {
  const reading = new SigmaReading(source, context);
  const text = source.text.slice(start, end);
  if (root.kind !== 'map') {
    reading.fail('SIGMA-MISSING', 'This is no Sigma document: a document is a map with a title.', root);
    return { id: undefined, title: undefined, document: undefined, errors: reading.errors, warnings: [], text };
  }
  const meta = readMeta(reading, root);
  const document = readKind(reading, root, meta);
  lintKeys(reading, root);
  const isWhole = document !== undefined && reading.errors.length === 0;
  return {
    id: meta.id ?? meta.name,
    title: meta.title === '' ? undefined : meta.title,
    document: isWhole ? document : undefined,
    errors: reading.errors,
    warnings: reading.warnings,
    text,
  };
}

function readKind(reading: SigmaReading, root: YamlMap, meta: ReturnType<typeof readMeta>): SigmaDocument | undefined {
  const action = root.entries.get('action');
  if (action) {
    const fix = 'write each rule as a document of its own';
    return reading.fail(
      'SIGMA-UNSUPPORTED',
      'Collections with "action" belong to Sigma 1 and are not run here.',
      action,
      fix,
    );
  }
  const taxonomy = root.entries.get('taxonomy');
  const taxonomyName = reading.text(root, 'taxonomy');
  if (taxonomy && taxonomyName !== undefined && taxonomyName !== 'sigma') {
    const message = `The field names of this rule belong to the taxonomy "${taxonomyName}", which is not known here.`;
    reading.fail('SIGMA-UNSUPPORTED', message, taxonomy.value, 'use the names of Sigma itself');
  }
  const kinds = KINDS.filter((key) => root.entries.has(key));
  const [kind] = kinds;
  if (kind === undefined) {
    const near = [...root.entries.keys()].map((key) => didYouMean(key, KINDS)).find((hint) => hint !== '') ?? '';
    return reading.fail(
      'SIGMA-MISSING',
      `This is neither a rule (detection) nor a correlation nor a filter.${near}`,
      firstKey(root),
    );
  }
  if (kinds.length > 1) {
    const message = `A document is one thing, and this has ${kinds.join(' and ')}.`;
    return reading.fail('SIGMA-KEY', message, root.entries.get(kinds[1]!)!, 'put --- between two documents');
  }
  const { value: part } = root.entries.get(kind)!;
  if (part.kind !== 'map') return reading.fail('SIGMA-VALUE', `"${kind}" is a map.`, root.entries.get(kind)!);
  const text = dedented(reading.source.text, part);
  if (kind === 'correlation') {
    const read = readCorrelation(reading, part);
    return read && { kind, meta, ...read, text };
  }
  const logsource = readLogsource(reading, root, kind);
  const search = readSearch(reading, part, kind);
  if (!logsource || !search) return undefined;
  if (kind === 'detection') return { kind: 'rule', meta, logsource, ...search, text };
  const rules = readFilterRules(reading, part);
  return { kind, meta, logsource, ...search, rules };
}

function firstKey(root: YamlMap) {
  return [...root.entries.values()][0] ?? root;
}

/** A key of another tool is no mistake; one that is nearly a key of the specification is. */
function lintKeys(reading: SigmaReading, root: YamlMap): void {
  for (const [key, entry] of root.entries) {
    if ((KNOWN_KEYS as readonly string[]).includes(key)) continue;
    const near = didYouMean(key, KNOWN_KEYS);
    if (near) reading.warn('LINT-SIGMA-KEY', `"${key}" is no key of Sigma and is not looked at.${near}`, entry);
  }
}

/** A part of the file without the blanks that all its lines begin with. */
function dedented(text: string, { start, end }: YamlMap): string {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const indent = text.slice(from, start);
  const part = text.slice(start, end).trimEnd();
  return /^ *$/.test(indent) ? part.replaceAll(`\n${indent}`, '\n') : part;
}
