/**
 * The raw values of a record below winlog.event_data and winlog.user_data. The text stays as it is written; where it holds
 * `%%` codes, the same text in words stands beside it, so that a rule may be written against either.
 */
import { remember } from '../../base/remember.ts';
import type { FieldValue } from '../../event/document.ts';
import { type FieldId, fields } from '../../event/field.ts';
import { type DataName, dataName, metDataName } from './data-name.ts';
import { shownName } from './mapped-name.ts';
import { type CodeTable, withWords } from './values/codes.ts';
import { codesOfMask, maskOfList } from './values/access.ts';
import type { DataSection, WindowsRecord } from './windows-record.ts';

/** A field that shows a raw value. */
interface RawField {
  readonly section: DataSection;
  readonly name: DataName;
  /** For `param3`: its place among the unnamed values. */
  readonly unnamed: number | undefined;
}

/** Unnamed Data elements stand under this name. */
const UNNAMED = dataName('Data');

const ACCESS_LIST = dataName('AccessList');

const bySection = { event_data: 'winlog.event_data.', user_data: 'winlog.user_data.' } as const;

/** Names of the fields of values: one text for each, so that it is found in maps without being read again. */
const fieldNames = {
  event_data: remember((name: string) => bySection.event_data + name),
  user_data: remember((name: string) => bySection.user_data + name),
} as const;

const known: (RawField | null | undefined)[] = [];

/** @returns what the field shows, or null when it is no raw value */
export function rawField(field: FieldId): RawField | null {
  let raw = known[field];
  if (raw === undefined) {
    raw = toRawField(fields.at(field).name, fields.at(field).catalogued);
    known[field] = raw;
  }
  return raw;
}

function toRawField(name: string, isCatalogued: boolean): RawField | null {
  if (isCatalogued) return null;
  for (const section of ['event_data', 'user_data'] as const) {
    const stem = bySection[section];
    if (!name.startsWith(stem)) continue;
    const rest = name.slice(stem.length);
    const number = /^param(\d{1,3})$/i.exec(rest);
    return { section, name: dataName(rest), unnamed: number ? Number(number[1]) - 1 : undefined };
  }
  return null;
}

/** UserData is shown in both places: rules for one and the same event are written either way. */
export function readRaw(record: WindowsRecord, raw: RawField, table: CodeTable): FieldValue {
  if (raw.section === 'user_data' && record.userDataName === undefined) return undefined;
  const values = record.dataList(raw.name);
  if (values !== undefined) return rawValue(raw.name, values, table);
  if (raw.unnamed === undefined) return undefined;
  const value = record.dataList(UNNAMED)?.[raw.unnamed];
  return value === undefined ? undefined : rawValue(raw.name, [value], table);
}

/** Calls back with the name below winlog and the value of everything the record holds. */
export function eachRaw(
  record: WindowsRecord,
  table: CodeTable,
  visit: (name: string, value: Exclude<FieldValue, undefined>) => void,
): void {
  const show = (section: DataSection, name: string, number: DataName, values: readonly string[]) => {
    const value = rawValue(number, values, table);
    if (value === undefined) return;
    visit(fieldNames[section](name), value);
    if (section === 'user_data') visit(fieldNames.event_data(name), value);
  };
  const shown = new Set<DataName>();
  record.eachData((written, ownValues, section) => {
    const number = metDataName(written);
    if (number >= 0 && shown.has(number)) return;
    shown.add(number);
    show(section, shownName(number, written), number, record.dataList(number) ?? ownValues);
    if (number !== UNNAMED) return;
    ownValues.forEach((value, index) => show(section, `param${index + 1}`, -1, [value]));
  });
}

function rawValue(name: DataName, values: readonly string[], table: CodeTable): FieldValue {
  if (values.length === 1) return oneValue(name, values[0]!, table);
  const all = values.flatMap((value) => oneValue(name, value, table) ?? []);
  return all.length === 0 ? undefined : all.length === 1 ? all[0] : all;
}

/** An empty text is nothing, as in every shape that drops it; `-` is what Windows wrote, and rules ask for it. */
function oneValue(name: DataName, value: string, table: CodeTable): string | readonly string[] | undefined {
  if (value === '') return undefined;
  if (value.includes('%%')) {
    const words = withWords(value, table);
    return words === value ? value : [value, words];
  }
  if (name !== ACCESS_LIST || table !== 'audit') return value;
  const mask = maskOfList(value);
  return mask === undefined ? value : [value, codesOfMask(mask)];
}
