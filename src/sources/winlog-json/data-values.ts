/** Values of EventData and UserData of one record, found by name without case and blanks. Reused from record to record. */
import { isDocument } from '../../event/document.ts';
import { type DataName, metDataName } from '../windows/data-name.ts';
import type { DataSection } from '../windows/windows-record.ts';

/** Levels of UserData that are looked into; real ones have three. */
const MAX_DEPTH = 32;

/** Entries up to which looking at one after another costs less than a map; usual events have 30. */
const FEW = 48;

/** Texts of a record's data, in order. */
export interface DataLayout {
  readonly names: readonly string[];
  readonly numbers: readonly DataName[];
  /** Where each stands, in the words of whoever adds them. */
  readonly leaves: readonly number[];
}

/** Named values in the order of the record. */
export class DataValues {
  private readonly names: string[] = [];
  private readonly numbers: DataName[] = [];
  private readonly values: (readonly string[])[] = [];
  private readonly sections: DataSection[] = [];
  /** Values of an entry that was met again; they are this record's own and may grow. */
  private readonly grown = new Map<number, string[]>();
  /** Entry by section and spelling, once there are more than a few: an attacker writes a million. */
  private readonly entries = new Map<string, number>();
  /** First entry of a number, once there are more than a few. */
  private readonly firsts = new Map<DataName, number>();
  /** Values of a name that was met again, in whatever spelling and section, in the order of the record. */
  private readonly joined = new Map<DataName, string[]>();

  clear(): void {
    this.names.length = 0;
    this.numbers.length = 0;
    this.values.length = 0;
    this.sections.length = 0;
    this.grown.clear();
    this.entries.clear();
    this.firsts.clear();
    this.joined.clear();
  }

  /** @param values none when the value is null */
  add(name: string, values: readonly string[], section: DataSection): void {
    if (values.length === 0) return;
    const at = this.entryOf(name, section);
    if (at >= 0) {
      // Unnamed Data elements follow one another under the same name.
      this.join(this.numbers[at]!, values);
      this.grow(at, values);
      return;
    }
    const number = metDataName(name);
    this.join(number, values);
    this.names.push(name);
    this.numbers.push(number);
    this.values.push(values);
    this.sections.push(section);
    const count = this.names.length;
    if (count === FEW) for (let i = 0; i < count; i++) this.index(i);
    else if (count > FEW) this.index(count - 1);
  }

  /** Adds texts to an empty record. Names and numbers differ from each other. */
  addTexts({ names, numbers, leaves }: DataLayout, textOf: (leaf: number) => string, section: DataSection): void {
    if (names.length >= FEW) {
      for (let i = 0; i < names.length; i++) this.add(names[i]!, [textOf(leaves[i]!)], section);
      return;
    }
    for (let i = 0; i < names.length; i++) {
      this.names.push(names[i]!);
      this.numbers.push(numbers[i]!);
      this.values.push([textOf(leaves[i]!)]);
      this.sections.push(section);
    }
  }

  has(name: DataName): boolean {
    return this.firstOf(name) >= 0;
  }

  first(name: DataName): string | undefined {
    const at = this.firstOf(name);
    return at < 0 ? undefined : this.values[at]![0];
  }

  /** Of all spellings, as an event log has it. */
  all(name: DataName): readonly string[] | undefined {
    const at = this.firstOf(name);
    return at < 0 ? undefined : (this.joined.get(name) ?? this.values[at]);
  }

  each(visit: (name: string, values: readonly string[], section: DataSection) => void): void {
    for (let i = 0; i < this.names.length; i++) visit(this.names[i]!, this.values[i]!, this.sections[i]!);
  }

  /**
   * Adds what stands in a parsed EventData or in the element below UserData.
   *
   * @param skip keys that are no event data; asked at the first level
   */
  addAll(data: unknown, section: DataSection, skip: (key: string) => boolean = () => false): void {
    if (Array.isArray(data)) {
      for (const one of data) this.addNested('Data', one, section, 1);
    } else if (isDocument(data)) {
      for (const [key, value] of Object.entries(data)) {
        if (!skip(key) && !isAttributes(key)) this.addNested(key, value, section, 1);
      }
    } else {
      this.add('Data', textsOf(data), section);
    }
  }

  private entryOf(name: string, section: DataSection): number {
    if (this.names.length >= FEW) return this.entries.get(`${section}\u0000${name}`) ?? -1;
    for (let i = 0; i < this.names.length; i++) {
      if (this.names[i] === name && this.sections[i] === section) return i;
    }
    return -1;
  }

  /** A name without number cannot be asked for; each shows its own values. */
  private firstOf(name: DataName): number {
    if (name < 0) return -1;
    return this.names.length >= FEW ? (this.firsts.get(name) ?? -1) : this.numbers.indexOf(name);
  }

  private index(at: number): void {
    this.entries.set(`${this.sections[at]!}\u0000${this.names[at]!}`, at);
    const number = this.numbers[at]!;
    if (!this.firsts.has(number)) this.firsts.set(number, at);
  }

  private join(number: DataName, values: readonly string[]): void {
    const first = this.firstOf(number);
    if (first < 0) return;
    let joined = this.joined.get(number);
    if (joined === undefined) this.joined.set(number, (joined = [...this.values[first]!]));
    for (const value of values) joined.push(value);
  }

  private grow(at: number, values: readonly string[]): void {
    let own = this.grown.get(at);
    if (own === undefined) {
      own = [...this.values[at]!];
      this.grown.set(at, own);
      this.values[at] = own;
    }
    for (const value of values) own.push(value);
  }

  private addNested(name: string, value: unknown, section: DataSection, depth: number): void {
    if (!isDocument(value)) {
      this.add(name, textsOf(value), section);
      return;
    }
    if (depth > MAX_DEPTH) {
      this.add(name, [jsonOf(value)], section);
      return;
    }
    // `{"#text": [..]}` are the values of the element itself, other keys are elements in it.
    for (const [key, inner] of Object.entries(value)) {
      if (isAttributes(key)) continue;
      this.addNested(key === '#text' ? name : key, inner, section, depth + 1);
    }
  }
}

/** @returns JSON text; objects may be nested deeper than can be written */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    if (cause instanceof RangeError) return '(nested too deeply to be shown)';
    throw cause;
  }
}

/** Attributes of an element, in either style of evtx_dump; their values are no data. */
export function isAttributes(key: string): boolean {
  return key === '#attributes' || key.endsWith('_attributes') || key === 'xml_name';
}

/** @returns the texts of a JSON value; none for null, objects as JSON */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value === null || value === undefined) return [];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (!Array.isArray(value)) return [jsonOf(value)];
  const all: readonly unknown[] = value;
  return all.flatMap((one) => (typeof one === 'object' && one !== null ? [jsonOf(one)] : (textsOf(one) as string[])));
}
