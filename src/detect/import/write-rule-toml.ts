/**
 * Writes a rule file. What goes in is the document a rule file is: the keys of the reference, nothing computed, so that
 * loading what was written gives the rule again and writing the same document twice gives the same bytes.
 */
import type { TomlNode } from '../../base/toml/toml-node.ts';
import { type Document, isDocument } from '../../event/document.ts';
import { RULE_KEYS } from '../rule-file/rule-keys.ts';
import { formatTomlKey, formatTomlPair, type TomlInline, type TomlValue } from './toml-writer.ts';

/** The keys of `[rule]`; undefined ones are left out. */
export type RuleText = TomlInline;

/**
 * @param rule keys of `[rule]`, in any order
 * @param remarks sentences for the head of the file, without `#`
 * @returns the text of the file: keys in the order of the reference, then tables
 */
export function writeRuleToml(rule: RuleText, remarks: readonly string[] = []): string {
  const head = remarks.flatMap((remark) => remark.split(/\r?\n/)).map((line) => `# ${line}`.trimEnd());
  const order = Object.keys(RULE_KEYS);
  const place = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  const sorted = Object.fromEntries(Object.entries(rule).sort(([x], [y]) => place(x) - place(y)));
  return `${head.map((line) => `${line.replace(/[\u0000-\u0008\u000B-\u001F\u007F]/g, ' ')}\n`).join('')}${formatTomlTable('rule', sorted)}`;
}

/**
 * @param name dotted name for the header, already formatted
 * @param value keys in the order in which they are written; tables come behind the plain keys
 * @returns the table with the tables inside it
 */
function formatTomlTable(name: string, value: TomlInline, header = `[${name}]`): string {
  const entries = Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, inner] as const]));
  const plain = entries.filter(([, inner]) => !isTable(inner) && !isTables(inner));
  const inside = entries.map(([key, inner]) => {
    const path = `${name}.${formatTomlKey(key)}`;
    if (isTable(inner)) return `\n${formatTomlTable(path, inner)}`;
    if (isTables(inner)) return inner.map((one) => `\n${formatTomlTable(path, one, `[[${path}]]`)}`).join('');
    return '';
  });
  return `${header}\n${plain.map(([key, inner]) => formatTomlPair(key, inner)).join('')}${inside.join('')}`;
}

function isTable(value: TomlValue): value is TomlInline {
  return typeof value === 'object' && !Array.isArray(value);
}

function isTables(value: TomlValue): value is readonly TomlInline[] {
  return Array.isArray(value) && value.length > 0 && value.every(isTable);
}

/** @returns a TOML tree as plain values; dates become text */
export function tomlToDocument(node: TomlNode): unknown {
  switch (node.kind) {
    case 'array':
      return node.elements.map(tomlToDocument);
    case 'table':
      // fromEntries defines its keys, so that a key named __proto__ stays a key.
      return Object.fromEntries([...node.entries].map(([key, entry]) => [key, tomlToDocument(entry.value)]));
    default:
      return node.value;
  }
}

/** @returns the `[rule]` table of a parsed rule file, for {@link writeRuleToml}; undefined when there is none */
export function ruleTextOf(root: TomlNode): RuleText | undefined {
  const document = tomlToDocument(root) as Document;
  const rule = document['rule'];
  return isDocument(rule) ? (rule as RuleText) : undefined;
}
