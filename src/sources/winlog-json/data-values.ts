/** Values of EventData and UserData of one record, found by name without case and blanks. Reused from record to record. */
import { isDocument } from '../../event/document.ts';
import { type DataName, dataName } from '../windows/data-name.ts';
import type { DataSection } from '../windows/windows-record.ts';

/** Spellings whose number is remembered; exporters use some hundreds, an attacker would invent more. */
const MAX_SPELLINGS = 10_000;
/** Levels of UserData that are looked into; real ones have three. */
const MAX_DEPTH = 32;

const spellings = new Map<string, DataName>();

function numberOf(name: string): DataName {
  const known = spellings.get(name);
  if (known !== undefined) return known;
  const number = dataName(name);
  if (spellings.size < MAX_SPELLINGS) spellings.set(name, number);
  return number;
}

/** Named values in the order of the record. */
export class DataValues {
  private readonly names: string[] = [];
  private readonly numbers: DataName[] = [];
  private readonly values: (readonly string[])[] = [];
  private readonly sections: DataSection[] = [];

  clear(): void {
    this.names.length = 0;
    this.numbers.length = 0;
    this.values.length = 0;
    this.sections.length = 0;
  }

  /** @param values none when the value is null */
  add(name: string, values: readonly string[], section: DataSection): void {
    if (values.length === 0) return;
    const number = numberOf(name);
    const at = this.numbers.indexOf(number);
    if (at >= 0 && this.sections[at] === section && this.names[at] === name) {
      // Unnamed Data elements follow one another under the same name.
      this.values[at] = [...this.values[at]!, ...values];
      return;
    }
    this.names.push(name);
    this.numbers.push(number);
    this.values.push(values);
    this.sections.push(section);
  }

  has(name: DataName): boolean {
    return this.numbers.includes(name);
  }

  first(name: DataName): string | undefined {
    const at = this.numbers.indexOf(name);
    return at < 0 ? undefined : this.values[at]![0];
  }

  all(name: DataName): readonly string[] | undefined {
    const at = this.numbers.indexOf(name);
    return at < 0 ? undefined : this.values[at];
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

  private addNested(name: string, value: unknown, section: DataSection, depth: number): void {
    if (!isDocument(value)) {
      this.add(name, textsOf(value), section);
      return;
    }
    if (depth > MAX_DEPTH) return;
    // `{"#text": [..]}` are the values of the element itself, other keys are elements in it.
    for (const [key, inner] of Object.entries(value)) {
      if (isAttributes(key)) continue;
      this.addNested(key === '#text' ? name : key, inner, section, depth + 1);
    }
  }
}

/** Attributes of an element, in either style of evtx_dump; their values are no data. */
function isAttributes(key: string): boolean {
  return key === '#attributes' || key.endsWith('_attributes') || key === 'xml_name';
}

/** @returns the texts of a JSON value; none for null, objects as JSON */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value === null || value === undefined) return [];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (!Array.isArray(value)) return [JSON.stringify(value)];
  const all: readonly unknown[] = value;
  return all.flatMap((one) =>
    typeof one === 'object' && one !== null ? [JSON.stringify(one)] : (textsOf(one) as string[]),
  );
}
