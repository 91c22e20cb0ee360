/**
 * YAML 1.2 streams as trees with places. The package `yaml` does the grammar; everything that hostile text can make large
 * is bounded here: depth before its composer recurses, the values that aliases stand for, keys without its quadratic look
 * for duplicates.
 */
import { Composer, Lexer, Parser, type ParsedNode, Schema, type YAMLParseError } from 'yaml';
import { SmbError } from '../error.ts';
import { placeOf, type SourceText } from '../place.ts';
import { convertYaml, MAX_YAML_DEPTH, YamlProblem } from './convert-yaml.ts';
import type { YamlDocument, YamlFile } from './yaml-node.ts';

/** Characters of a file; the largest rule collections in one stream have two thirds of that. */
export const MAX_YAML_CHARACTERS = 8 * 1024 * 1024;

/** What the parser's codes mean, in our words, and what to do about it. */
const SYNTAX: Readonly<Record<string, readonly [message: string, fix?: string]>> = {
  ALIAS_PROPS: ['An alias cannot have an anchor or a tag of its own.'],
  BAD_ALIAS: ['Expected the name of an anchor behind * or &.', 'put text that begins with * or & between quotes'],
  BAD_DIRECTIVE: ['This line begins with % and is no directive.', 'put text that begins with % between quotes'],
  BAD_DQ_ESCAPE: ['No such escape.', "write \\\\ for a backslash, or use single quotes '…', which know no escapes"],
  BAD_INDENT: ['The indentation fits nothing above it.', 'entries of one map or list begin in the same column'],
  BAD_PROP_ORDER: ['Anchors and tags stand before the value.'],
  BAD_SCALAR_START: ['Text cannot begin with this character.', 'put the text between quotes'],
  BLOCK_AS_IMPLICIT_KEY: ['A second ": " stands in this line.', 'put text that holds ": " between quotes'],
  BLOCK_IN_FLOW: ['Lists with - and maps over several lines cannot stand inside brackets.'],
  IMPOSSIBLE: ['This cannot be read.'],
  KEY_OVER_1024_CHARS: ['This key has more than 1024 characters.'],
  MISSING_CHAR: ['A character is missing: a closing bracket, a colon behind a key, or a blank.'],
  MULTILINE_IMPLICIT_KEY: ['A key cannot go over several lines.', 'is a closing quote or a colon missing above?'],
  MULTIPLE_ANCHORS: ['A value has one anchor at most.'],
  MULTIPLE_TAGS: ['A value has one tag at most.'],
  TAB_AS_INDENT: ['Tabs cannot indent.', 'use blanks'],
  TAG_RESOLVE_FAILED: [
    'Tags (words that begin with !) are not known here.',
    'put text that begins with ! between quotes',
  ],
  UNEXPECTED_TOKEN: ['This does not belong here.', 'put text with special characters between quotes'],
};

/** What the parser says of brackets that are open where their indentation ends. */
const OPEN_BRACKET = /end with an? [\]}]/;

/** Made once; the composer would make one for every document, which costs more than reading a short one. */
const CORE = new Schema({ schema: 'core', merge: false, resolveKnownTags: false });

/**
 * Parses a YAML stream and finds the place of every key and value.
 *
 * @param source the file's name and its whole text
 * @returns its documents; empty ones are left out
 * @throws YAML-SYNTAX with the place when the text is no YAML, or is larger than the limits
 * @see https://yaml.org/spec/1.2.2/
 */
export function parseYaml(source: SourceText): YamlFile {
  const { text } = source;
  if (text.length > MAX_YAML_CHARACTERS) {
    throw new SmbError('YAML-SYNTAX', `${source.file} has more than ${MAX_YAML_CHARACTERS} characters.`, {
      fix: 'split it into several files',
    });
  }
  const documents: YamlDocument[] = [];
  const composer = new Composer({
    uniqueKeys: false,
    prettyErrors: false,
    strict: true,
    schema: CORE,
    logLevel: 'silent',
  });
  let lastQuote = 0;
  const take = (composed: ReturnType<Composer['next']>) => {
    for (const { contents, errors, warnings, range } of composed) {
      const [problem] = [...errors, ...warnings] as YAMLParseError[];
      if (problem) throw syntaxError(source, problem, lastQuote);
      if (contents === null || isEmpty(contents)) continue;
      const start = documents.at(-1)?.end ?? 0;
      documents.push({ root: convert(source, contents), start, end: range[2] });
    }
  };
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme.startsWith("'") || lexeme.startsWith('"')) lastQuote = parser.offset;
    for (const token of parser.next(lexeme)) take(composer.next(token));
    if (parser.stack.length > MAX_YAML_DEPTH * 2) tooDeep(source, parser.offset);
  }
  for (const token of parser.end()) take(composer.next(token));
  take(composer.end());
  const last = documents.pop();
  if (last) documents.push({ ...last, end: text.length });
  return { source, documents };
}

function isEmpty(node: ParsedNode): boolean {
  return 'value' in node && node.value === null && node.range[0] === node.range[1];
}

function convert(source: SourceText, contents: ParsedNode) {
  try {
    return convertYaml(contents, source.text);
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    const { start, end } = error.span;
    throw new SmbError('YAML-SYNTAX', error.message, { place: placeOf(source, start, end), fix: error.fix });
  }
}

function tooDeep(source: SourceText, at: number): never {
  const message = `More than ${MAX_YAML_DEPTH} lists or maps inside each other.`;
  throw new SmbError('YAML-SYNTAX', message, { place: placeOf(source, at) });
}

/** @param lastQuote offset of the quoted text read last: one that is not closed runs to the end, so it is the one */
function syntaxError(source: SourceText, { code, message: said, pos }: YAMLParseError, lastQuote: number): SmbError {
  const at = (start: number, end: number) => placeOf(source, start, Math.max(end, start + 1));
  if (code === 'MISSING_CHAR' && said.includes('quote')) {
    return new SmbError('YAML-SYNTAX', 'This text has no closing quote.', { place: at(lastQuote, lastQuote) });
  }
  if (OPEN_BRACKET.test(said)) {
    const fix = 'close it, or indent the lines inside it further';
    return new SmbError('YAML-SYNTAX', 'A bracket is not closed.', { place: at(pos[0], pos[1]), fix });
  }
  const [message, fix] = SYNTAX[code] ?? ['This cannot be read as YAML.'];
  return new SmbError('YAML-SYNTAX', message, { place: at(pos[0], pos[1]), fix });
}
