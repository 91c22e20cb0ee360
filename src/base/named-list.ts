import { type ErrorCode, SmbError } from './error.ts';
import { didYouMean } from './suggest.ts';

/** A list of things with ids, read from top to bottom: sources, executors, reports, commands. */
export interface NamedList<T extends { readonly id: string }> {
  readonly all: readonly T[];
  find(id: string): T | undefined;
  /** @throws code when there is no such id, with the nearest one */
  get(id: string): T;
}

/**
 * @param noun what the list holds, for the error message ("report format")
 * @param code error thrown for an unknown id
 * @param entries the things, in the order in which they are tried and shown
 */
export function namedList<T extends { readonly id: string }>(
  noun: string,
  code: ErrorCode,
  entries: readonly T[],
): NamedList<T> {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  if (byId.size !== entries.length) throw new Error(`two entries of the list of ${noun}s have the same id`);
  return {
    all: entries,
    find: (id) => byId.get(id),
    get: (id) => {
      const entry = byId.get(id);
      if (entry) return entry;
      throw new SmbError(code, `There is no ${noun} "${id}".${didYouMean(id, byId.keys())}`, {
        fix: `known: ${[...byId.keys()].join(', ')}`,
      });
    },
  };
}
