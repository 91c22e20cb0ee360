/** Values of exception entries, read by the type of their field. */
import { parseCidr } from '../../base/address/cidr.ts';
import { type TomlNode, describeToml } from '../../base/toml/toml-node.ts';
import { decimalText, parseDecimal } from '../../event/document-event-value.ts';
import type { Field } from '../../event/field.ts';
import { splitWords } from '../../query/compile/words.ts';
import type { Predicate } from '../../query/predicate.ts';
import { parseInstant } from './instant.ts';

/** Why a value cannot be used, and what to write instead. */
export interface ValueProblem {
  readonly message: string;
  readonly fix?: string | undefined;
}

/** A value as a test of its field, or why it is none. */
export type ValueTestOrProblem = { readonly test: Predicate } | ValueProblem;

/**
 * Lowers `field is value`: texts as whole values in exact case, addresses and networks by containment, dates of a day as
 * that day, words of a text field next to each other.
 *
 * @param field field of any type but nested and object
 * @param node value as written
 */
export function lowerIs(field: Field, node: TomlNode): ValueTestOrProblem {
  switch (field.type) {
    case 'keyword':
    case 'wildcard':
      return lowerKeyword(field, node);
    case 'text': {
      const words = node.kind === 'text' ? splitWords(node.value) : [];
      if (words.length > 0) return { test: { kind: 'words', field, words, mode: 'phrase' } };
      return misfit(field, node, 'text with at least one word');
    }
    case 'long':
    case 'double':
      return lowerNumber(field, node);
    case 'boolean':
      return lowerBoolean(field, node);
    case 'ip': {
      const net = node.kind === 'text' ? parseCidr(node.value.trim()) : undefined;
      if (net) return { test: { kind: 'cidr', field, nets: [net] } };
      const isPattern = node.kind === 'text' && /^[\d.]*\.\*$/.test(node.value);
      return misfit(
        field,
        node,
        'an address or network',
        isPattern ? 'write a network, such as 10.0.0.0/16' : undefined,
      );
    }
    case 'date': {
      const instant = parseInstant(node);
      if (!instant) return misfit(field, node, 'a time', 'such as 2026-05-01T08:00:00Z or 2026-05-01');
      if (instant.lengthMs === 0) return { test: { kind: 'equals', field, value: instant.ms, fold: false } };
      return { test: { kind: 'between', field, low: instant.ms, high: instant.ms + instant.lengthMs } };
    }
    case 'nested':
    case 'object':
      return { message: `"${field.name}" holds other fields, not a value.`, fix: 'name a field below it' };
  }
}

/** @returns the problem of a value that does not fit its field */
export function misfit(field: Field, node: TomlNode, wanted: string, fix?: string): ValueProblem {
  return { message: `"${field.name}" (${field.type}) takes ${wanted}, not ${describeToml(node)}.`, fix };
}

function lowerKeyword(field: Field, node: TomlNode): ValueTestOrProblem {
  if (node.kind === 'text') return { test: { kind: 'equals', field, value: node.value, fold: false } };
  if (node.kind === 'number' && Number.isFinite(node.value)) {
    return { test: { kind: 'equals', field, value: decimalText(node.value), fold: false } };
  }
  if (node.kind === 'boolean') return { test: { kind: 'equals', field, value: String(node.value), fold: false } };
  return misfit(field, node, 'text');
}

function lowerNumber(field: Field, node: TomlNode): ValueTestOrProblem {
  const value = numberOf(node);
  if (value === undefined) return misfit(field, node, 'a number');
  if (field.type === 'long' && !Number.isInteger(value)) return misfit(field, node, 'a whole number');
  return { test: { kind: 'equals', field, value, fold: false } };
}

/** @returns a finite number, also from its text */
export function numberOf(node: TomlNode): number | undefined {
  if (node.kind === 'number') return Number.isFinite(node.value) ? node.value : undefined;
  return node.kind === 'text' ? parseDecimal(node.value.trim()) : undefined;
}

function lowerBoolean(field: Field, node: TomlNode): ValueTestOrProblem {
  const text = node.kind === 'text' ? node.value : String(node.kind === 'boolean' ? node.value : '');
  if (text !== 'true' && text !== 'false') return misfit(field, node, 'true or false');
  return { test: { kind: 'equals', field, value: text === 'true', fold: false } };
}
