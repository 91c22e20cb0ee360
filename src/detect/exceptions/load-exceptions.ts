import { readFileSync } from 'node:fs';
import { readingReason } from '../../base/system-error.ts';
import { SmbError } from '../../base/error.ts';
import { parseToml } from '../../base/toml/parse-toml.ts';
import { type TomlFile, type TomlNode, type TomlText, placeOfToml, sourceTextOf } from '../../base/toml/toml-node.ts';
import { type Shape, TomlReader } from '../../base/toml/toml-reader.ts';
import type { Diagnostic } from '../../query/diagnostic.ts';
import { compileKql } from '../../query/kql/compile-kql.ts';
import { and, or, type Predicate, type ValueTest } from '../../query/predicate.ts';
import type { Exception } from './exception.ts';
import { EXCEPTION_KEYS, type ExceptionRead, type ItemRead } from './exception-keys.ts';
import { lintException } from './lint-exception.ts';
import { isNearlyAll, isNegative, lowerEntry } from './lower-entry.ts';

/** What exceptions are checked against. */
export interface ExceptionContext {
  /** Value lists by name. */
  readonly lists: ReadonlyMap<string, ValueTest>;
  /** Ids of all rules; undefined skips the check. */
  readonly ruleIds?: readonly string[] | undefined;
  /** Shared lists that rules name; undefined skips the check. */
  readonly sharedLists?: readonly string[] | undefined;
  /** Names of the legs of sequences and correlations, by rule. */
  readonly legs?: ReadonlyMap<string, readonly string[]> | undefined;
  /** The present in milliseconds, for "already expired". */
  readonly now: number;
}

/** Exceptions of some files, with everything that is wrong in them. A faulty exception is left out, the others load. */
export interface LoadedExceptions {
  readonly exceptions: readonly Exception[];
  readonly errors: readonly SmbError[];
  readonly warnings: readonly Diagnostic[];
}

/** Errors of exceptions; a missing key is an error of the value that should be there. */
const CODES = { key: 'EXCEPTION-KEY', value: 'EXCEPTION-VALUE', missing: 'EXCEPTION-VALUE' } as const;

/**
 * Loads exception files.
 *
 * @param files paths of TOML files, in the order in which exceptions are tried
 * @param context lists and rules that they may name
 */
export function loadExceptions(files: readonly string[], context: ExceptionContext): LoadedExceptions {
  const texts: { file: string; text: string }[] = [];
  const errors: SmbError[] = [];
  for (const file of files) {
    try {
      texts.push({ file, text: readFileSync(file, 'utf8') });
    } catch (cause) {
      errors.push(
        new SmbError('EXCEPTION-READ', `The exception file ${file} cannot be read: ${readingReason(cause)}.`),
      );
    }
  }
  const loaded = parseExceptions(texts, context);
  return { ...loaded, errors: [...errors, ...loaded.errors] };
}

/** Reads the texts of exception files; see {@link loadExceptions}. */
export function parseExceptions(
  texts: readonly { readonly file: string; readonly text: string }[],
  context: ExceptionContext,
): LoadedExceptions {
  const loading = new Loading(context);
  for (const source of texts) loading.addFile(source);
  return loading;
}

class Loading implements LoadedExceptions {
  readonly exceptions: Exception[] = [];
  readonly errors: SmbError[] = [];
  readonly warnings: Diagnostic[] = [];
  private readonly context: ExceptionContext;
  private readonly ids = new Map<string, Exception>();

  constructor(context: ExceptionContext) {
    this.context = context;
  }

  addFile(source: { readonly file: string; readonly text: string }): void {
    let file: TomlFile;
    try {
      file = parseToml(source);
    } catch (error) {
      if (!(error instanceof SmbError)) throw error;
      this.errors.push(error);
      return;
    }
    const reader = new TomlReader(file, CODES);
    reader.table(file.root, { exception: { shape: this.tables, meaning: 'An exception' } });
    for (const error of reader.errors) this.errors.push(error);
  }

  /** Reads `[[exception]]` one by one, so that the faults of one do not touch the others. */
  private readonly tables: Shape<true> = {
    type: 'tables, written [[exception]]',
    keys: EXCEPTION_KEYS,
    read: (node, name, reader) => {
      if (node.kind !== 'array') return reader.wrongType(name, 'tables, written [[exception]]', node);
      for (const one of node.elements) this.addException(one, name, reader);
      return true;
    },
  };

  private addException(node: TomlNode, name: string, reader: TomlReader): void {
    if (node.kind !== 'table') {
      reader.wrongType(name, 'a table, written [[exception]]', node);
      return;
    }
    const failuresBefore = reader.failures;
    const warnings: Diagnostic[] = [];
    const exception = this.build(reader.table(node, EXCEPTION_KEYS), reader, warnings);
    if (!exception || reader.failures > failuresBefore) return;
    this.ids.set(exception.id, exception);
    this.exceptions.push(exception);
    this.warnings.push(...warnings, ...lintException(exception, this.context));
  }

  private build(read: ExceptionRead, reader: TomlReader, warnings: Diagnostic[]): Exception | undefined {
    const { values, nodes } = read;
    const { id, name, owner, reason, expires } = values;
    const predicate = this.lowerItems(values.item ?? [], reader, warnings);
    if ((values.rules?.length ?? 0) === 0 && values.list === undefined && !nodes.rules && !nodes.list) {
      reader.fail('missing', '[exception] needs the key "rules" or "list".', read.node, 'rules = ["*"] is every rule');
    }
    if (nodes.item?.kind === 'array' && nodes.item.elements.length === 0) {
      reader.fail('value', 'An exception needs at least one [[exception.item]].', nodes.item);
    }
    const known = id === undefined ? undefined : this.ids.get(id);
    if (known && nodes.id) {
      const { file, line } = known.place;
      reader.fail(
        'value',
        `There is an exception "${id}" already, in ${file}:${line}.`,
        nodes.id,
        'give each its own id',
      );
    }
    if (id === undefined || name === undefined || owner === undefined || reason === undefined || !expires)
      return undefined;
    if (!predicate) return undefined;
    return {
      id,
      name,
      rules: values.rules ?? [],
      list: values.list,
      owner,
      reason,
      comment: values.comment ?? '',
      created: values.created?.ms,
      expires: expires.ms,
      expiresText: expires.text,
      template: values.template ?? false,
      step: values.step,
      before: values.before ?? false,
      predicate,
      place: placeOfToml(reader.file, nodes.id ?? read.node),
    };
  }

  private lowerItems(items: readonly ItemRead[], reader: TomlReader, warnings: Diagnostic[]): Predicate | undefined {
    const parts = items.map((item) => this.lowerItem(item, reader, warnings));
    return parts.includes(undefined) ? undefined : or(parts.filter((part) => part !== undefined));
  }

  private lowerItem(item: ItemRead, reader: TomlReader, warnings: Diagnostic[]): Predicate | undefined {
    const { entries, query } = item.values;
    if (!item.nodes.entries && !item.nodes.query) {
      return reader.fail('missing', '[exception.item] needs the key "entries" or "query".', item.node);
    }
    const parts = (entries ?? []).map(({ value }) => lowerEntry(value, this.context.lists, reader));
    if (query) parts.push(this.lowerQuery(query, reader, warnings));
    if (parts.includes(undefined)) return undefined;
    if (!query && entries?.every(({ value }, at) => isNegative(value.values.operator!) || isNearlyAll(parts[at]!))) {
      const message = 'this item holds for nearly every event';
      warnings.push({ code: 'EXCEPTION-BROAD', message, place: placeOfToml(reader.file, item.node) });
    }
    return and(parts.filter((part) => part !== undefined));
  }

  private lowerQuery(query: TomlText, reader: TomlReader, warnings: Diagnostic[]): Predicate | undefined {
    if (query.value.trim() === '') return reader.fail('value', 'An empty query holds for every event.', query);
    try {
      const { predicate, diagnostics } = compileKql(sourceTextOf(reader.file, query), { now: this.context.now });
      warnings.push(...diagnostics);
      return predicate;
    } catch (error) {
      if (!(error instanceof SmbError)) throw error;
      return reader.failWith(error);
    }
  }
}
