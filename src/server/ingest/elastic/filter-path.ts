/**
 * `filter_path`: which parts of an answer a client wants. Names with dots, `*` for any name or part of one, `**` for any number of
 * levels; with `-` in front what it does not want. Both may be given: what is not wanted is taken out of what is.
 *
 * @see https://www.elastic.co/guide/en/elasticsearch/reference/8.19/common-options.html#common-options-response-filtering
 */
import { compileGlob, parseGlob } from '../../../base/glob.ts';
import { type Document, isDocument } from '../../../event/document.ts';

/** Filters of one request; more are ignored. */
const MAX_FILTERS = 50;
/** Parts of one filter; the answers are five levels deep. */
const MAX_PARTS = 10;

type Part = '**' | ((key: string) => boolean);

/** Filters as far as they are not used up on the way to a value. Ways are remembered: an answer has thousands of like items. */
class FilterState {
  readonly isWanted: boolean;
  private readonly rests: readonly (readonly Part[])[];
  private readonly ways = new Map<string, FilterState>();

  constructor(rests: readonly (readonly Part[])[]) {
    this.rests = rests;
    this.isWanted = rests.some((rest) => rest.length === 0 || (rest.length === 1 && rest[0] === '**'));
  }

  get isDead(): boolean {
    return this.rests.length === 0;
  }

  below(key: string): FilterState {
    let state = this.ways.get(key);
    if (!state) {
      state = new FilterState(this.rests.flatMap((rest) => step(rest, key)));
      this.ways.set(key, state);
    }
    return state;
  }
}

function step(rest: readonly Part[], key: string): readonly (readonly Part[])[] {
  const [first, ...more] = rest;
  if (first === undefined) return [];
  if (first === '**') return [rest, ...step(more, key)];
  return first(key) ? [more] : [];
}

/** @returns the parts of an answer that a client wants; all of it without a filter */
export function filterAnswer(answer: object, filterPath: string | undefined): object {
  const filters = (filterPath ?? '').split(',').filter((filter) => filter !== '' && filter !== '-');
  const some = filters.slice(0, MAX_FILTERS);
  const wanted = some.filter((filter) => !filter.startsWith('-'));
  const unwanted = some.filter((filter) => filter.startsWith('-')).map((filter) => filter.slice(1));
  const kept = wanted.length === 0 ? answer : filtered(answer, stateOf(wanted));
  const left = unwanted.length === 0 ? kept : without(kept, stateOf(unwanted));
  return (left as object | undefined) ?? {};
}

function stateOf(filters: readonly string[]): FilterState {
  return new FilterState(
    filters
      .map((filter) => filter.split('.').slice(0, MAX_PARTS))
      .map((parts) => parts.map((part): Part => (part === '**' ? part : compileGlob(parseGlob(part))))),
  );
}

/** What is left when everything that the filters name is taken out; what becomes empty by that goes, too. */
function without(value: unknown, state: FilterState): unknown {
  if (state.isWanted) return undefined;
  if (state.isDead) return value;
  if (Array.isArray(value)) {
    const kept = value.map((element) => without(element, state)).filter((element) => element !== undefined);
    return kept.length === 0 ? undefined : kept;
  }
  if (!isDocument(value)) return value;
  const kept = Object.entries(value).flatMap(([key, one]) => {
    const left = without(one, state.below(key));
    return left === undefined ? [] : [[key, left] as const];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function filtered(value: unknown, state: FilterState): unknown {
  if (state.isWanted) return value;
  if (Array.isArray(value)) {
    const kept = value.map((element) => filtered(element, state)).filter((element) => element !== undefined);
    return kept.length === 0 ? undefined : kept;
  }
  if (!isDocument(value) || state.isDead) return undefined;
  let copy: Document | undefined;
  for (const key of Object.keys(value)) {
    const below = filtered(value[key], state.below(key));
    if (below === undefined) continue;
    copy ??= {};
    copy[key] = below;
  }
  return copy;
}
