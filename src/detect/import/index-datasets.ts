/** What index patterns say about datasets. */
export interface IndexDatasets {
  /** Globs over event.dataset; empty means every dataset. */
  readonly datasets: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Data streams are named `type-dataset-namespace`, so `logs-panw.panos*` says what is read, while `packetbeat-*` says who
 * wrote it and nothing about datasets. Patterns are alternatives: one that says nothing opens the rule to everything.
 *
 * @param patterns `index` of a rule
 * @returns datasets where every pattern names one
 */
export function indexToDatasets(patterns: readonly string[]): IndexDatasets {
  const notes: string[] = [];
  const found = new Set<string>();
  const open: string[] = [];
  for (const pattern of patterns) {
    if (pattern.startsWith('-')) {
      notes.push(`index "${pattern}" leaves data out, which datasets cannot say; the rule looks at it all the same`);
      continue;
    }
    const dataset = datasetOf(pattern.replace(/^[^:]*:/, ''));
    if (dataset === undefined) open.push(pattern);
    else found.add(dataset);
  }
  if (open.length === 0) return { datasets: [...found], notes };
  const named = open.map((pattern) => `"${pattern}"`).join(', ');
  if (found.size > 0) notes.push(`index ${named} names no dataset, so the rule looks at every dataset`);
  return { datasets: [], notes };
}

function datasetOf(pattern: string): string | undefined {
  const stream = /^(?:logs|metrics|traces)-([^-]+)(-.*)?$/.exec(pattern);
  const dataset = stream?.[1];
  return dataset === undefined || /^[*.]*$/.test(dataset) ? undefined : dataset;
}
