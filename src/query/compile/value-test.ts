/** Tests of a leaf over one value. Everything that can be worked out beforehand is; a test allocates nothing it can avoid. */
import { addressOf } from '../../base/address/address.ts';
import { AddressSet } from '../../base/address/address-set.ts';
import { compileGlob, foldAscii } from '../../base/glob.ts';
import { compileRegex } from '../../base/regex.ts';
import type { Scalar } from '../../event/document.ts';
import type { Predicate, RangeOperator } from '../predicate.ts';
import { compileDatePart } from './date-part.ts';
import { equalsFolded, foldedText } from './folded-text.ts';
import { compareCodePoints } from './text-order.ts';
import { compileWords, compileWordTest } from './words.ts';

/** Nodes that test the values of one field one by one. */
export type ValueLeaf = Extract<
  Predicate,
  {
    kind:
      | 'equals'
      | 'oneOf'
      | 'range'
      | 'between'
      | 'prefix'
      | 'suffix'
      | 'contains'
      | 'glob'
      | 'regex'
      | 'cidr'
      | 'words'
      | 'wordGlob'
      | 'inList'
      | 'datePart';
  }
>;

/** A test over one value of a field. */
export type ValueTest = (value: Scalar) => boolean;

const NEVER: ValueTest = () => false;

/**
 * @returns the leaf's test over one value
 * @throws REGEX-UNSAFE when an expression cannot be run in linear time
 */
export function compileValueTest(leaf: ValueLeaf): ValueTest {
  switch (leaf.kind) {
    case 'equals':
      return compileEquals(leaf.value, leaf.fold);
    case 'oneOf':
      return compileOneOf(leaf.values, leaf.fold);
    case 'range':
      return compileRange(leaf);
    case 'between': {
      const { low, high } = leaf;
      return (value) => typeof value === 'number' && value >= low && value < high;
    }
    case 'prefix':
    case 'suffix':
    case 'contains':
      return compileTextPart(leaf.kind, leaf.text, leaf.fold);
    case 'glob':
      return ofText(compileGlob(leaf.parts, leaf.fold, foldedText));
    case 'regex':
      return ofText(compileRegex(leaf.pattern, leaf.mode, leaf.flags));
    case 'cidr':
      return compileCidr(new AddressSet(leaf.nets));
    case 'words':
      return ofText(compileWords(leaf.words, leaf.mode));
    case 'wordGlob':
      return ofText(compileWordTest(compileGlob(leaf.parts)));
    case 'datePart':
      return compileDatePart(leaf.part, leaf.value, leaf.zone);
    case 'inList': {
      const { list } = leaf;
      return (value) => list.has(value);
    }
  }
}

function ofText(test: (text: string) => boolean): ValueTest {
  return (value) => typeof value === 'string' && test(value);
}

function compileEquals(wanted: Scalar, fold: boolean): ValueTest {
  if (!fold || typeof wanted !== 'string') return (value) => value === wanted;
  const folded = foldAscii(wanted);
  return (value) => typeof value === 'string' && equalsFolded(value, folded);
}

function compileOneOf(wanted: readonly Scalar[], fold: boolean): ValueTest {
  if (wanted.length === 0) return NEVER;
  if (wanted.length === 1) return compileEquals(wanted[0]!, fold);
  if (!fold) {
    const values = new Set(wanted);
    return (value) => values.has(value);
  }
  const values = new Set(wanted.map((value) => (typeof value === 'string' ? foldAscii(value) : value)));
  const lengths = wanted.map((value) => (typeof value === 'string' ? value.length : 0));
  const longest = lengths.reduce((x, y) => Math.max(x, y), 0);
  return (value) =>
    typeof value === 'string' ? value.length <= longest && values.has(foldedText(value)) : values.has(value);
}

function compileTextPart(kind: 'prefix' | 'suffix' | 'contains', part: string, fold: boolean): ValueTest {
  const wanted = fold ? foldAscii(part) : part;
  const read = fold ? foldedText : (text: string) => text;
  switch (kind) {
    case 'prefix':
      if (!fold) return (value) => typeof value === 'string' && value.startsWith(wanted);
      return (value) => typeof value === 'string' && hasFoldedAt(value, 0, wanted);
    case 'suffix':
      if (!fold) return (value) => typeof value === 'string' && value.endsWith(wanted);
      return (value) => typeof value === 'string' && hasFoldedAt(value, value.length - wanted.length, wanted);
    case 'contains':
      return (value) => typeof value === 'string' && value.length >= wanted.length && read(value).includes(wanted);
  }
}

/** @returns whether a folded text stands at this place of a text but for A–Z and a–z; allocates nothing */
function hasFoldedAt(text: string, at: number, folded: string): boolean {
  if (at < 0 || text.length - at < folded.length) return false;
  for (let i = 0; i < folded.length; i++) {
    const unit = text.charCodeAt(at + i);
    if ((unit >= 65 && unit <= 90 ? unit + 32 : unit) !== folded.charCodeAt(i)) return false;
  }
  return true;
}

function compileCidr(nets: AddressSet): ValueTest {
  return (value) => {
    if (typeof value !== 'string') return false;
    const address = addressOf(value);
    return address !== undefined && nets.has(address);
  };
}

function compileRange({ field, op, value: bound }: Extract<Predicate, { kind: 'range' }>): ValueTest {
  const fits = signTest(op);
  if (field.type === 'ip') {
    const address = typeof bound === 'string' ? addressOf(bound) : undefined;
    if (!address) return NEVER;
    return (value) => {
      const other = typeof value === 'string' ? addressOf(value) : undefined;
      return other !== undefined && fits(other.compare(address));
    };
  }
  if (typeof bound === 'string') return (value) => typeof value === 'string' && fits(compareCodePoints(value, bound));
  switch (op) {
    case '<':
      return (value) => typeof value === 'number' && value < bound;
    case '<=':
      return (value) => typeof value === 'number' && value <= bound;
    case '>':
      return (value) => typeof value === 'number' && value > bound;
    case '>=':
      return (value) => typeof value === 'number' && value >= bound;
  }
}

function signTest(op: RangeOperator): (sign: number) => boolean {
  switch (op) {
    case '<':
      return (sign) => sign < 0;
    case '<=':
      return (sign) => sign <= 0;
    case '>':
      return (sign) => sign > 0;
    case '>=':
      return (sign) => sign >= 0;
  }
}
