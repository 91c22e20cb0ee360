/**
 * The exceptions a server works with: those of files, which only files change, and those that people keep in the store. Both
 * are written in the same words; docs/exceptions.md describes them.
 */
import { SmbError } from '../../base/error.ts';
import type { ValueTest } from '../../query/predicate.ts';
import type { DeskEntry, DeskStore } from '../../store/desk-store.ts';
import type { Detection } from '../load-detection.ts';
import { parseValueList } from '../value-lists/load-value-list.ts';
import type { ValueList } from '../value-lists/value-list.ts';
import type { Exception } from './exception.ts';
import { type LoadedExceptions, parseExceptions } from './load-exceptions.ts';

/** An exception that is kept in the store. */
export interface KeptException {
  readonly exception: Exception;
  /** As it was written. */
  readonly toml: string;
  readonly entry: DeskEntry;
}

/** A value list that is kept in the store. */
export interface KeptList {
  readonly list: ValueList;
  readonly text: string;
  readonly entry: DeskEntry;
}

/** Exceptions and value lists of files and of the store. */
export class ExceptionBook {
  private readonly desk: DeskStore;
  private readonly detection: Detection;
  private heldExceptions: readonly KeptException[] = [];
  private heldLists: readonly KeptList[] = [];
  private heldErrors: readonly SmbError[] = [];

  private constructor(desk: DeskStore, detection: Detection) {
    this.desk = desk;
    this.detection = detection;
  }

  /** Reads what the store keeps. */
  static async open(desk: DeskStore, detection: Detection): Promise<ExceptionBook> {
    const book = new ExceptionBook(desk, detection);
    await book.reload();
    return book;
  }

  /** Those of the store. */
  get kept(): readonly KeptException[] {
    return this.heldExceptions;
  }

  /** Value lists of the store. */
  get keptLists(): readonly KeptList[] {
    return this.heldLists;
  }

  /** What of the store cannot be used, and why. */
  get errors(): readonly SmbError[] {
    return this.heldErrors;
  }

  /** All that are at work: those of files first. */
  get exceptions(): readonly Exception[] {
    return [...this.detection.exceptions, ...this.heldExceptions.map(({ exception }) => exception)];
  }

  /** Reads the store anew. To be called by whoever changed it. */
  async reload(): Promise<void> {
    const errors: SmbError[] = [];
    const lists = (await this.desk.list('value-list')).map((entry) => this.readList(entry, errors));
    this.heldLists = lists.filter((list) => list !== undefined);
    const kept: KeptException[] = [];
    for (const entry of await this.desk.list('exception')) {
      const toml = String(entry.document['toml']);
      const loaded = this.parse(toml, Date.now());
      const [exception] = loaded.exceptions;
      if (exception) kept.push({ exception, toml, entry });
      errors.push(...loaded.errors);
    }
    this.heldExceptions = kept;
    this.heldErrors = errors;
  }

  private readList(entry: DeskEntry, errors: SmbError[]): KeptList | undefined {
    const text = String(entry.document['text']);
    if (this.detection.lists.has(entry.id)) {
      errors.push(
        new SmbError('LIST-VALUE', `A file holds a value list "${entry.id}", too; the one of the file counts.`),
      );
      return undefined;
    }
    const loaded = parseValueList(`list ${entry.id}`, text, { name: entry.id });
    errors.push(...loaded.errors);
    return { list: loaded.list, text, entry };
  }

  /** @returns ids of those in the store that could not be used without a value list */
  usersOf(list: string): string[] {
    const without = this.heldLists.filter(({ entry }) => entry.id !== list);
    return this.heldExceptions
      .filter(({ toml }) => this.parse(toml, Date.now(), without).errors.length > 0)
      .map(({ exception }) => exception.id);
  }

  /**
   * Reads exceptions as they would be read when the store held them.
   *
   * @param toml one or several `[[exception]]`
   * @param keptLists value lists of the store; those that are there unless given
   */
  parse(toml: string, now: number, keptLists = this.heldLists): LoadedExceptions {
    const { rules, unsupported, lists } = this.detection;
    const known = new Map<string, ValueTest>(keptLists.map(({ list }) => [list.name, list]));
    for (const [name, list] of lists) known.set(name, list);
    const loaded = parseExceptions([{ file: 'exception', text: toml }], {
      lists: known,
      ruleIds: [...rules, ...unsupported].map(({ id }) => id),
      sharedLists: rules.flatMap((rule) => rule.exceptionLists),
      now,
    });
    const isInFile = ({ id }: Exception) => this.detection.exceptions.some((one) => one.id === id);
    const doubles = loaded.exceptions.filter(isInFile).map(({ id, place }) => {
      const fix = 'give it another id, or change the file';
      return new SmbError('EXCEPTION-VALUE', `A file holds an exception "${id}" already.`, { place, fix });
    });
    return {
      exceptions: loaded.exceptions.filter((exception) => !isInFile(exception)),
      errors: [...loaded.errors, ...doubles],
      warnings: loaded.warnings,
    };
  }
}
