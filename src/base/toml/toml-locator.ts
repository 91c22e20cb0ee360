/**
 * Finds the place of every key and value. smol-toml judges whether a document is valid and says nothing about places; this
 * walks a document it has accepted, so it can be short: nothing is checked twice. That both read the same values is a
 * property test (parse-toml.test.ts).
 */
import { locateTomlString } from './toml-string.ts';
import type { TomlEntry, TomlNode, TomlSpan, TomlTable } from './toml-node.ts';

/** A table that is still growing. */
interface OpenTable extends TomlTable {
  readonly entries: Map<string, TomlEntry>;
}

interface KeyPart extends TomlSpan {
  readonly key: string;
}

/** Anything that is no string, list or table; the first form is a date and a time with a blank between them. */
const BARE = /\d{4}-\d{2}-\d{2} \d[^\s,\]}#]*|[^\s,\]}#]+/y;

const WHITE = /[ \t\r\n]*/y;
const BLANKS = /[ \t]*/y;
const BARE_KEY = /[A-Za-z0-9_-]*/y;

/** @returns the tree of a document that smol-toml has accepted */
export function locateToml(text: string): TomlTable {
  return new TomlLocator(text).document();
}

class TomlLocator {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  document(): TomlTable {
    const root = openTable({ start: 0, end: 0 });
    let current = root;
    if (this.text.charCodeAt(0) === 0xfeff) this.at++;
    for (this.skipVoid(); this.at < this.text.length; this.skipVoid()) {
      if (this.peek() === '[') {
        const isArray = this.text.charAt(this.at + 1) === '[';
        this.at += isArray ? 2 : 1;
        const parts = this.keyParts();
        this.at += isArray ? 2 : 1;
        current = isArray ? appendTable(root, parts) : descend(root, parts);
      } else {
        this.pair(current);
      }
    }
    return root;
  }

  private peek(): string {
    return this.text.charAt(this.at);
  }

  /** Blanks, line ends and comments. */
  private skipVoid(): void {
    for (;;) {
      this.skip(WHITE);
      if (this.peek() !== '#') return;
      const end = this.text.indexOf('\n', this.at);
      this.at = end < 0 ? this.text.length : end;
    }
  }

  private skipBlanks(): void {
    this.skip(BLANKS);
  }

  /** @param run a sticky expression that matches everywhere, if only nothing */
  private skip(run: RegExp): void {
    run.lastIndex = this.at;
    run.exec(this.text);
    this.at = run.lastIndex;
  }

  /** A key with dots; stops before `=` or `]`. */
  private keyParts(): KeyPart[] {
    const parts: KeyPart[] = [];
    for (;;) {
      this.skipBlanks();
      const start = this.at;
      if (this.peek() === '"' || this.peek() === "'") {
        const name = locateTomlString(this.text, start);
        this.at = name.end;
        parts.push({ key: name.value, start, end: name.end });
      } else {
        this.skip(BARE_KEY);
        parts.push({ key: this.text.slice(start, this.at), start, end: this.at });
      }
      this.skipBlanks();
      if (this.peek() !== '.') return parts;
      this.at++;
    }
  }

  private pair(table: OpenTable): void {
    const parts = this.keyParts();
    this.at++;
    this.skipBlanks();
    const value = this.value();
    const last = parts.pop()!;
    descend(table, parts).entries.set(last.key, { ...last, value });
  }

  private value(): TomlNode {
    const start = this.at;
    const first = this.peek();
    if (first === '"' || first === "'") {
      const text = locateTomlString(this.text, start);
      this.at = text.end;
      return text;
    }
    if (first === '[') return this.list();
    if (first === '{') return this.inlineTable();
    BARE.lastIndex = start;
    const word = BARE.exec(this.text)?.[0] ?? '';
    this.at = start + Math.max(1, word.length);
    return bareValue(word, { start, end: this.at });
  }

  private list(): TomlNode {
    const start = this.at++;
    const elements: TomlNode[] = [];
    for (this.skipVoid(); this.at < this.text.length && this.peek() !== ']'; this.skipVoid()) {
      elements.push(this.value());
      this.skipVoid();
      if (this.peek() === ',') this.at++;
    }
    return { kind: 'array', elements, start, end: ++this.at };
  }

  private inlineTable(): TomlNode {
    const start = this.at++;
    const table = openTable({ start, end: start });
    for (this.skipVoid(); this.at < this.text.length && this.peek() !== '}'; this.skipVoid()) {
      this.pair(table);
      this.skipVoid();
      if (this.peek() === ',') this.at++;
    }
    return { ...table, end: ++this.at };
  }
}

function bareValue(word: string, span: TomlSpan): TomlNode {
  if (word === 'true' || word === 'false') return { kind: 'boolean', value: word === 'true', ...span };
  if (/^(\d{4}-\d{2}-|\d{2}:)/.test(word)) return { kind: 'date', value: word, ...span };
  if (word.endsWith('inf')) return { kind: 'number', value: word.startsWith('-') ? -Infinity : Infinity, ...span };
  if (word.endsWith('nan')) return { kind: 'number', value: Number.NaN, ...span };
  return { kind: 'number', value: Number(word.replaceAll('_', '')), ...span };
}

function openTable({ start, end }: TomlSpan): OpenTable {
  return { kind: 'table', entries: new Map(), start, end };
}

/** Walks a dotted name, into the last table of an array of tables, making tables on the way. */
function descend(from: OpenTable, parts: readonly KeyPart[]): OpenTable {
  let table = from;
  for (const part of parts) {
    const entry = table.entries.get(part.key);
    if (entry) {
      const value = entry.value.kind === 'array' ? entry.value.elements.at(-1)! : entry.value;
      // A valid document names only tables here, and all of them were made by openTable.
      table = value as OpenTable;
    } else {
      const made = openTable(part);
      table.entries.set(part.key, { ...part, value: made });
      table = made;
    }
  }
  return table;
}

function appendTable(root: OpenTable, parts: readonly KeyPart[]): OpenTable {
  const last = parts.at(-1)!;
  const parent = descend(root, parts.slice(0, -1));
  const made = openTable(last);
  const known = parent.entries.get(last.key)?.value;
  if (known?.kind === 'array') (known.elements as TomlNode[]).push(made);
  else parent.entries.set(last.key, { ...last, value: { kind: 'array', elements: [made], ...spanOf(last) } });
  return made;
}

function spanOf({ start, end }: TomlSpan): TomlSpan {
  return { start, end };
}
