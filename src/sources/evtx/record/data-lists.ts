import { type DataName, dataName, dataNameText } from '../../windows/data-name.ts';
import type { DataSection } from '../../windows/windows-record.ts';
import { compileTemplate } from '../templates/compile-template.ts';
import type { DataEntry, Template } from '../templates/template.ts';
import type { SlotValues } from './slot-values.ts';

const UNNAMED = dataName('Data');
const EMPTY = compileTemplate([]);

/**
 * EventData and UserData of the current record by name. They stand in the template of the body, or in that of a fragment
 * inside of it, whose values then come first.
 */
export class DataLists {
  private main: Template = EMPTY;
  private mainCount = 0;
  private nested: Template | undefined;
  private nestedBase = 0;
  private nestedCount = 0;
  private unnamedValues: string[] | undefined;
  private readonly values: SlotValues;

  constructor(values: SlotValues) {
    this.values = values;
  }

  /** The record is now another one. */
  bind(main: Template, count: number): void {
    this.main = main;
    this.mainCount = count;
    this.nested = undefined;
    this.nestedCount = 0;
    this.unnamedValues = undefined;
  }

  /** @param base first slot of the fragment's values */
  bindNested(nested: Template, base: number, count: number): void {
    this.nested = nested;
    this.nestedBase = base;
    this.nestedCount = count;
  }

  /** Slots in use. */
  get valueCount(): number {
    return this.mainCount + this.nestedCount;
  }

  get userDataName(): string | undefined {
    return this.nested?.userDataName ?? this.main.userDataName;
  }

  get eventDataName(): string | undefined {
    const nested = this.nested?.eventDataName;
    if (nested) return this.values.first(nested, this.nestedBase, this.nestedCount);
    const main = this.main.eventDataName;
    return main && this.values.first(main, 0, this.mainCount);
  }

  get isProcessingError(): boolean {
    return this.main.isProcessingError || this.nested?.isProcessingError === true;
  }

  get leftOut(): number {
    return this.main.leftOut + (this.nested?.leftOut ?? 0);
  }

  /** @returns the first value under a name */
  first(name: DataName): string | undefined {
    const { nested } = this;
    const inNested = nested?.byName.get(name);
    if (inNested) {
      const value = this.firstOf(inNested, this.nestedBase, this.nestedCount);
      if (value !== undefined) return value;
    }
    if (this.main.entries.length > 0) {
      const inMain = this.main.byName.get(name);
      const value = inMain && this.firstOf(inMain, 0, this.mainCount);
      if (value !== undefined) return value;
    }
    return this.hasUnnamed() ? this.unnamed(name)?.[0] : undefined;
  }

  /** @returns every value under a name */
  all(name: DataName): readonly string[] | undefined {
    const found: string[] = [];
    const inNested = this.nested?.byName.get(name);
    if (inNested) this.collect(inNested, this.nestedBase, this.nestedCount, found);
    const inMain = this.main.byName.get(name);
    if (inMain) this.collect(inMain, 0, this.mainCount, found);
    if (found.length === 0 || name === UNNAMED) {
      const unnamed = this.hasUnnamed() ? this.unnamed(name) : undefined;
      if (unnamed) found.push(...unnamed);
    }
    return found.length > 0 ? found : undefined;
  }

  /** Calls back for every name as written, in the order of the record. */
  each(visit: (name: string, values: readonly string[], section: DataSection) => void): void {
    if (this.nested) this.eachEntry(this.nested, this.nestedBase, this.nestedCount, visit);
    this.eachEntry(this.main, 0, this.mainCount, visit);
    if (!this.hasUnnamed()) return;
    const values = this.unnamedList();
    if (values.length > 0) visit('Data', values, 'event_data');
  }

  private firstOf(entry: DataEntry, base: number, count: number): string | undefined {
    for (let at: DataEntry | undefined = entry; at; at = at.next) {
      const value = this.values.first(at, base, count);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  private collect(entry: DataEntry, base: number, count: number, found: string[]): void {
    for (let at: DataEntry | undefined = entry; at; at = at.next) this.values.all(at, base, count, found);
  }

  private eachEntry(
    template: Template,
    base: number,
    count: number,
    visit: (name: string, values: readonly string[], section: DataSection) => void,
  ): void {
    for (const entry of template.entries) {
      if (!entry.isFirst || entry.name === '') continue;
      const values: string[] = [];
      for (let at: DataEntry | undefined = entry; at; at = at.next) {
        if (at.name === entry.name && at.section === entry.section) this.values.all(at, base, count, values);
      }
      if (values.length > 0) visit(entry.name, values, entry.section);
    }
  }

  private hasUnnamed(): boolean {
    return this.main.unnamed.length > 0 || (this.nested !== undefined && this.nested.unnamed.length > 0);
  }

  /** Data elements without name: all of them under `Data`, and the n-th under `param<n>`. */
  private unnamed(name: DataName): readonly string[] | undefined {
    if (name === UNNAMED) return this.unnamedList();
    const index = parameterIndex(name);
    const value = index < 0 ? undefined : this.unnamedList()[index];
    return value === undefined ? undefined : [value];
  }

  private unnamedList(): string[] {
    if (this.unnamedValues) return this.unnamedValues;
    const values: string[] = [];
    if (this.nested) this.addUnnamed(this.nested, this.nestedBase, this.nestedCount, values);
    this.addUnnamed(this.main, 0, this.mainCount, values);
    this.unnamedValues = values;
    return values;
  }

  /** An element without value counts too: the others keep their numbers. */
  private addUnnamed(template: Template, base: number, count: number, values: string[]): void {
    for (const entry of template.unnamed) {
      const before = values.length;
      this.values.all(entry, base, count, values);
      if (values.length === before) values.push('');
    }
  }
}

const parameterIndexes = new Map<DataName, number>();

/** @returns 0 for `param1`, -1 for other names */
function parameterIndex(name: DataName): number {
  let index = parameterIndexes.get(name);
  if (index === undefined) {
    const digits = name < 0 ? undefined : /^param([1-9]\d{0,4})$/i.exec(dataNameText(name))?.[1];
    index = digits === undefined ? -1 : Number(digits) - 1;
    parameterIndexes.set(name, index);
  }
  return index;
}
