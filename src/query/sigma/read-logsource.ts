import { describeYaml, type YamlMap } from '../../base/yaml/yaml-node.ts';
import type { SigmaLogsource } from './sigma-document.ts';
import type { SigmaReading } from './sigma-reading.ts';

const KEYS = ['category', 'product', 'service', 'definition'] as const;

/** @param kind the part the document has, for messages */
export function readLogsource(reading: SigmaReading, root: YamlMap, kind: string): SigmaLogsource | undefined {
  const entry = root.entries.get('logsource');
  if (!entry) {
    const fix = 'such as logsource: {product: windows, category: process_creation}';
    return reading.fail('SIGMA-MISSING', `A document with "${kind}" needs a logsource.`, root.entries.get(kind)!, fix);
  }
  const { value: map } = entry;
  if (map.kind !== 'map') return reading.fail('SIGMA-VALUE', `"logsource" is a map, not ${describeYaml(map)}.`, entry);
  // A key that is not understood would narrow the rule: leaving it out would widen it.
  reading.checkKeys(map, KEYS, 'logsource');
  const word = (key: string): string | undefined => {
    const written = reading.text(map, key)?.trim();
    if (written === undefined || written === '') return undefined;
    const lower = written.toLowerCase();
    if (lower !== written)
      reading.warn('LINT-SIGMA-CASE', `"${written}" is written in lower case`, map.entries.get(key)!.value);
    return lower;
  };
  const found = { category: word('category'), product: word('product'), service: word('service') };
  if (Object.values(found).every((value) => value === undefined)) {
    return reading.fail('SIGMA-MISSING', 'A logsource names a category, a product or a service.', entry);
  }
  return { ...found, definition: reading.text(map, 'definition')?.trim() ?? '' };
}
