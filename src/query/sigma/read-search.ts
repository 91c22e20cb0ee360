/** Reads `detection` of rules and `filter` of filters: searches by name, and the condition that joins them. */
import { SmbError } from '../../base/error.ts';
import { placeOf } from '../../base/place.ts';
import { didYouMean } from '../../base/suggest.ts';
import { describeYaml, placeOfYaml, sourceTextOfYaml, type YamlMap } from '../../base/yaml/yaml-node.ts';
import { type ConditionNode, namesOf, searchesHere, type SigmaCondition } from './condition.ts';
import type { SigmaDetection } from './detection.ts';
import { parseCondition } from './parse-condition.ts';
import { readDetection } from './read-detection.ts';
import type { SigmaFilter, SigmaSearch } from './sigma-document.ts';
import { isNothing, type SigmaReading } from './sigma-reading.ts';

/** Searches of one document; rules have fewer than fifty. */
const MAX_SEARCHES = 2000;

/**
 * @param part the map with the searches
 * @param kind `detection` or `filter`
 */
export function readSearch(
  reading: SigmaReading,
  part: YamlMap,
  kind: 'detection' | 'filter',
): SigmaSearch | undefined {
  const timeframe = part.entries.get('timeframe');
  if (timeframe) {
    const fix = 'write a correlation document with timespan that names this rule';
    reading.fail(
      'SIGMA-UNSUPPORTED',
      '"timeframe" belongs to aggregations of Sigma 1 and is not run here.',
      timeframe,
      fix,
    );
  }
  const detections = new Map<string, SigmaDetection>();
  /** Those with errors as well, so that a condition is not blamed for them. */
  const names = new Set<string>();
  for (const [name, entry] of part.entries) {
    if (name === 'condition' || name === 'timeframe' || (kind === 'filter' && name === 'rules')) continue;
    names.add(name);
    if (names.size > MAX_SEARCHES) {
      return reading.fail('SIGMA-VALUE', `"${kind}" has more than ${MAX_SEARCHES} searches.`, entry);
    }
    const detection = readDetection(reading, name, entry.value);
    if (detection) detections.set(name, detection);
  }
  const conditions = readConditions(reading, part, kind);
  if (!conditions) return undefined;
  const used = new Set<string>();
  for (const condition of conditions) checkNames(reading, condition, condition.root, names, used);
  for (const name of names) {
    if (used.has(name)) continue;
    reading.warn('LINT-SIGMA-UNUSED', `no condition uses the search "${name}"`, part.entries.get(name)!);
  }
  return { detections, conditions, source: reading.source };
}

function readConditions(reading: SigmaReading, part: YamlMap, kind: string): readonly SigmaCondition[] | undefined {
  const entry = part.entries.get('condition');
  if (!entry || isNothing(entry.value)) {
    return reading.fail('SIGMA-MISSING', `"${kind}" needs a condition.`, entry ?? part, 'such as condition: selection');
  }
  const nodes = entry.value.kind === 'list' ? entry.value.elements : [entry.value];
  if (nodes.length === 0) return reading.fail('SIGMA-MISSING', 'The list of conditions is empty.', entry);
  const conditions: SigmaCondition[] = [];
  for (const node of nodes) {
    if (node.kind !== 'scalar' || node.value === null) {
      reading.fail('SIGMA-VALUE', `A condition is text, not ${describeYaml(node)}.`, node);
      continue;
    }
    try {
      conditions.push(parseCondition(sourceTextOfYaml(reading.source, { ...node, value: String(node.value) })));
    } catch (error) {
      if (!(error instanceof SmbError)) throw error;
      reading.errors.push(error);
    }
  }
  return conditions.length === nodes.length ? conditions : undefined;
}

/** Records names that no search has; patterns are looked at when the rule is lowered. */
function checkNames(
  reading: SigmaReading,
  { source }: SigmaCondition,
  node: ConditionNode,
  names: ReadonlySet<string>,
  used: Set<string>,
): void {
  switch (node.kind) {
    case 'and':
    case 'or':
      for (const part of node.parts) checkNames(reading, { source, root: part }, part, names, used);
      return;
    case 'not':
      checkNames(reading, { source, root: node.part }, node.part, names, used);
      return;
    case 'of':
      for (const name of namesOf(node.pattern, names)) used.add(name);
      return;
    case 'search': {
      used.add(node.name);
      if (names.has(node.name) || reading.isFull) return;
      const message = `There is no search "${node.name}".${didYouMean(node.name, names)}`;
      const place = placeOf(source, node.start, node.end);
      const fix = searchesHere([...names]);
      reading.errors.push(new SmbError('SIGMA-REFERENCE', message, { place, fix }));
    }
  }
}

/** Reads which rules a filter is for; undefined means any. */
export function readFilterRules(reading: SigmaReading, part: YamlMap): SigmaFilter['rules'] {
  const entry = part.entries.get('rules');
  if (!entry || isNothing(entry.value)) return undefined;
  if (entry.value.kind === 'scalar' && String(entry.value.value).toLowerCase() === 'any') return undefined;
  return reading.scalars(entry.value, 'rules').map((node) => ({
    name: String(node.value),
    place: placeOfYaml(reading.source, node),
  }));
}
