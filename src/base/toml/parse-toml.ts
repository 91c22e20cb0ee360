import { parse, TomlError } from 'smol-toml';
import { SmbError } from '../error.ts';
import { type SourceText, placeOf } from '../place.ts';
import { locateToml } from './toml-locator.ts';
import type { TomlFile, TomlNode } from './toml-node.ts';

/** Lists and inline tables inside each other; no file of ours needs more than four. */
const MAX_DEPTH = 64;

/** What smol-toml says, in our words, and what to do about it. */
const SYNTAX: readonly (readonly [said: string, message: string, fix?: string])[] = [
  ['invalid value', 'Expected a value.', 'put text between quotes; write true, false, a number, [list] or {table}'],
  ['illegal character in key', 'This character cannot stand in a key.', 'put the key between quotes'],
  ['incomplete key-value', 'Expected "=" and a value behind a key, or "]" behind the name of a table.'],
  ['each key-value declaration must', 'Expected the end of the line.', 'one key and value a line'],
  ['trying to redefine', 'This key or table is set twice.', 'keep one of them'],
  ['unfinished string', 'This text has no closing quote.', "text over several lines stands between ''' and '''"],
  [
    'unrecognised escape',
    'No such escape.',
    "write \\\\ for a backslash, or use single quotes '…', which know no escapes",
  ],
  ['expected comma or end', 'Expected a comma or the closing bracket.'],
  ['unfinished array', 'This list has no closing bracket "]".'],
  ['unfinished table', 'This table has no closing brace "}".'],
  ['excessively nested', `More than ${MAX_DEPTH} lists or tables inside each other.`],
  ['integer value cannot', 'This number is too large.', 'whole numbers go up to 9007199254740991'],
];

/**
 * Parses a TOML file and finds the place of every key and value.
 *
 * @param source the file's name and its whole text
 * @throws TOML-SYNTAX with the place when the text is no TOML 1.1
 * @see https://toml.io/en/v1.1.0
 */
export function parseToml(source: SourceText): TomlFile {
  try {
    parse(source.text, { maxDepth: MAX_DEPTH });
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    throw syntaxError(source, cause);
  }
  const root = locateToml(source.text);
  const deep = deeperThan(root, MAX_DEPTH);
  if (deep) {
    const message = `More than ${MAX_DEPTH} lists or tables inside each other.`;
    throw new SmbError('TOML-SYNTAX', message, { place: placeOf(source, deep.start, deep.end) });
  }
  return { source, root };
}

/**
 * smol-toml counts brackets, and a dotted key nests without any. Whoever walks the tree afterwards recurses.
 *
 * @returns the first node found that is nested deeper than that
 */
function deeperThan(root: TomlNode, limit: number): TomlNode | undefined {
  let level: TomlNode[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return level[0];
    level = level.flatMap((node) => {
      if (node.kind === 'array') return node.elements;
      return node.kind === 'table' ? Array.from(node.entries.values(), (entry) => entry.value) : [];
    });
  }
  return undefined;
}

function syntaxError(source: SourceText, cause: TomlError): SmbError {
  const said = cause.message.replace(/^Invalid TOML document: /, '').replace(/\n[^]*$/, '');
  const at = offsetOf(source.text, cause.line, cause.column);
  const place = placeOf(source, at);
  if (/^\s*\[[^\]]*$/.test(place.sourceLine)) {
    return new SmbError('TOML-SYNTAX', 'The name of this table has no closing bracket "]".', { place });
  }
  const known = SYNTAX.find(([start]) => said.includes(start));
  const message = known?.[1] ?? `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
  return new SmbError('TOML-SYNTAX', message, { place, fix: known?.[2] });
}

/** smol-toml keeps line and column only, both from 1 and counted over the same line ends. */
function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  const lineEnd = /\r?\n/g;
  for (let left = line - 1; left > 0 && lineEnd.exec(text); left--) start = lineEnd.lastIndex;
  return start + column - 1;
}
