import { addressOf } from '../../base/address/address.ts';
import { AddressSet } from '../../base/address/address-set.ts';
import { foldAscii, type GlobPart } from '../../base/glob.ts';
import type { Scalar } from '../../event/document.ts';
import type { ValueTest } from '../../query/predicate.ts';
import { GlobIndex } from './glob-index.ts';
import type { ListEntry, ListKind } from './value-list-entry.ts';

/** A value list, loaded. One test costs about a microsecond with 100,000 entries of any kind (bench/value-lists.bench.ts). */
export class ValueList implements ValueTest {
  readonly name: string;
  readonly kind: ListKind;
  /** Number of entries, duplicates counted once each time they stand in the file. */
  readonly size: number;
  /** Whether A–Z and a–z are equal. */
  readonly fold: boolean;
  /** The patterns of the list, for lint. */
  readonly globs: GlobIndex;
  private readonly literals: ReadonlySet<string>;
  private readonly addresses: AddressSet;
  private readonly hasGlobs: boolean;

  /**
   * @param name name that rules and exceptions use
   * @param kind kind of the list, for show
   * @param entries what is in it
   * @param fold compare A–Z and a–z as equal
   */
  constructor(name: string, kind: ListKind, entries: readonly ListEntry[], fold = false) {
    this.name = name;
    this.kind = kind;
    this.size = entries.length;
    this.fold = fold;
    this.literals = new Set(entries.flatMap((entry) => (entry.kind === 'literal' ? [this.key(entry.text)] : [])));
    this.addresses = new AddressSet(entries.flatMap((entry) => (entry.kind === 'range' ? [entry.range] : [])));
    const globs = entries.flatMap((entry) =>
      entry.kind === 'glob' ? [entry.parts.map((part) => this.part(part))] : [],
    );
    this.globs = new GlobIndex(globs);
    this.hasGlobs = globs.length > 0;
  }

  has(value: Scalar): boolean {
    const text = typeof value === 'string' ? value : String(value);
    if (this.addresses.size > 0 && canBeAddress(text)) {
      const address = addressOf(text);
      if (address && this.addresses.has(address)) return true;
    }
    const key = this.key(text);
    return this.literals.has(key) || (this.hasGlobs && this.globs.find(key) >= 0);
  }

  private key(text: string): string {
    return this.fold ? foldAscii(text) : text;
  }

  private part(part: GlobPart): GlobPart {
    return part.kind === 'text' ? { kind: 'text', text: this.key(part.text) } : part;
  }
}

/** Cheap refusal of the texts of most fields: an address starts with a hexadecimal digit or a colon. */
function canBeAddress(text: string): boolean {
  if (text.length < 2 || text.length > 64) return false;
  const c = text.charCodeAt(0);
  return (c >= 48 && c <= 58) || (c >= 97 && c <= 102) || (c >= 65 && c <= 70);
}
