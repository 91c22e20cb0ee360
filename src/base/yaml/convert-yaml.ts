/** The package's nodes as ours: aliases followed, merge keys merged, keys unique, sizes bounded. */
import { isAlias, isMap, isScalar, type Pair, type ParsedNode } from 'yaml';
import type { YamlEntry, YamlNode, YamlSpan } from './yaml-node.ts';

/** Lists and maps inside each other, through aliases too; real files have fewer than ten. */
export const MAX_YAML_DEPTH = 64;

/** Values of a document with every alias written out; nine aliases in a row can stand for a thousand million. */
const MAX_YAML_VALUES = 1_000_000;

/** What is wrong with a document that parses. */
export class YamlProblem extends Error {
  readonly span: YamlSpan;
  readonly fix: string | undefined;

  constructor(message: string, span: YamlSpan, fix?: string) {
    super(message);
    this.span = span;
    this.fix = fix;
  }
}

/** A converted node with what it weighs when aliases are written out. */
interface Weighed {
  readonly node: YamlNode;
  readonly values: number;
  readonly depth: number;
}

/**
 * @param contents the document's root
 * @param text the file, to see how values are written
 * @throws YamlProblem for duplicate keys, unknown anchors, keys that are lists, and documents beyond the limits
 */
export function convertYaml(contents: ParsedNode, text: string): YamlNode {
  return new Conversion(text).node(contents).node;
}

class Conversion {
  private readonly text: string;
  private readonly anchors = new Map<string, Weighed>();

  constructor(text: string) {
    this.text = text;
  }

  node(node: ParsedNode): Weighed {
    const span = { start: node.range[0], end: node.range[1] };
    if (isAlias(node)) {
      const target = this.anchors.get(node.source);
      if (!target) {
        const fix = 'text that begins with * stands between quotes';
        throw new YamlProblem(`No anchor &${node.source} stands before this alias.`, span, fix);
      }
      return target;
    }
    const made = isScalar(node) ? this.scalar(node, span) : isMap(node) ? this.map(node, span) : this.list(node, span);
    if (made.values > MAX_YAML_VALUES) {
      throw new YamlProblem(`This stands for more than ${MAX_YAML_VALUES} values once its aliases are followed.`, span);
    }
    if (made.depth > MAX_YAML_DEPTH) {
      throw new YamlProblem(`More than ${MAX_YAML_DEPTH} lists or maps inside each other.`, span);
    }
    if (node.anchor !== undefined) this.anchors.set(node.anchor, made);
    return made;
  }

  private scalar(node: Extract<ParsedNode, { type?: unknown; source?: unknown }>, span: YamlSpan): Weighed {
    const value = (node as { value: unknown }).value;
    const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
    const quote = this.text[span.start] === "'" || this.text[span.start] === '"' ? 1 : 0;
    const at = span.start + quote;
    const isVerbatim = typeof known === 'string' && this.text.startsWith(known, at);
    return {
      node: {
        kind: 'scalar',
        value: known,
        written: typeof node.source === 'string' ? node.source : String(known),
        contentStart: isVerbatim ? at : undefined,
        ...span,
      },
      values: 1,
      depth: 0,
    };
  }

  private list(node: ParsedNode, span: YamlSpan): Weighed {
    const elements = (node as { items: readonly unknown[] }).items.map((item) => this.node(item as ParsedNode));
    return { node: { kind: 'list', elements: elements.map((one) => one.node), ...span }, ...weightOf(elements) };
  }

  private map(node: ParsedNode, span: YamlSpan): Weighed {
    const entries = new Map<string, YamlEntry>();
    const merged: YamlNode[] = [];
    const weighed: Weighed[] = [];
    for (const pair of (node as unknown as { items: readonly Pair<ParsedNode, ParsedNode | null>[] }).items) {
      const { key } = pair;
      const keySpan = { start: key.range[0], end: key.range[1] };
      if (!isScalar(key)) {
        throw new YamlProblem('A key is text.', keySpan, 'put a key with special characters between quotes');
      }
      const name = typeof key.value === 'string' ? key.value : ((key as { source?: string }).source ?? '');
      const value = pair.value ? this.node(pair.value) : NOTHING(keySpan.end);
      weighed.push(value);
      if (name === '<<' && key.type === 'PLAIN') merged.push(...mapsOf(value.node, keySpan));
      else if (entries.has(name))
        throw new YamlProblem(`The key "${name}" stands here twice.`, keySpan, 'keep one of them');
      else entries.set(name, { key: name, value: value.node, ...keySpan });
    }
    for (const other of merged) {
      if (other.kind !== 'map') continue;
      for (const [name, entry] of other.entries) if (!entries.has(name)) entries.set(name, entry);
    }
    return { node: { kind: 'map', entries, ...span }, ...weightOf(weighed) };
  }
}

const NOTHING = (at: number): Weighed => ({
  node: { kind: 'scalar', value: null, written: '', contentStart: undefined, start: at, end: at },
  values: 1,
  depth: 0,
});

/** What a merge key names: one map, or a list of them of which the first has the last word. */
function mapsOf(node: YamlNode, span: YamlSpan): readonly YamlNode[] {
  const maps = node.kind === 'list' ? node.elements : [node];
  if (maps.some((one) => one.kind !== 'map')) throw new YamlProblem('The merge key << takes maps.', span);
  return maps;
}

function weightOf(parts: readonly Weighed[]): { values: number; depth: number } {
  let values = 1;
  let depth = 0;
  for (const part of parts) {
    values += part.values;
    if (part.depth > depth) depth = part.depth;
  }
  return { values, depth: depth + 1 };
}
