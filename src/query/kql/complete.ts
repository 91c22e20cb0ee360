/** Completion of unfinished queries: fields, operators, known values and keywords. */
import { type Field, fields } from '../../event/field.ts';
import { isBlankAt } from './characters.ts';
import { contextAt, type CursorContext } from './cursor-context.ts';
import { CATALOGUED } from '../field-names.ts';
import { KNOWN_TIMES, KNOWN_VALUES } from './known-values.ts';
import { printText, quoteKql } from './printer.ts';

/** One proposal. */
interface KqlCompletion {
  /** What replaces the text from `from` to `to`. */
  readonly text: string;
  readonly kind: 'field' | 'value' | 'operator' | 'keyword';
  /** What it means, in a few words. */
  readonly detail: string;
}

/** Proposals for one place. */
export interface KqlCompletions {
  /** First unit to replace. */
  readonly from: number;
  /** Behind the last unit to replace. */
  readonly to: number;
  /** Best first. */
  readonly items: KqlCompletion[];
}

/**
 * @param text the query as far as it is written; it need not parse
 * @param cursor offset of the cursor in UTF-16 units, from 0 to the length
 */
export function completeKql(text: string, cursor: number): KqlCompletions {
  const at = Math.min(Math.max(0, Math.floor(cursor)), text.length);
  const context = contextAt(text, at);
  switch (context.expects) {
    case 'operator':
      return behindCondition(text, at, context);
    case 'value':
      return valuesAt(text, at, context);
    case 'condition':
      return conditionsAt(text, at, context);
  }
}

const JOINS: readonly KqlCompletion[] = [
  { text: 'and', kind: 'keyword', detail: 'both hold' },
  { text: 'or', kind: 'keyword', detail: 'one of them holds' },
  { text: 'and not', kind: 'keyword', detail: 'this holds and the next does not' },
];
const NOT: KqlCompletion = { text: 'not', kind: 'keyword', detail: 'does not hold, or the field is absent' };

/** Keywords that start with the last word before the cursor. */
function behindCondition(text: string, at: number, context: CursorContext): KqlCompletions {
  const from = lastWordStart(text, context.start, at);
  const word = text.slice(from, at).toLowerCase();
  return { from, to: wordEnd(text, at), items: JOINS.filter((join) => join.text.startsWith(word)) };
}

function conditionsAt(text: string, at: number, context: CursorContext): KqlCompletions {
  const { written, start, path } = context;
  const name = written.replace(/^"/, '');
  const isBehindBlank = written !== '' && isBlankAt(text, at - 1);
  const field = findField(name.trim(), path);
  if (field && isBehindBlank) return { from: at, to: at, items: operatorsOf(field, '') };
  // Blanks belong to a bare value; what follows one may be the next keyword.
  if (name.includes(' ') || isBehindBlank) return behindCondition(text, at, context);
  const items = fieldsFor(name, path);
  if (field) items.unshift(...operatorsOf(field, name));
  if (written === '') items.push(NOT);
  else if ('not'.startsWith(written.toLowerCase())) items.unshift(NOT);
  return { from: start, to: wordEnd(text, at), items };
}

function findField(name: string, path: string | undefined): Field | undefined {
  return name === '' || name.endsWith('.') ? undefined : fields.find(path === undefined ? name : `${path}.${name}`);
}

/** Fields whose name starts with the text, then those with a part that does, then those that hold it. */
function fieldsFor(written: string, path: string | undefined): KqlCompletion[] {
  const wanted = written.toLowerCase();
  const stem = path === undefined ? '' : `${path}.`;
  const ranked: { rank: number; item: KqlCompletion }[] = [];
  const add = (name: string, type: string, meaning: string) => {
    if (!name.startsWith(stem)) return;
    const shown = name.slice(stem.length);
    const found = shown.toLowerCase().indexOf(wanted);
    if (found < 0 || shown === '') return;
    const rank = found === 0 ? 0 : `.${shown.toLowerCase()}`.includes(`.${wanted}`) ? 1 : 2;
    ranked.push({ rank, item: { text: shown, kind: 'field', detail: `${type}: ${meaning}` } });
  };
  for (const field of CATALOGUED) if (field.type !== 'object') add(field.name, field.type, field.meaning);
  for (const [name, type, meaning] of fields.familyRows) add(name.slice(0, -1), type, meaning);
  return ranked.sort((x, y) => x.rank - y.rank).map(({ item }) => item);
}

/** @param before what stands before the operator in the proposal: the field's name, or nothing */
function operatorsOf(field: Field, before: string): KqlCompletion[] {
  const gap = before === '' ? '' : ' ';
  const operator = (text: string, detail: string): KqlCompletion => ({ text: before + text, kind: 'operator', detail });
  if (field.type === 'nested') return [operator(':{ ', 'one of its objects satisfies'), operator(':*', 'has objects')];
  const list = [operator(':', 'has the value'), operator(':*', 'is there')];
  if (field.type === 'boolean' || field.type === 'text') return list;
  const words =
    field.type === 'date' ? ['before', 'until', 'after', 'from'] : ['less than', 'at most', 'greater than', 'at least'];
  return [...list, ...['<', '<=', '>', '>='].map((op, i) => operator(`${gap}${op} `, words[i]!))];
}

function valuesAt(text: string, at: number, context: CursorContext): KqlCompletions {
  const { written, start } = context;
  const field = findField(context.field ?? '', context.path);
  const isQuoted = written.startsWith('"');
  const plain = isQuoted ? written.slice(1) : written;
  const wanted = plain.trim().toLowerCase();
  const values = field ? knownValues(field, context.isRange) : [];
  const starting = values.filter(([value]) => value.toLowerCase().startsWith(plain.toLowerCase()));
  const holding = values.filter(
    ([value]) => !starting.some(([other]) => other === value) && value.toLowerCase().includes(wanted),
  );
  const isBehindBlank = plain !== '' && isBlankAt(text, at - 1);
  if (!isQuoted && (isBehindBlank || (plain.includes(' ') && starting.length === 0))) {
    return behindCondition(text, at, context);
  }
  const items = [...starting, ...holding].map(([value, detail]): KqlCompletion => {
    const shown = isQuoted ? quoteKql(value) : field?.type === 'boolean' ? value : printText(value);
    return { text: shown, kind: 'value', detail };
  });
  if (written === '' && !context.isRange) items.push({ text: '*', kind: 'value', detail: 'any value' });
  return { from: start, to: isQuoted && text.charAt(at) === '"' ? at + 1 : wordEnd(text, at), items };
}

/** Values with what they mean. */
function knownValues(field: Field, isRange: boolean): (readonly [value: string, detail: string])[] {
  if (field.type === 'date') return [...KNOWN_TIMES];
  if (isRange) return [];
  if (field.type === 'boolean') {
    return [
      ['true', field.meaning],
      ['false', `not: ${field.meaning}`],
    ];
  }
  return (KNOWN_VALUES[field.name] ?? []).map((value) => [value, field.name] as const);
}

function lastWordStart(text: string, start: number, at: number): number {
  let from = at;
  while (from > start && !isBlankAt(text, from - 1)) from--;
  return from;
}

/** The rest of the word the cursor stands in is replaced with it. */
function wordEnd(text: string, at: number): number {
  const isInWord = at > 0 && /[\w.@$-]/.test(text.charAt(at - 1));
  let end = at;
  if (isInWord) while (end < text.length && /[\w.@$-]/.test(text.charAt(end))) end++;
  return end;
}
