/** Conditions in words, for people who are told what a back end does not decide. */
import type { GlobPart } from '../base/glob.ts';
import { formatTimestamp } from '../base/time/timestamp.ts';
import type { Scalar } from '../event/document.ts';
import type { Field } from '../event/field.ts';
import type { LeafPredicate } from './compile/pushdown.ts';
import type { Expression } from './expression.ts';
import type { AnywhereTest } from './predicate.ts';

/** Values of a list that are shown. */
const SHOWN = 5;
/** Characters of a value that are shown. */
const SHOWN_CHARACTERS = 60;

/** @returns one leaf in a few words, such as `file.name starts with "a" (any case)` */
export function formatLeaf(leaf: LeafPredicate): string {
  switch (leaf.kind) {
    case 'anywhere':
      return formatAnywhere(leaf.test);
    case 'computed':
      return formatExpression(leaf.expression);
    case 'nested':
      return `an object of ${leaf.path.name}`;
    case 'exists':
      return `${leaf.field.name} exists`;
    case 'compare':
      return `${leaf.field.name} ${VERBS[leaf.op]} what ${leaf.other.name} holds${anyCase(leaf.fold)}`;
    case 'equals':
      return `${leaf.field.name} is ${formatValue(leaf.field, leaf.value)}${anyCase(leaf.fold)}`;
    case 'oneOf':
      return `${leaf.field.name} is one of ${some(leaf.values, (value) => formatValue(leaf.field, value))}${anyCase(leaf.fold)}`;
    case 'range':
      return `${leaf.field.name} ${leaf.op} ${formatValue(leaf.field, leaf.value)}`;
    case 'between':
      return `${leaf.field.name} from ${formatValue(leaf.field, leaf.low)} to before ${formatValue(leaf.field, leaf.high)}`;
    case 'prefix':
    case 'suffix':
    case 'contains':
      return `${leaf.field.name} ${VERBS[leaf.kind]} ${quoted(leaf.text)}${anyCase(leaf.fold)}`;
    case 'glob':
      return `${leaf.field.name} fits ${formatGlob(leaf.parts)}${anyCase(leaf.fold)}`;
    case 'regex':
      return `${leaf.field.name} ${leaf.mode === 'full' ? 'fits' : 'holds'} the expression ${quoted(leaf.pattern)}`;
    case 'cidr':
      return `${leaf.field.name} is in ${some(leaf.nets, ({ low, high }) => (low === high ? low.text : `${low.text}-${high.text}`))}`;
    case 'words':
      return `${leaf.field.name} has ${leaf.mode === 'phrase' ? 'the words' : 'one of the words'} ${some(leaf.words, quoted)}`;
    case 'wordGlob':
      return `a word of ${leaf.field.name} fits ${formatGlob(leaf.parts)}`;
    case 'inList':
      return `${leaf.field.name} is in the list ${leaf.list.name}`;
    case 'datePart':
      return `the ${leaf.part} of ${leaf.field.name} is ${leaf.value} (${leaf.zone ?? 'UTC'})`;
  }
}

const VERBS: Readonly<Record<'==' | 'prefix' | 'suffix' | 'contains', string>> = {
  '==': 'is',
  prefix: 'starts with',
  suffix: 'ends with',
  contains: 'holds',
};

function formatAnywhere(test: AnywhereTest): string {
  const where = test.members ? `a field ${formatGlob(test.members)}` : 'a field';
  if (test.mode === 'whole') return `${where} is ${quoted(test.text)}`;
  if (test.mode === 'regex') return `${where} holds the expression ${quoted(test.pattern)}`;
  return `${where} ${test.mode === 'inside' ? 'holds' : 'fits'} ${formatGlob(test.parts)}`;
}

function formatExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'constant':
      return typeof expression.value === 'string' ? quoted(expression.value) : String(expression.value);
    case 'field':
      return expression.field.name;
    case 'call': {
      const args = expression.args.map(formatExpression);
      return /^\w/.test(expression.name) ? `${expression.name}(${args.join(', ')})` : args.join(` ${expression.name} `);
    }
  }
}

function formatGlob(parts: readonly GlobPart[]): string {
  return quoted(
    parts
      .map((part) => {
        if (part.kind === 'text') return part.text;
        return part.kind === 'class' ? `[${part.characters}]` : part.kind === 'star' ? '*' : '?';
      })
      .join(''),
  );
}

function formatValue({ type }: Field, value: Scalar): string {
  if (typeof value === 'string') return quoted(value);
  return type === 'date' && typeof value === 'number' ? formatTimestamp(value) : String(value);
}

function quoted(text: string): string {
  return `"${text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text}"`;
}

function anyCase(fold: boolean): string {
  return fold ? ' (any case)' : '';
}

function some<T>(items: readonly T[], format: (item: T) => string): string {
  const more = items.length > SHOWN ? ` and ${items.length - SHOWN} more` : '';
  return `${items.slice(0, SHOWN).map(format).join(', ')}${more}`;
}
