/**
 * Bare values and keyword searches over all fields of an event. They ask the view for everything it has, which is the most
 * expensive test there is; the matcher runs it last.
 */
import { addressOf } from '../../base/address/address.ts';
import { AddressSet } from '../../base/address/address-set.ts';
import { parseCidr } from '../../base/address/cidr.ts';
import { compileGlob, type GlobPart } from '../../base/glob.ts';
import { compileRegex } from '../../base/regex.ts';
import type { FieldValue, Scalar } from '../../event/document.ts';
import { parseDecimal } from '../../event/document-event-value.ts';
import { derivations } from '../../event/derive/derivations.ts';
import { type Field, fields } from '../../event/field.ts';
import type { EventView } from '../../event/view.ts';
import type { AnywhereTest } from '../predicate.ts';
import { compileWords, compileWordTest, splitWords } from './words.ts';

const MESSAGE = fields.get('message');

type FieldTest = (field: Field, value: Scalar) => boolean;

/** @returns a test over events: one value of one field passes */
export function compileAnywhere(test: AnywhereTest): (view: EventView) => boolean {
  const fits = compileFieldTest(test);
  const isMember = test.members && compileGlob(test.members);
  let found = false;
  const visit = (field: Field, value: Exclude<FieldValue, undefined>) => {
    if (found || (isMember && (field.catalogued || !isMember(field.name)))) return;
    if (typeof value !== 'object') found = fits(field, value);
    else for (const one of value) found ||= fits(field, one);
  };
  const isKeyword = test.mode === 'inside' || test.mode === 'regex';
  return (view) => {
    found = false;
    const message = isKeyword ? view.get(MESSAGE.id) : undefined;
    if (message !== undefined) {
      visit(MESSAGE, message);
      return found;
    }
    view.each(visit);
    return found;
  };
}

function compileFieldTest(test: AnywhereTest): FieldTest {
  switch (test.mode) {
    case 'whole':
      return compileWhole(test.text, test.phrase);
    case 'pattern':
      return compilePattern(test.parts);
    case 'inside': {
      const star: GlobPart = { kind: 'star' };
      return ofText(compileGlob(withoutDoubleStars([star, ...test.parts, star]), test.cased !== true));
    }
    case 'regex':
      return ofText(compileRegex(test.pattern, 'search', test.flags));
  }
}

function ofText(fits: (text: string) => boolean): FieldTest {
  return (field, value) => typeof value === 'string' && isOfRecord(field) && fits(value);
}

/** What every event says of itself in our words; a keyword is about the words of the record. */
const OUR_WORDS: ReadonlySet<string> = new Set([
  'event.kind',
  'event.module',
  'event.dataset',
  'event.category',
  'event.type',
  'event.outcome',
  'host.os.type',
]);

/** @returns whether keywords are looked for in the field: not in what is derived or said by us */
export function isOfRecord({ id, name }: Field): boolean {
  if (derivations[id] !== undefined || OUR_WORDS.has(name)) return false;
  return !name.startsWith('smbastion.') && !name.startsWith('related.');
}

function compileWhole(text: string, phrase: boolean): FieldTest {
  const number = parseDecimal(text);
  const net = parseCidr(text);
  const nets = net && new AddressSet([net]);
  const hasWords = compileWords(splitWords(text), phrase ? 'phrase' : 'any');
  return (field, value) => {
    switch (field.type) {
      case 'keyword':
      case 'wildcard':
        return value === text;
      case 'text':
        return typeof value === 'string' && hasWords(value);
      case 'long':
      case 'double':
        return number !== undefined && value === number;
      case 'ip': {
        const address = nets && typeof value === 'string' ? addressOf(value) : undefined;
        return address !== undefined && nets!.has(address);
      }
      case 'boolean':
      case 'date':
      case 'nested':
      case 'object':
        return false;
    }
  };
}

/** A lone star is true for every field with a value; other patterns fit texts only. */
function compilePattern(parts: readonly GlobPart[]): FieldTest {
  if (parts.length === 1 && parts[0]!.kind === 'star') return () => true;
  const fits = compileGlob(parts);
  const fitsWord = compileWordTest(compileGlob(lowerParts(parts)));
  return (field, value) => {
    if (typeof value !== 'string') return false;
    if (field.type === 'text') return fitsWord(value);
    return (field.type === 'keyword' || field.type === 'wildcard') && fits(value);
  };
}

/** @returns the pattern in lower case, for words, which are lower-cased themselves */
export function lowerParts(parts: readonly GlobPart[]): GlobPart[] {
  return parts.map((part) => (part.kind === 'text' ? { kind: 'text', text: part.text.toLowerCase() } : part));
}

function withoutDoubleStars(parts: readonly GlobPart[]): GlobPart[] {
  return parts.filter((part, index) => part.kind !== 'star' || parts[index - 1]?.kind !== 'star');
}
