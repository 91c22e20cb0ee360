/**
 * Finds the events that decide a rule whose legs come together. Some are rare by themselves; others, such as every start of a
 * program, count only beside an event that names the same file or session. Of those two kinds the rarer one is read, and the
 * store is asked for the others by the values it names.
 */
import { type Field, fields } from '../../../event/field.ts';
import { and, or, type Predicate } from '../../../query/predicate.ts';
import type { StoredEvent } from '../../../store/event-store.ts';
import type { ConvergencePart } from '../../convergence/convergence-part.ts';
import type { Rule } from '../../rule.ts';
import type { RunReader } from '../reading/run-reader.ts';

/** Values asked for at a time. */
const VALUES_AT_ONCE = 500;

/** Some ways of a rule and the field in which they hold what ties them. */
interface Side {
  readonly predicate: Predicate;
  readonly fields: readonly Field[];
}

/** @returns events of the rare leg between two times (the second left out) that have what they need */
export async function anchorsOf(
  rule: Rule,
  reader: RunReader,
  fromMs: number,
  beforeMs: number,
): Promise<StoredEvent[]> {
  const part = rule.convergence!;
  const found = new Map<string, StoredEvent>();
  const direct: Predicate[] = [];
  for (const way of part.legs[part.anchor]!.ways) {
    const sides = linkedSides(rule, part, way);
    if (!sides) {
      direct.push(rule.legs[way]!.predicate);
      continue;
    }
    for (const event of await joined(reader, sides, { fromMs, beforeMs })) found.set(event.id, event);
  }
  const predicate = or(direct);
  if (predicate.kind !== 'none') {
    for (const event of await reader.all({ predicate, fromMs, beforeMs })) found.set(event.id, event);
  }
  return [...found.values()];
}

function linkedSides(rule: Rule, part: ConvergencePart, way: number): readonly [Side, Side] | undefined {
  const need = part.ways[way]!.needs.find(({ link }) => link !== undefined);
  if (need?.link === undefined) return undefined;
  const sideOf = (ways: readonly number[]): Side => {
    const tied = ways.flatMap((one) => {
      const name = part.ways[one]!.links.find((link) => link.name === need.link)?.field;
      const field = name === undefined ? undefined : fields.find(name);
      return field ? [{ predicate: rule.legs[one]!.predicate, field }] : [];
    });
    return { predicate: or(tied.map((one) => one.predicate)), fields: tied.map((one) => one.field) };
  };
  return [sideOf([way]), sideOf(need.ways)];
}

/** Events of the first side that share a value with one of the second. */
async function joined(
  reader: RunReader,
  [anchor, partner]: readonly [Side, Side],
  span: { readonly fromMs: number; readonly beforeMs: number },
): Promise<StoredEvent[]> {
  const count = (side: Side) => reader.events.count(reader.bounded({ predicate: side.predicate, ...span }));
  const anchors = await count(anchor);
  const partners = anchors === 0 ? 0 : await count(partner);
  if (partners === 0) return [];
  const [rarer, other] = anchors <= partners ? [anchor, partner] : [partner, anchor];
  const few = await reader.all({ predicate: rarer.predicate, ...span });
  const values = valuesOf(reader, rarer, few);
  const many = await sharing(reader, other, values, span);
  if (rarer !== anchor) return many;
  const shared = valuesOf(reader, other, many);
  return few.filter((event) => [...valuesOf(reader, anchor, [event])].some((value) => shared.has(value)));
}

async function sharing(
  reader: RunReader,
  side: Side,
  values: ReadonlySet<string>,
  span: { readonly fromMs: number; readonly beforeMs: number },
): Promise<StoredEvent[]> {
  const all = [...values];
  // Stores fold A–Z only; other letters are compared here.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is meant.
  const isAscii = all.every((value) => /^[\x00-\x7f]*$/.test(value));
  const found = new Map<string, StoredEvent>();
  for (let at = 0; at < all.length; at += isAscii ? VALUES_AT_ONCE : all.length) {
    const some = all.slice(at, at + VALUES_AT_ONCE);
    const isOne = or([...new Set(side.fields)].map((field) => ({ kind: 'oneOf', field, values: some, fold: true })));
    const predicate = isAscii ? and([isOne, side.predicate]) : side.predicate;
    for (const event of await reader.all({ predicate, ...span })) found.set(event.id, event);
  }
  return [...found.values()].filter((event) => [...valuesOf(reader, side, [event])].some((value) => values.has(value)));
}

/** Values that tie, in small letters. */
function valuesOf(reader: RunReader, side: Side, events: readonly StoredEvent[]): Set<string> {
  const values = new Set<string>();
  for (const view of reader.views(events)) {
    for (const { id } of side.fields) {
      const value = view.get(id);
      if (value === undefined) continue;
      for (const one of typeof value === 'object' ? value : [value]) values.add(String(one).toLowerCase());
    }
  }
  return values;
}
