/** A Sigma document against events: what tests of the language ask. */
import type { Document } from '../../../src/event/document.ts';
import { DocumentEvent } from '../../../src/event/document-event.ts';
import { Networks } from '../../../src/event/networks.ts';
import { compileMatcher } from '../../../src/query/compile/matcher.ts';
import type { Predicate } from '../../../src/query/predicate.ts';
import type { Placeholders } from '../../../src/query/sigma/placeholders.ts';
import { type ReadSigma, readSigma } from '../../../src/query/sigma/read-sigma.ts';
import { type ResolvedSigma, type ResolveOptions, resolveSigma } from '../../../src/query/sigma/resolve-set.ts';
import { formatError } from '../../../src/base/error.ts';

const networks = new Networks();

/** Documents of a text, read and resolved together. */
export interface SigmaLoad {
  readonly reads: readonly ReadSigma[];
  readonly resolved: readonly ResolvedSigma[];
  /** Errors of reading and resolving, as people see them. */
  readonly errors: string;
  /** `CODE message` of every warning. */
  readonly warnings: readonly string[];
}

export function loadSigmaText(text: string, options: ResolveOptions & { placeholders?: Placeholders } = {}): SigmaLoad {
  const reads = readSigma({ file: 'rule.yml', text }, { placeholders: options.placeholders ?? new Map() });
  const resolved = resolveSigma(
    reads.flatMap(({ document }) => document ?? []),
    options,
  );
  const refused = resolved.flatMap(({ fate }) => (fate.kind === 'refused' ? fate.errors : []));
  const errors = [...reads.flatMap((read) => read.errors), ...refused];
  const warnings = [...reads, ...resolved].flatMap((one) => one.warnings);
  return {
    reads,
    resolved,
    errors: errors.map(formatError).join('\n'),
    warnings: warnings.map(({ code, message }) => `${code} ${message}`),
  };
}

/** The predicate of the first rule; throws the errors when there is none. */
export function rulePredicate(text: string, options: ResolveOptions & { placeholders?: Placeholders } = {}): Predicate {
  const { resolved, errors } = loadSigmaText(text, options);
  const first = resolved.find(({ document }) => document.kind === 'rule');
  if (first?.fate.kind === 'rule') return first.fate.predicate;
  throw new Error(errors || (first?.fate.kind === 'no-source' ? first.fate.reason : 'no rule'));
}

/** A rule about the Security log with one search named selection, unless `condition` says otherwise. */
export function securityRule(detection: string, condition = 'selection'): string {
  const lines = detection.trim().split('\n');
  return [
    'title: Test',
    'logsource:',
    '  product: windows',
    '  service: security',
    'detection:',
    ...lines.map((line) => `  ${line}`),
    `  condition: ${condition}`,
    '',
  ].join('\n');
}

/** A rule whose selection is one entry, written as YAML: `ShareName|endswith: '\ADMIN$'`. */
export function entryRule(entry: string): string {
  return securityRule(`selection:\n${entry.replaceAll(/^/gm, '  ')}`);
}

/** A Security event with raw values; null and absent are the same. */
export function securityEvent(data: Document, more: Document = {}): Document {
  return { event: { code: '5145' }, winlog: { channel: 'Security', event_data: data }, ...more };
}

export function matches(predicate: Predicate, document: Document): boolean {
  return compileMatcher(predicate)(new DocumentEvent(networks, document));
}
