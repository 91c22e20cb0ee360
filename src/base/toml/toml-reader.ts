/**
 * Reads checked values out of a TOML file. Schemas are data: a table of keys, each with a shape (what values it takes), so
 * that one table gives the check, the type of what was read and the reference page. All errors of a file are collected,
 * none is thrown: a reader fixes a file in one go.
 */
import { type ErrorCode, SmbError } from '../error.ts';
import { didYouMean } from '../suggest.ts';
import { type TomlFile, type TomlNode, type TomlSpan, type TomlTable, describeToml, placeOfToml } from './toml-node.ts';

/** What values a key takes. */
export interface Shape<T> {
  /** In words, with an article: `a whole number from 1 to 100`. */
  readonly type: string;
  /** @returns the value, or undefined after telling the reader why not */
  read(node: TomlNode, name: string, reader: TomlReader): T | undefined;
  /** Keys of a table or of the tables of a list, for the reference page. */
  readonly keys?: TableKeys;
  /** How the reference names what `keys` belongs to: `[]` for each of a list, `.<id>` for each of a map. */
  readonly inner?: '[]' | '.<id>';
}

/** One key of a table. */
export interface Key<T> {
  readonly shape: Shape<T>;
  readonly meaning: string;
  readonly required?: true;
  /** Shown in the reference; the program's own default stands where the value is used. */
  readonly default?: string;
}

/** The keys of a table by name. */
export type TableKeys = Readonly<Record<string, Key<unknown>>>;

/** Values read from a table; absent and faulty ones are undefined. */
export type TableValues<K extends TableKeys> = {
  readonly [Name in keyof K]: K[Name] extends Key<infer T> ? T | undefined : never;
};

/** A table as read: its values, and the nodes to point at in errors that only the caller can find. */
export interface TableRead<K extends TableKeys> {
  readonly node: TomlTable;
  readonly values: TableValues<K>;
  /** Node of each key that was written, also when its value is faulty. */
  readonly nodes: { readonly [Name in keyof K]?: TomlNode };
}

/** A value with its node. */
export interface Located<T> {
  readonly value: T;
  readonly node: TomlNode;
}

/** A value under a key that the writer chose. */
export interface MapEntry<T> extends Located<T> {
  readonly key: TomlSpan;
}

/** Codes the errors of a kind of file carry. */
export interface TomlCodes {
  readonly key: ErrorCode;
  readonly value: ErrorCode;
  readonly missing: ErrorCode;
}

/** Errors of one file that are told apart; a file with more is no file of this kind, and a million of them is no answer. */
const MAX_ERRORS = 100;

/** Reads one file and collects its errors. */
export class TomlReader {
  readonly file: TomlFile;
  readonly codes: TomlCodes;
  /** The first {@link MAX_ERRORS}, then one that says there are more. */
  readonly errors: SmbError[] = [];
  /** How many errors there are, also those that are not told. */
  failures = 0;
  /** Names of the tables around what is being read. */
  private readonly path: string[] = [];
  /** Values that `"${name}"` stands for, where a file has parameters. */
  parameters: ReadonlyMap<string, string | number | boolean> | undefined;

  constructor(file: TomlFile, codes: TomlCodes) {
    this.file = file;
    this.codes = codes;
  }

  /**
   * Records an error.
   *
   * @param code one of the table of errors, or which of the reader's own three
   * @param span key or value to point at
   */
  fail(code: ErrorCode | keyof TomlCodes, message: string, span: TomlSpan, fix?: string): undefined {
    const named = code === 'key' || code === 'value' || code === 'missing' ? this.codes[code] : code;
    // The place is worked out last: it costs, and most errors of a hopeless file are not told.
    return this.add(named, () => new SmbError(named, message, { place: placeOfToml(this.file, span), fix }));
  }

  /** Records an error that was made elsewhere, such as that of a query. */
  failWith(error: SmbError): undefined {
    return this.add(error.code, () => error);
  }

  private add(code: ErrorCode, make: () => SmbError): undefined {
    this.failures++;
    if (this.failures <= MAX_ERRORS) this.errors.push(make());
    else if (this.failures === MAX_ERRORS + 1) {
      const { file } = this.file.source;
      this.errors.push(new SmbError(code, `There are more errors in ${file}.`, { fix: 'put these right first' }));
    }
    return undefined;
  }

  /** Records that a value is not of its shape. */
  wrongType(name: string, type: string, node: TomlNode, fix?: string): undefined {
    return this.fail('value', `"${name}" must be ${type}, not ${describeToml(node)}.`, node, fix);
  }

  /** Reads a value; a text that is a parameter and nothing else counts as that parameter's value. */
  read<T>(shape: Shape<T>, node: TomlNode, name: string): T | undefined {
    const value = this.withParameter(node);
    return value && shape.read(value, name, this);
  }

  /** Reads a table: unknown keys, missing keys and wrong values are recorded, what is right is returned. */
  table<const K extends TableKeys>(node: TomlTable, keys: K): TableRead<K> {
    const values: Record<string, unknown> = {};
    const nodes: Record<string, TomlNode> = {};
    for (const entry of node.entries.values()) {
      const key = Object.hasOwn(keys, entry.key) ? keys[entry.key] : undefined;
      if (key) {
        nodes[entry.key] = entry.value;
        this.path.push(entry.key);
        values[entry.key] = this.read(key.shape, entry.value, entry.key);
        this.path.pop();
      } else {
        this.unknownKey(entry.key, entry, keys);
      }
    }
    for (const [key, { required }] of Object.entries(keys)) {
      if (required && !node.entries.has(key)) this.fail('missing', `${this.tableName()} needs the key "${key}".`, node);
    }
    return { node, values: values as TableValues<K>, nodes: nodes as TableRead<K>['nodes'] };
  }

  private tableName(): string {
    return this.path.length === 0 ? 'The file' : `[${this.path.join('.')}]`;
  }

  private unknownKey(key: string, span: TomlSpan, keys: TableKeys): void {
    const near = didYouMean(key, Object.keys(keys));
    const fix = near === '' ? `known: ${Object.keys(keys).join(', ')}` : undefined;
    this.fail('key', `${this.tableName()} has no key "${key}".${near}`, span, fix);
  }

  private withParameter(node: TomlNode): TomlNode | undefined {
    if (!this.parameters || node.kind !== 'text') return node;
    const name = /^\$\{([^{}]+)\}$/.exec(node.value)?.[1];
    if (name === undefined) return node;
    const value = this.parameters.get(name);
    const { start, end } = node;
    if (typeof value === 'number') return { kind: 'number', value, start, end };
    if (typeof value === 'boolean') return { kind: 'boolean', value, start, end };
    if (value !== undefined) return { ...node, value };
    return this.fail('value', `There is no parameter "${name}".${didYouMean(name, this.parameters.keys())}`, node);
  }
}
