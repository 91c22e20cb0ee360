import { type DataName, dataName } from './data-name.ts';

const spellings: (string | undefined)[] = [];

/**
 * Numbers a name the mapping reads and keeps its spelling: documents show it so, whatever an exporter made of it.
 *
 * @param name as Windows spells it
 */
export function mappedName(name: string): DataName {
  const number = dataName(name);
  if (number >= 0) spellings[number] ??= name;
  return number;
}

/**
 * @param written as the record has it
 * @returns the spelling of the mapping for a name it reads; else the name as written, without blanks
 */
export function shownName(number: DataName, written: string): string {
  return (number >= 0 ? spellings[number] : undefined) ?? written.replaceAll(' ', '');
}
