/** One entry of a search as a predicate: what its values mean on the fields that its name stands for, by their type. */
import { addressOf } from '../../base/address/address.ts';
import { parseCidr } from '../../base/address/cidr.ts';
import type { GlobPart } from '../../base/glob.ts';
import { parseDecimal } from '../../event/document-event-value.ts';
import type { Field } from '../../event/field.ts';
import { mergeEquals } from '../compile/merge-equals.ts';
import { and, NONE, not, or, type Predicate } from '../predicate.ts';
import type { SigmaItem, SigmaTest, SigmaValue } from './detection.ts';
import type { FieldView, ResolvedName } from './field-view.ts';
import { lowerKeyword } from './lower-keyword.ts';
import type { LowerNotes } from './lower-notes.ts';
import { literalOf } from './sigma-text.ts';
import { textLeaf } from './text-leaf.ts';

/** A test of a value that is there. */
type ValueTest = Exclude<SigmaTest, { kind: 'exists' }>;

/** What a number is compared with when it is written as text. */
const DECIMAL = 10;

/**
 * @param view what field names mean
 * @param notes takes remarks and refusals
 */
export function lowerItem(item: SigmaItem, view: FieldView, notes: LowerNotes): Predicate {
  const { field } = item;
  const resolved = field === undefined ? undefined : view.resolve(field);
  if (field !== undefined && !resolved) notes.unknownField(field, item.fieldSpan, view);
  const values = item.values.map((value) => {
    const tests = value.tests.map((test) =>
      field === undefined ? lowerKeyword(test, value, notes) : lowerTest(test, resolved, value, view, notes),
    );
    return or(mergeEquals(tests));
  });
  const joined = item.join === 'all' ? and(values) : or(mergeEquals(values));
  return item.isNegated ? not(joined) : joined;
}

function lowerTest(
  test: SigmaTest,
  resolved: ResolvedName | undefined,
  span: SigmaValue,
  view: FieldView,
  notes: LowerNotes,
): Predicate {
  if (test.kind === 'exists') {
    const present = or((resolved?.fields ?? []).map((field): Predicate => ({ kind: 'exists', field })));
    return test.value ? present : not(present);
  }
  if (!resolved) return NONE;
  const said = resolved.values ? translated(test, resolved.values) : test;
  return or(resolved.fields.map((field) => lowerOn(field, said, span, view, notes)));
}

/** What the field holds for what the rule says: `success: true` for an outcome. */
function translated(test: ValueTest, values: ReadonlyMap<string, string>): ValueTest {
  const text =
    test.kind === 'boolean'
      ? String(test.value)
      : test.kind === 'number'
        ? test.text
        : test.kind === 'pattern'
          ? literalOf(test.parts)
          : undefined;
  const held = text === undefined ? undefined : values.get(text.toLowerCase());
  return held === undefined ? test : { kind: 'pattern', parts: [{ kind: 'text', text: held }], cased: false };
}

function lowerOn(field: Field, test: ValueTest, span: SigmaValue, view: FieldView, notes: LowerNotes): Predicate {
  switch (test.kind) {
    case 'pattern':
      return lowerPattern(field, test.parts, test.cased);
    case 'number':
      return isNumeric(field)
        ? { kind: 'equals', field, value: test.value, fold: false }
        : lowerPattern(field, [{ kind: 'text', text: test.text }], false);
    case 'boolean':
      return field.type === 'boolean'
        ? { kind: 'equals', field, value: test.value, fold: false }
        : lowerPattern(field, [{ kind: 'text', text: String(test.value) }], false);
    case 'regex':
      if (isText(field) || field.type === 'ip') {
        return { kind: 'regex', field, pattern: test.pattern, mode: 'search', flags: test.flags };
      }
      return notes.refuse(`${field.name} holds no text, so no regular expression fits it.`, span, 'list the values');
    case 'network':
      if (isText(field) || field.type === 'ip') return { kind: 'cidr', field, nets: [test.net] };
      return notes.refuse(`${field.name} holds no addresses.`, span, 'cidr is for fields with addresses');
    case 'order':
      return lowerOrder(field, test, span, notes);
    case 'datePart': {
      const { part, value } = test;
      if (field.type === 'date') return { kind: 'datePart', field, part, value, zone: notes.zone };
      return notes.refuse(`${field.name} is no date.`, span, '@timestamp is the time of the event');
    }
    case 'field':
      return lowerComparison(field, test, span, view, notes);
  }
}

function isNumeric({ type }: Field): boolean {
  return type === 'long' || type === 'double';
}

function isText({ type }: Field): boolean {
  return type === 'keyword' || type === 'wildcard' || type === 'text';
}

function lowerPattern(field: Field, parts: readonly GlobPart[], cased: boolean): Predicate {
  if (parts.length === 1 && parts[0]!.kind === 'star') return { kind: 'exists', field };
  if (isText(field)) return textLeaf(field, parts, cased);
  const literal = literalOf(parts);
  switch (field.type) {
    case 'long':
    case 'double':
      return lowerDigits(field, parts, literal);
    case 'boolean': {
      const value = BOOLEANS.get(literal?.toLowerCase() ?? '');
      return value === undefined ? NONE : { kind: 'equals', field, value, fold: false };
    }
    case 'ip':
      return lowerAddress(field, parts, literal);
    case 'date': {
      const ms = literal === undefined ? undefined : Date.parse(literal);
      return ms === undefined || Number.isNaN(ms) ? NONE : { kind: 'equals', field, value: ms, fold: false };
    }
    default:
      return NONE;
  }
}

/** Zeek writes T and F. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['t', true],
  ['false', false],
  ['f', false],
]);

/** A pattern on a number is one on its decimal text: `44*` fits 445. */
function lowerDigits(field: Field, parts: readonly GlobPart[], literal: string | undefined): Predicate {
  if (literal !== undefined) {
    const value = parseDecimal(literal);
    return value === undefined ? NONE : { kind: 'equals', field, value, fold: false };
  }
  // No number holds a star or question mark, so a pattern that asks for one fits none.
  if (parts.some((part) => part.kind === 'class' || (part.kind === 'text' && /[*?]/.test(part.text)))) return NONE;
  const pattern = parts.map((part) => (part.kind === 'text' ? part.text : part.kind === 'star' ? '*' : '?')).join('');
  return {
    kind: 'computed',
    expression: {
      kind: 'call',
      name: 'like',
      fold: false,
      args: [
        { kind: 'call', name: 'string', fold: false, args: [{ kind: 'field', field }] },
        { kind: 'constant', value: pattern },
      ],
    },
  };
}

/** Whole octets with a star are a network; the other patterns are about the text of the address. */
function lowerAddress(field: Field, parts: readonly GlobPart[], literal: string | undefined): Predicate {
  if (literal !== undefined) {
    const net = addressOf(literal) && parseCidr(literal);
    return net ? { kind: 'cidr', field, nets: [net] } : NONE;
  }
  const [first, second] = parts;
  const octets = first?.kind === 'text' && second?.kind === 'star' && parts.length === 2 ? first.text : '';
  if (/^(?:\d{1,3}\.){1,3}$/.test(octets)) {
    const count = octets.split('.').length - 1;
    const net = parseCidr(`${octets}${'0.'.repeat(4 - count).slice(0, -1)}/${count * 8}`);
    return net ? { kind: 'cidr', field, nets: [net] } : NONE;
  }
  return textLeaf(field, parts, false);
}

function lowerOrder(field: Field, test: SigmaTest & { kind: 'order' }, span: SigmaValue, notes: LowerNotes): Predicate {
  const { op, value } = test;
  if (isNumeric(field)) return { kind: 'range', field, op, value };
  if (!isText(field)) return notes.refuse(`${field.name} is no number.`, span, 'gt, gte, lt and lte compare numbers');
  return {
    kind: 'computed',
    expression: {
      kind: 'call',
      name: op,
      fold: false,
      args: [
        {
          kind: 'call',
          name: 'number',
          fold: false,
          args: [
            { kind: 'field', field },
            { kind: 'constant', value: DECIMAL, isInteger: true },
          ],
        },
        { kind: 'constant', value, isInteger: Number.isInteger(value) },
      ],
    },
  };
}

function lowerComparison(
  field: Field,
  test: SigmaTest & { kind: 'field' },
  span: SigmaValue,
  view: FieldView,
  notes: LowerNotes,
): Predicate {
  const others = view.resolve(test.name)?.fields;
  if (!others) {
    notes.unknownField(test.name, span, view);
    return NONE;
  }
  const { op, cased } = test;
  return or(others.map((other): Predicate => ({ kind: 'compare', field, other, op, fold: !cased })));
}
