/** All documents of a load together: filters find their rules, correlations theirs, and every document its fate. */
import type { SmbError } from '../../base/error.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Predicate } from '../predicate.ts';
import { hasNegation } from './condition.ts';
import type { ResolvedCorrelation } from './correlation.ts';
import type { FieldView } from './field-view.ts';
import { checkFilter, lowerRule } from './lower-rule.ts';
import { printCondition } from './print-condition.ts';
import { CorrelationResolver, nearestRule, referenceKey } from './resolve-correlation.ts';
import type { SigmaDocument, SigmaFilter, SigmaLogsource, SigmaMeta, SigmaRule } from './sigma-document.ts';

/** What became of a document. */
export type SigmaFate =
  | {
      readonly kind: 'rule';
      readonly predicate: Predicate;
      /** Without the filters that narrow it. */
      readonly unfiltered: Predicate;
      readonly views: readonly FieldView[];
      /** Filters that narrow it, with the events that each leaves out. */
      readonly filters: readonly { readonly filter: SigmaFilter; readonly leftOut: Predicate }[];
      /** A correlation speaks for it, so that it raises no alerts of its own. */
      readonly isSilent: boolean;
    }
  | { readonly kind: 'correlation'; readonly resolved: ResolvedCorrelation; readonly isSilent: boolean }
  | { readonly kind: 'filter' }
  /** Valid, and about events that no source here gives. */
  | { readonly kind: 'no-source'; readonly reason: string }
  | { readonly kind: 'refused'; readonly errors: readonly SmbError[] };

/** A document with its fate. */
export interface ResolvedSigma {
  readonly document: SigmaDocument;
  readonly fate: SigmaFate;
  readonly warnings: readonly Diagnostic[];
}

/** What lowering needs to know. */
export interface ResolveOptions {
  /** Zone of parts of dates; UTC when undefined. */
  readonly zone?: string | undefined;
  /** Whether a correlation is switched on; one that is off does not silence the rules it names. Without it all are. */
  readonly isOn?: ((meta: SigmaMeta) => boolean) | undefined;
}

/**
 * @param documents all documents of a load, in a fixed order; of two with one id or name the first is meant
 * @returns their fates in the same order
 */
export function resolveSigma(
  documents: readonly SigmaDocument[],
  options: ResolveOptions = {},
): readonly ResolvedSigma[] {
  const byName = new Map<string, SigmaDocument>();
  for (const document of documents) {
    for (const name of [document.meta.id, document.meta.name])
      if (name && !byName.has(name)) byName.set(name, document);
  }
  const filters = filtersOf(documents, byName, options);
  const rules = new Map<SigmaDocument, ResolvedSigma>();
  for (const document of documents)
    if (document.kind === 'rule') rules.set(document, resolveRule(document, filters, options));
  const correlations = new CorrelationResolver(byName, rules);
  const silent = new Set<SigmaDocument>();
  const resolved = documents.map((document): ResolvedSigma => {
    if (document.kind === 'rule') return rules.get(document)!;
    if (document.kind === 'filter') return filters.get(document)!;
    const result = correlations.resolve(document);
    const speaks = result.fate.kind === 'correlation' && options.isOn?.(document.meta) !== false;
    if (speaks && !document.correlation.generate) {
      for (const name of document.correlation.rules) silent.add(byName.get(referenceKey(name, byName))!);
    }
    return result;
  });
  return resolved.map((one) => (silent.has(one.document) ? silenced(one) : one));
}

function silenced(one: ResolvedSigma): ResolvedSigma {
  const { fate } = one;
  return fate.kind === 'rule' || fate.kind === 'correlation' ? { ...one, fate: { ...fate, isSilent: true } } : one;
}

function resolveRule(
  rule: SigmaRule,
  filters: ReadonlyMap<SigmaFilter, ResolvedSigma>,
  { zone }: ResolveOptions,
): ResolvedSigma {
  const own = [...filters].flatMap(([filter, { fate }]) =>
    fate.kind === 'filter' && isFor(filter, rule) ? [filter] : [],
  );
  const lowered = lowerRule(rule, own, zone);
  switch (lowered.kind) {
    case 'runs': {
      const { predicate, unfiltered, views, leftOut, warnings } = lowered;
      const narrowing = own.map((filter, at) => ({ filter, leftOut: leftOut[at]! }));
      const fate = { kind: 'rule' as const, predicate, unfiltered, views, filters: narrowing, isSilent: false };
      return { document: rule, fate, warnings };
    }
    case 'no-source':
      return { document: rule, fate: { kind: 'no-source', reason: lowered.reason }, warnings: [] };
    case 'refused':
      return { document: rule, fate: { kind: 'refused', errors: lowered.errors }, warnings: [] };
  }
}

function filtersOf(
  documents: readonly SigmaDocument[],
  byName: ReadonlyMap<string, SigmaDocument>,
  { zone }: ResolveOptions,
): ReadonlyMap<SigmaFilter, ResolvedSigma> {
  const filters = new Map<SigmaFilter, ResolvedSigma>();
  for (const filter of documents) {
    if (filter.kind !== 'filter') continue;
    const { errors, warnings } = checkFilter(filter, zone);
    const found = [...warnings, ...filterWarnings(filter, byName)];
    const fate: SigmaFate = errors.length > 0 ? { kind: 'refused', errors } : { kind: 'filter' };
    filters.set(filter, { document: filter, fate, warnings: found });
  }
  return filters;
}

function filterWarnings(filter: SigmaFilter, byName: ReadonlyMap<string, SigmaDocument>): Diagnostic[] {
  const warnings: Diagnostic[] = [];
  const [first] = filter.conditions;
  if (first && !filter.conditions.some(({ root }) => hasNegation(root))) {
    const meant = printCondition({ kind: 'not', part: first.root, start: 0, end: 0 });
    const message = `this filter keeps only what it matches, as it has no "not"; did you mean ${meant}?`;
    warnings.push({ code: 'SIGMA-FILTER', message, place: filter.meta.place });
  }
  for (const { name, place } of filter.rules ?? []) {
    const rule = byName.get(referenceKey(name, byName));
    if (!rule) {
      const message = `no rule here has the id or name "${name}".${nearestRule(name, byName)}`;
      warnings.push({ code: 'SIGMA-FILTER', message, place });
    } else if (rule.kind !== 'rule') {
      warnings.push({ code: 'SIGMA-FILTER', message: `"${name}" is no rule; filters are for rules alone`, place });
    } else if (!covers(filter.logsource, rule.logsource)) {
      const message = `the logsource of this filter does not cover that of "${name}", so it does nothing there`;
      warnings.push({ code: 'SIGMA-FILTER', message, place });
    }
  }
  return warnings;
}

function isFor({ rules, logsource }: SigmaFilter, rule: SigmaRule): boolean {
  if (!covers(logsource, rule.logsource)) return false;
  return (
    rules === undefined || rules.some(({ name }) => name === rule.meta.name || name.toLowerCase() === rule.meta.id)
  );
}

/** Everything the filter's logsource says must stand in the rule's. */
function covers(filter: SigmaLogsource, rule: SigmaLogsource): boolean {
  return (['category', 'product', 'service'] as const).every(
    (key) => filter[key] === undefined || filter[key] === rule[key],
  );
}
