import type { GlobPart } from '../../base/glob.ts';
import type { KqlName, KqlNode, KqlValue } from './ast.ts';
import { isBlankAt, skipBlanks } from './characters.ts';

/**
 * Writes a tree as KQL with as few brackets as possible; parsing the text gives the same tree.
 *
 * @param node the tree
 */
export function printKql(node: KqlNode): string {
  switch (node.kind) {
    case 'everything':
      return '';
    case 'and':
      return node.parts.map((part) => printInside(part, part.kind === 'and' || part.kind === 'or')).join(' and ');
    case 'or':
      return node.parts.map((part) => printInside(part, part.kind === 'or')).join(' or ');
    case 'not': {
      const { kind } = node.part;
      return `not ${printInside(node.part, kind === 'and' || kind === 'or' || kind === 'not')}`;
    }
    case 'is': {
      const value =
        node.quoted && node.value.kind === 'literal' ? quoteKql(String(node.value.value)) : printValue(node.value);
      return node.field === null ? value : `${printName(node.field)}:${value}`;
    }
    case 'range':
      return `${printName(node.field)} ${node.op} ${printText(node.value.value)}`;
    case 'nested':
      return `${printName(node.path)}:{ ${printKql(node.query)} }`;
  }
}

/**
 * @param text any text
 * @returns the text in quotes, as KQL reads it
 */
export function quoteKql(text: string): string {
  const escaped = text.replace(/[\\"\t\r\n]/g, (c) => ESCAPED[c] ?? `\\${c}`);
  return `"${escaped}"`;
}

/**
 * @param text any text
 * @returns the text without quotes where it needs none, else escaped so that KQL reads it as plain text
 */
export function printText(text: string): string {
  if (text === '') return '""';
  if (CONSTANTS.has(text)) return `${unicode(text.charAt(0))}${text.slice(1)}`;
  return keepEnds(escapeRun(text));
}

const ESCAPED: Readonly<Record<string, string>> = { '\t': '\\t', '\r': '\\r', '\n': '\\n' };
const CONSTANTS: ReadonlySet<string> = new Set(['true', 'false', 'null']);

function printInside(node: KqlNode, needsBrackets: boolean): string {
  return needsBrackets ? `(${printKql(node)})` : printKql(node);
}

function printName(name: KqlName): string {
  return name.kind === 'wildcard' ? printPattern(name.parts) : printText(name.value);
}

function printValue(value: KqlValue): string {
  if (value.kind === 'wildcard') return printPattern(value.parts);
  return typeof value.value === 'string' ? printText(value.value) : String(value.value);
}

function printPattern(parts: readonly GlobPart[]): string {
  return keepEnds(parts.map((part) => (part.kind === 'text' ? escapeRun(part.text) : '*')).join(''));
}

/** A line feed is written by number, because `\n` and letters behind it could read as `\not`. */
function escapeRun(text: string): string {
  return text
    .replace(/[\\():<>"*{}]/g, '\\$&')
    .replace(/(^|[ \t\r\n\u00a0])(and|or|not)(?=[ \t\r\n\u00a0]|$)/gi, '$1\\$2')
    .replace(/[\t\r\n]/g, (c) => (c === '\n' ? unicode(c) : ESCAPED[c]!));
}

/** Blanks at the ends of a literal would be trimmed. Without a regular expression: `+$` is quadratic in inner blanks. */
function keepEnds(escaped: string): string {
  const start = skipBlanks(escaped, 0);
  let end = escaped.length;
  while (end > start && isBlankAt(escaped, end - 1)) end--;
  return byNumber(escaped.slice(0, start)) + escaped.slice(start, end) + byNumber(escaped.slice(end));
}

function byNumber(run: string): string {
  return [...run].map(unicode).join('');
}

function unicode(c: string): string {
  return `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
