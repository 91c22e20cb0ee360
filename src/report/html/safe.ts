/**
 * HTML that cannot be injected into: the `html` tag escapes every value that is not itself made by the tag. Values also
 * lose their control characters, so that a bidirectional override in a file name cannot rearrange the page.
 */
import { printable, printableLines } from '../../base/text/printable.ts';

/** A finished piece of HTML. Made by {@link html} and {@link constant} only. */
export class Safe {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: texts and numbers are escaped, `false` and nothing vanish, lists are joined. */
export type Part = Safe | string | number | false | null | undefined | readonly Part[];

/** Tag for templates. Attributes must be quoted; nothing may stand inside `<style>` or as an attribute name. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Safe {
  let text = strings[0]!;
  for (let i = 0; i < parts.length; i++) text += toText(parts[i]) + strings[i + 1]!;
  return new Safe(text);
}

/** @returns text of our own, written in this program, as it is */
export function constant(text: string): Safe {
  return new Safe(text);
}

/** @returns text of several lines for a `pre` element */
export function lines(text: string): Safe {
  return new Safe(escapeHtml(printableLines(text)));
}

/**
 * @param text any text
 * @returns the text for element content and quoted attributes, line feeds kept
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => ENTITY[character]!);
}

const ENTITY: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

function toText(part: Part): string {
  if (part instanceof Safe) return part.text;
  if (Array.isArray(part)) return part.map(toText).join('');
  if (part === undefined || part === null || part === false) return '';
  return escapeHtml(printable(String(part)));
}
