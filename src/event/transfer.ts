/**
 * What reading threads are told: predicates and networks as plain data. Threads number their fields in the order in which
 * they meet them, and lose the methods of what they are sent, so fields go by name and addresses by their words.
 */
import { Address } from '../base/address/address.ts';
import { type Field, fields } from './field.ts';

const FIELD = '\u0000field';
const ADDRESS = '\u0000address';

/**
 * @param value plain data with fields and addresses in it
 * @returns what can be posted to another thread, for {@link received}; undefined when a part has methods of its own, such
 *   as a value list
 */
export function transferable(value: unknown): unknown {
  try {
    return packed(value);
  } catch (cause) {
    if (cause instanceof NotPlain) return undefined;
    throw cause;
  }
}

/** @returns a value as it was before {@link transferable} */
export function received<T>(value: unknown): T {
  return unpacked(value) as T;
}

class NotPlain extends Error {}

function packed(value: unknown): unknown {
  if (typeof value === 'function') throw new NotPlain();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Address) return { [ADDRESS]: [value.a, value.b, value.c, value.d] };
  if (isField(value)) return { [FIELD]: value.name };
  if (Array.isArray(value)) return value.map(packed);
  if (value instanceof Map) return new Map([...value].map(([key, one]) => [key, packed(one)]));
  if (Object.getPrototypeOf(value) !== Object.prototype) throw new NotPlain();
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, packed(one)]));
}

function unpacked(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(unpacked);
  if (value instanceof Map) return new Map([...value].map(([key, one]) => [key, unpacked(one)]));
  const { [FIELD]: name, [ADDRESS]: words } = value as {
    [FIELD]?: string;
    [ADDRESS]?: [number, number, number, number];
  };
  if (name !== undefined) return fields.get(name);
  if (words !== undefined) return new Address(...words);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unpacked(one)]));
}

function isField(value: object): value is Field {
  return 'id' in value && typeof value.id === 'number' && fields.at(value.id) === value;
}
