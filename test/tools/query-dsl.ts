import { parseCidr } from '../../src/base/address/cidr.ts';
import { parseAddress } from '../../src/base/address/address.ts';
import type { Scalar } from '../../src/event/document.ts';
import { fields } from '../../src/event/field.ts';
import { INSIDE, NESTED } from './arbitrary-predicates.ts';
import { type PlainEvent, plainWords } from './plain-meaning.ts';

/**
 * What an engine makes of Query DSL, written from its documentation and as plainly as possible. It knows the queries that
 * the compiler writes and no others.
 */
export interface IndexedDocument {
  /** Terms of the index by field: texts, numbers, `true` and `false`, words of fields of type text. */
  readonly terms: Readonly<Record<string, readonly Scalar[]>>;
  /** Words of each value of a text, in order. */
  readonly texts: Readonly<Record<string, readonly (readonly string[])[]>>;
  readonly elements: readonly IndexedDocument[];
}

/** @returns the event as an index with `ignore_above` holds it; elements of the nested field are documents of their own */
export function indexed(event: PlainEvent, ignoreAbove: number): IndexedDocument {
  const terms: Record<string, Scalar[]> = {};
  const texts: Record<string, string[][]> = {};
  const ignored: string[] = [];
  for (const [name, values] of Object.entries(event.values)) {
    if (name.startsWith(`${NESTED.name}.`)) continue;
    const { type } = fields.get(name);
    if (type === 'text') {
      texts[name] = values.map((value) => [...plainWords(String(value))]);
      terms[name] = texts[name].flat();
      continue;
    }
    const isTooLong = (value: Scalar) => type === 'keyword' && String(value).length > ignoreAbove;
    if (values.some(isTooLong)) ignored.push(name);
    const kept = values.filter((value) => !isTooLong(value));
    if (kept.length > 0) terms[name] = kept.map((value) => (type === 'date' ? Math.floor(Number(value)) : value));
  }
  if (ignored.length > 0) terms['_ignored'] = ignored;
  const elements = event.elements.map(({ values }) =>
    indexedElement(Object.fromEntries(INSIDE.map((name) => [name, values[name] ?? []])), ignoreAbove),
  );
  return { terms, texts, elements };
}

function indexedElement(values: Readonly<Record<string, readonly Scalar[]>>, ignoreAbove: number): IndexedDocument {
  const kept = Object.entries(values).map(([name, all]) => [
    name,
    all.filter((one) => String(one).length <= ignoreAbove),
  ]);
  return { terms: Object.fromEntries(kept.filter(([, all]) => all!.length > 0)), texts: {}, elements: [] };
}

type Json = Readonly<Record<string, unknown>>;

/** @returns whether a document is found */
export function finds(query: Json, document: IndexedDocument): boolean {
  const [kind, body] = onlyEntry(query);
  switch (kind) {
    case 'match_all':
      return true;
    case 'match_none':
      return false;
    case 'bool': {
      const { filter = [], should = [], must_not: mustNot = [] } = body as Record<string, Json[]>;
      return (
        filter.every((part) => finds(part, document)) &&
        (should.length === 0 || should.some((part) => finds(part, document))) &&
        !mustNot.some((part) => finds(part, document))
      );
    }
    case 'nested':
      expectPath(body['path']);
      return document.elements.some((element) => finds(body['query'] as Json, element));
    case 'exists': {
      const field = String(body['field']);
      return [...Object.keys(document.terms), ...Object.keys(document.texts)].some(
        (name) => name === field || name.startsWith(`${field}.`),
      );
    }
    default: {
      const [field, test] = onlyEntry(body);
      if (kind === 'match' || kind === 'match_phrase') {
        return (document.texts[field] ?? []).some((words) => hasWords(words, plainWords(String(test['query'])), kind));
      }
      return (document.terms[field] ?? []).some((value) =>
        fits(kind, test, value, fields.find(field)?.type ?? 'keyword'),
      );
    }
  }
}

function onlyEntry(json: Json): [string, Json] {
  const entries = Object.entries(json);
  if (entries.length !== 1) throw new Error(`one key is expected: ${JSON.stringify(json)}`);
  return entries[0] as [string, Json];
}

function expectPath(path: unknown): void {
  if (path !== NESTED.name) throw new Error(`no nested field ${String(path)}`);
}

function hasWords(words: readonly string[], wanted: readonly string[], kind: string): boolean {
  if (kind === 'match') return wanted.some((word) => words.includes(word));
  return words.some((_, at) => wanted.every((word, i) => words[at + i] === word));
}

function fits(kind: string, test: Json, value: Scalar, type: string): boolean {
  switch (kind) {
    case 'term':
      return isTerm(test['value'] as Scalar, value, type, test['case_insensitive'] === true);
    case 'terms':
      return (test as unknown as Scalar[]).some((wanted) => isTerm(wanted, value, type, false));
    case 'range':
      return Object.entries(test).every(
        ([key, bound]) => key === 'format' || inRange(key, value, bound as Scalar, type),
      );
    case 'prefix':
      return folded(String(value), test).startsWith(folded(String(test['value']), test));
    case 'wildcard':
      return wildcard(folded(String(test['value']), test)).test(folded(String(value), test));
    case 'regexp':
      if (test['flags'] !== 'NONE') throw new Error('optional operators are on');
      return new RegExp(`^(?:${javaScriptRegex(String(test['value']))})$`, 'us').test(String(value));
    default:
      throw new Error(`unknown query ${kind}`);
  }
}

function isTerm(wanted: Scalar, value: Scalar, type: string, fold: boolean): boolean {
  if (type === 'ip') {
    const net = parseCidr(String(wanted))!;
    const address = parseAddress(String(value))!;
    return net.low.compare(address) <= 0 && net.high.compare(address) >= 0;
  }
  return fold ? lower(String(wanted)) === lower(String(value)) : wanted === value;
}

function inRange(key: string, value: Scalar, bound: Scalar, type: string): boolean {
  const order =
    type === 'ip'
      ? parseAddress(String(value))!.compare(parseAddress(String(bound))!)
      : typeof value === 'number'
        ? value - Number(bound)
        : Buffer.compare(Buffer.from(String(value)), Buffer.from(String(bound)));
  return { lt: order < 0, lte: order <= 0, gt: order > 0, gte: order >= 0 }[key]!;
}

const lower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const folded = (text: string, test: Json) => (test['case_insensitive'] === true ? lower(text) : text);
const literal = (text: string) => `\\u{${text.codePointAt(0)!.toString(16)}}`;

/** `*`, `?`, and a backslash before what is a letter. */
function wildcard(pattern: string): RegExp {
  const body = Array.from(pattern.matchAll(/\\([^])|([^])/gu), ([, escaped, plain]) =>
    plain === '*' ? '[^]*' : plain === '?' ? '[^]' : literal(escaped ?? plain!),
  );
  return new RegExp(`^${body.join('').replace(/(?:\[\^\]\*)+/g, '[^]*')}$`, 'us');
}

/** Lucene's operators are JavaScript's; letters and escaped signs are written as numbers. */
function javaScriptRegex(pattern: string): string {
  return Array.from(pattern.matchAll(/\\([^])|([^])/gu), ([, escaped, plain]) =>
    escaped === undefined && '()[]^-|*+?.{},0123456789'.includes(plain!) ? plain! : literal(escaped ?? plain!),
  ).join('');
}
