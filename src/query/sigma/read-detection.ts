/** Reads the searches of a document: maps, lists of maps, keywords; field names with their modifiers; values. */
import { compileRegex } from '../../base/regex.ts';
import { SmbError } from '../../base/error.ts';
import { decimalText } from '../../event/document-event-value.ts';
import { didYouMean } from '../../base/suggest.ts';
import { placeOfYaml } from '../../base/yaml/yaml-node.ts';
import {
  describeYaml,
  type YamlEntry,
  type YamlNode,
  type YamlScalar,
  type YamlSpan,
} from '../../base/yaml/yaml-node.ts';
import type { SigmaDetection, SigmaItem, SigmaTest, SigmaValue } from './detection.ts';
import { lintItem } from './lint-item.ts';
import { ENTRY_MODIFIERS, Misfit, MODIFIER_NAMES, VALUE_MODIFIERS, type Working } from './modifiers.ts';
import { expandText } from './placeholders.ts';
import { parseSigmaText } from './sigma-text.ts';
import type { SigmaReading } from './sigma-reading.ts';

/**
 * @param node what stands behind the name of a search
 * @returns the search; where something is wrong the error is recorded and the part left out
 */
export function readDetection(reading: SigmaReading, name: string, node: YamlNode): SigmaDetection | undefined {
  if (node.kind === 'map') return readMap(reading, name, node);
  if (node.kind === 'scalar') return readKeywords(reading, name, [node], node);
  if (node.elements.length === 0) return reading.fail('SIGMA-VALUE', `The search "${name}" is an empty list.`, node);
  const words = node.elements.filter((element) => element.kind === 'scalar');
  const maps = node.elements.filter((element) => element.kind !== 'scalar');
  const parts: SigmaDetection[] = [];
  for (const map of maps) {
    const part =
      map.kind === 'map'
        ? readMap(reading, name, map)
        : reading.fail('SIGMA-VALUE', `The search "${name}" holds a list inside a list.`, map, 'make it one list');
    if (part) parts.push(part);
  }
  const keywords = words.length > 0 ? readKeywords(reading, name, words, node) : undefined;
  if (keywords) parts.push(keywords);
  return parts.length === 1 ? parts[0] : { kind: 'or', parts };
}

function readMap(reading: SigmaReading, name: string, node: YamlNode & { kind: 'map' }): SigmaDetection | undefined {
  if (node.entries.size === 0) return reading.fail('SIGMA-VALUE', `The search "${name}" is empty.`, node);
  const parts = [...node.entries.values()].flatMap((entry) => readEntry(reading, entry) ?? []);
  return parts.length === 1 ? parts[0] : { kind: 'and', parts };
}

function readKeywords(
  reading: SigmaReading,
  name: string,
  nodes: readonly YamlNode[],
  span: YamlSpan,
): SigmaItem | undefined {
  const values = nodes.flatMap((node) => {
    if (node.kind !== 'scalar' || node.value === null) {
      reading.fail(
        'SIGMA-VALUE',
        `The search "${name}" holds ${describeYaml(node)} where a keyword is expected.`,
        node,
      );
      return [];
    }
    const value = readValue(reading, node, []);
    return value ? [value] : [];
  });
  if (values.length === 0) return undefined;
  const { start, end } = span;
  return { kind: 'item', field: undefined, fieldSpan: span, values, join: 'any', isNegated: false, start, end };
}

function readEntry(reading: SigmaReading, entry: YamlEntry): SigmaItem | undefined {
  const [field = '', ...modifiers] = entry.key.split('|');
  const known = modifiers.map((modifier) => knownModifier(reading, modifier, entry));
  if (known.includes(false)) return undefined;
  if (field === '' && modifiers.length === 0) {
    return reading.fail(
      'SIGMA-VALUE',
      'This entry names no field.',
      entry,
      "write '|contains' for keywords with modifiers",
    );
  }
  const { value: node } = entry;
  const nodes = node.kind === 'list' ? node.elements : [node];
  if (nodes.length === 0) {
    return reading.fail('SIGMA-VALUE', `The list of "${entry.key}" is empty.`, entry, 'write null for an absent field');
  }
  const isAll = modifiers.includes('all');
  if (!isOrderRight(reading, modifiers, entry)) return undefined;
  const values = nodes.flatMap((one): readonly SigmaValue[] => {
    const value =
      one.kind === 'scalar'
        ? readValue(reading, one, modifiers, field)
        : reading.fail('SIGMA-VALUE', `A value of "${entry.key}" is ${describeYaml(one)}.`, one, ONE_LEVEL);
    return value ? [value] : [];
  });
  if (values.length === 0) return undefined;
  const item: SigmaItem = {
    kind: 'item',
    field: field === '' ? undefined : field,
    fieldSpan: entry,
    values,
    join: isAll ? 'all' : 'any',
    isNegated: modifiers.includes('neq'),
    start: entry.start,
    end: node.end,
  };
  lintItem(
    reading,
    item,
    nodes.filter((one): one is YamlScalar => one.kind === 'scalar'),
    modifiers,
  );
  return item;
}

const ONE_LEVEL = 'a search has one level of fields and values; join searches in the condition';

/** `expand` works on the text as written, wherever it stands, so it does not count. */
function isOrderRight(reading: SigmaReading, modifiers: readonly string[], span: YamlSpan): boolean {
  const [, ...later] = modifiers.filter((name) => name !== 'expand');
  const late = later.find((name) => name === 're' || name === 'cidr');
  if (late !== undefined) reading.fail('SIGMA-VALUE', `"${late}" must be the first modifier.`, span);
  return late === undefined;
}

function knownModifier(reading: SigmaReading, modifier: string, span: YamlSpan): boolean {
  if (MODIFIER_NAMES.includes(modifier)) return true;
  const near = didYouMean(modifier, MODIFIER_NAMES);
  reading.fail('SIGMA-UNSUPPORTED', `There is no modifier "${modifier}".${near}`, span, 'docs/sigma.md lists all');
  return false;
}

/** @returns a value with all that its modifiers make of it */
function readValue(
  reading: SigmaReading,
  node: YamlScalar,
  modifiers: readonly string[],
  field = '',
): SigmaValue | undefined {
  const span = { start: node.start, end: node.end };
  if (modifiers.includes('exists')) return readExists(reading, node, modifiers);
  let alternatives = startingValue(reading, node, modifiers);
  for (const name of modifiers) {
    const apply = VALUE_MODIFIERS[name];
    if (!apply || !alternatives) continue;
    const made: Working[] = [];
    for (const one of alternatives) {
      const result = apply(one);
      if (result instanceof Misfit) {
        return reading.fail('SIGMA-VALUE', `"${name}" ${result.message}.`, node, result.fix);
      }
      if (Array.isArray(result)) made.push(...(result as readonly Working[]));
      else made.push(result as Working);
    }
    alternatives = made;
  }
  if (!alternatives) return undefined;
  const cased = modifiers.includes('cased');
  const tests: SigmaTest[] = [];
  for (const one of alternatives) {
    if (one.kind === 'bytes') {
      return reading.fail(
        'SIGMA-VALUE',
        'A text in UTF-16 is only found inside Base64.',
        node,
        'add base64 or base64offset',
      );
    }
    const test = finished(one, cased);
    if (test.kind === 'exists' && modifiers.length > 0 && !modifiers.every((name) => isEntryModifier(name))) {
      return reading.fail('SIGMA-VALUE', `"${modifiers.join('|')}" cannot take null.`, node, `write ${field}: null`);
    }
    if (test.kind === 'regex' && !isUsable(reading, test, node)) return undefined;
    tests.push(test);
  }
  return { tests, ...span };
}

function isEntryModifier(name: string): boolean {
  return (ENTRY_MODIFIERS as readonly string[]).includes(name);
}

function finished(value: Exclude<Working, { kind: 'bytes' }>, cased: boolean): SigmaTest {
  if (value.kind === 'text') return { kind: 'pattern', parts: parseSigmaText(value.raw), cased };
  return value.kind === 'pattern' || value.kind === 'field' ? { ...value, cased } : value;
}

/** The engine has the last word on an expression, and says it at load. */
function isUsable(reading: SigmaReading, { pattern, flags }: SigmaTest & { kind: 'regex' }, node: YamlScalar): boolean {
  try {
    compileRegex(pattern, 'search', flags);
    return true;
  } catch (error) {
    if (!(error instanceof SmbError)) throw error;
    const { code, message, fix } = error;
    reading.errors.push(new SmbError(code, message, { place: placeOfYaml(reading.source, node), fix }));
    return false;
  }
}

/** A value before its modifiers; `expand` is done first, as it is about the text as written. */
function startingValue(
  reading: SigmaReading,
  node: YamlScalar,
  modifiers: readonly string[],
): readonly Working[] | undefined {
  const { value, written } = node;
  if (value === null) return [{ kind: 'exists', value: false }];
  if (typeof value === 'boolean') return [{ kind: 'boolean', value }];
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return reading.fail('SIGMA-VALUE', `${written} is no number a field can have.`, node);
    const isWhole = /^[-+]?\d+$/.test(written) && !Number.isSafeInteger(value);
    return [{ kind: 'number', value, text: isWhole ? written.replace(/^\+/, '') : decimalText(value) }];
  }
  if (!modifiers.includes('expand')) return [{ kind: 'text', raw: value }];
  const expanded = expandText(value, reading.context.placeholders);
  if ('texts' in expanded) return expanded.texts.map((raw) => ({ kind: 'text', raw }));
  if ('tooMany' in expanded) {
    return reading.fail('SIGMA-VALUE', `This stands for more than ${expanded.tooMany} texts.`, node);
  }
  const { unknown } = expanded;
  const near = didYouMean(unknown, reading.context.placeholders.keys());
  const fix = `add ${unknown} = ["…"] under [sigma.placeholders] in smbastion.toml`;
  return reading.fail('SIGMA-VALUE', `The placeholder %${unknown}% has no values here.${near}`, node, fix);
}

function readExists(reading: SigmaReading, node: YamlScalar, modifiers: readonly string[]): SigmaValue | undefined {
  if (modifiers.length > 1) {
    return reading.fail('SIGMA-VALUE', '"exists" cannot be joined with other modifiers.', node);
  }
  if (typeof node.value !== 'boolean') {
    return reading.fail('SIGMA-VALUE', `"exists" takes true or false, not ${describeYaml(node)}.`, node);
  }
  return { tests: [{ kind: 'exists', value: node.value }], start: node.start, end: node.end };
}
