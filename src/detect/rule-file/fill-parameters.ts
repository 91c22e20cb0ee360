import type { SourceText } from '../../base/place.ts';

/** Values of a rule's parameters by name. */
export type ParameterValues = ReadonlyMap<string, string | number | boolean>;

/** A parameter that a text names and the rule does not have. */
export interface UnknownParameter {
  readonly name: string;
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
}

/**
 * Puts the values of parameters where `${name}` stands.
 *
 * @param source the text as written
 * @returns the text with values; its places are still those of the file, a value's being its `${name}`
 */
export function fillParameters(
  source: SourceText,
  values: ParameterValues,
): { readonly source: SourceText; readonly unknown: readonly UnknownParameter[] } {
  const unknown: UnknownParameter[] = [];
  /** Where values stand in the new text, and what they took the place of. */
  const filled: { readonly start: number; readonly end: number; readonly from: number; readonly to: number }[] = [];
  let text = '';
  let last = 0;
  for (const match of source.text.matchAll(/\$\{([^{}]*)\}/g)) {
    const value = values.get(match[1]!);
    const end = match.index + match[0].length;
    if (value === undefined) {
      unknown.push({ name: match[1]!, start: match.index, end });
      continue;
    }
    text += source.text.slice(last, match.index);
    const start = text.length;
    text += String(value);
    filled.push({ start, end: text.length, from: match.index, to: end });
    last = end;
  }
  if (filled.length === 0) return { source, unknown };
  text += source.text.slice(last);
  const offsetBefore = (offset: number) => {
    let shift = 0;
    for (const part of filled) {
      if (offset < part.start) break;
      if (offset < part.end) return part.from;
      shift = part.to - part.end;
    }
    return offset + shift;
  };
  const { origin } = source;
  const offsetOf = origin ? (offset: number) => origin.offsetOf(offsetBefore(offset)) : offsetBefore;
  return { source: { ...source, text, origin: { text: origin?.text ?? source.text, offsetOf } }, unknown };
}
