import { parseDuration } from '../../base/time/duration.ts';
import { type Document, isDocument } from '../../event/document.ts';
import { fields } from '../../event/field.ts';

/**
 * A rule of another engine, read key by key. It remembers which keys were asked for, so that at the end everything that
 * was not taken over can be named, and keeps the notes.
 */
export class ForeignRule {
  readonly notes: string[] = [];
  private readonly keys: Document;
  private readonly taken = new Set<string>();

  constructor(keys: Document) {
    this.keys = keys;
  }

  /** The value as it stands; null counts as absent. */
  take(key: string): unknown {
    this.taken.add(key);
    return this.keys[key] ?? undefined;
  }

  /** Text that is not blank. */
  text(key: string): string | undefined {
    const value = this.take(key);
    if (value === undefined || (typeof value === 'string' && value.trim() === '')) return undefined;
    return typeof value === 'string' ? value : this.unfit(key, 'text');
  }

  /** Texts that are not blank; a single text is a list of one. */
  texts(key: string): string[] | undefined {
    const value = this.take(key);
    if (value === undefined) return undefined;
    const list: unknown[] = Array.isArray(value) ? value : [value];
    const good = list.filter((one): one is string => typeof one === 'string');
    if (good.length < list.length) this.unfit(key, 'a list of texts');
    const filled = good.filter((one) => one.trim() !== '');
    return filled.length === 0 ? undefined : filled;
  }

  /** A whole number within bounds. */
  integer(key: string, min: number, max: number): number | undefined {
    const value = this.take(key);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    return this.unfit(key, `a whole number from ${min} to ${max}`);
  }

  flag(key: string): boolean | undefined {
    const value = this.take(key);
    return value === undefined || typeof value === 'boolean' ? value : this.unfit(key, 'true or false');
  }

  table(key: string): Document | undefined {
    const value = this.take(key);
    return value === undefined || isDocument(value) ? value : this.unfit(key, 'a table');
  }

  tables(key: string): Document[] {
    const value = this.take(key);
    if (value === undefined) return [];
    const list: unknown[] = Array.isArray(value) ? value : [value];
    const good = list.filter(isDocument);
    if (good.length < list.length) this.unfit(key, 'a list of tables');
    return good;
  }

  /** A duration such as `5m`, perhaps behind `now-`, as it stands. */
  duration(key: string): string | undefined {
    const value = this.text(key);
    if (value === undefined || parseDuration(value.replace(/^now-/, '')) !== undefined) return value;
    return this.unfit(key, 'a duration such as 5m or now-9m');
  }

  /** Name of a field of the catalogue; other names are noted. */
  field(key: string): string | undefined {
    const name = this.text(key);
    if (name === undefined || isValueField(name)) return name;
    this.notes.push(`${key}: there is no field "${name}" here; left out`);
    return undefined;
  }

  /** @returns keys nobody asked for that hold something */
  rest(): string[] {
    return Object.keys(this.keys).filter((key) => !this.taken.has(key) && !isEmpty(this.keys[key]));
  }

  private unfit(key: string, wanted: string): undefined {
    this.notes.push(`${key} is not ${wanted}; left out`);
    return undefined;
  }
}

/** @returns whether a name is a field that holds values of its own */
export function isValueField(name: string): boolean {
  const type = fields.find(name)?.type;
  return type !== undefined && type !== 'object' && type !== 'nested';
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isDocument(value) && Object.keys(value).length === 0;
}
