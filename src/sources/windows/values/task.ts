/** What a scheduled task does, from the task XML that Windows writes into its events. */
import type { FieldValue } from '../../../event/document.ts';

/** Real tasks have some kilobytes; of a longer text only the start is looked at. */
const MAX_TASK_CHARACTERS = 262_144;

/** Actions of one task that are listed. */
const MAX_ACTIONS = 100;

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Texts of all elements of a name. The tags are searched for, which suffices for elements that hold text only, needs no
 * XML parser and knows no entities but the five.
 *
 * @param xml task XML
 * @param element name of the element, such as `Command`
 */
export function taskTexts(xml: string, element: string): FieldValue {
  const text = xml.slice(0, MAX_TASK_CHARACTERS);
  const found: string[] = [];
  const open = `<${element}>`;
  const close = `</${element}>`;
  for (let at = text.indexOf(open); at >= 0 && found.length < MAX_ACTIONS; at = text.indexOf(open, at + 1)) {
    const end = text.indexOf(close, at);
    if (end < 0) break;
    const value = unescapeXml(text.slice(at + open.length, end)).trim();
    if (value !== '') found.push(value);
  }
  return found.length === 0 ? undefined : found.length === 1 ? found[0] : found;
}

function unescapeXml(text: string): string {
  return text.replace(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|amp|lt|gt|quot|apos);/g, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name] ?? whole;
    const code = name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
  });
}
