/**
 * Finds out what may stand at the cursor of an unfinished query. It walks over the text once, as the parser would, but
 * never fails: whatever is wrong before the cursor is the writer's to finish.
 */
import { isBlankAt, keywordAt, SPECIAL, skipBlanks } from './characters.ts';

/** What may stand at the cursor. */
export interface CursorContext {
  /** A condition, a value of `field`, or an operator behind a whole condition. */
  readonly expects: 'condition' | 'value' | 'operator';
  /** Field of the value or of the list of values. */
  readonly field: string | undefined;
  /** Name before the braces the cursor stands in, with those around it. */
  readonly path: string | undefined;
  /** Start of the literal the cursor stands in; the cursor when it stands in none. */
  readonly start: number;
  /** The literal up to the cursor, as written; with its opening quote when it has one. */
  readonly written: string;
  /** Behind a comparison: one value, no list, no star. */
  readonly isRange: boolean;
}

/** Brackets around the cursor. */
interface Frame {
  /** Field of a list of values. */
  readonly field: string | undefined;
  readonly path: string | undefined;
}

/** @returns what may stand at the cursor, an offset in UTF-16 units */
export function contextAt(text: string, cursor: number): CursorContext {
  const frames: Frame[] = [{ field: undefined, path: undefined }];
  let field: string | undefined;
  let expects: CursorContext['expects'] = 'condition';
  let isRange = false;
  let at = 0;
  const context = (start: number, written: string): CursorContext => {
    const frame = frames.at(-1)!;
    const asked = field ?? frame.field;
    const isValue = expects === 'condition' && asked !== undefined;
    return { expects: isValue ? 'value' : expects, field: asked, path: frame.path, start, written, isRange };
  };
  for (;;) {
    at = skipBlanks(text, at);
    if (at >= cursor) return context(cursor, '');
    const frame = frames.at(-1)!;
    const c = text.charAt(at);
    const keyword = keywordAt(text, at);
    if (keyword && at + keyword.length < cursor && (expects === 'operator' || keyword === 'not')) {
      at += keyword.length;
      expects = 'condition';
      field = undefined;
      isRange = false;
    } else if (c === '(' || c === '{') {
      frames.push(
        c === '('
          ? { field: field ?? frame.field, path: frame.path }
          : { field: undefined, path: joined(frame.path, field) },
      );
      field = undefined;
      expects = 'condition';
      at++;
    } else if (c === ')' || c === '}') {
      if (frames.length > 1) frames.pop();
      field = undefined;
      expects = 'operator';
      at++;
    } else if (c === ':' || c === '<' || c === '>' || c === '*') {
      at += text.startsWith('=', at + 1) ? 2 : 1;
      if (c === '*') expects = 'operator';
    } else {
      const end = literalEnd(text, at, cursor);
      if (end >= cursor) return context(at, text.slice(at, cursor));
      const behind = skipBlanks(text, end);
      const next = behind < cursor ? text.charAt(behind) : '';
      if (expects === 'condition' && field === undefined && (next === ':' || next === '<' || next === '>')) {
        field = nameOf(text.slice(at, end));
        isRange = next !== ':';
        at = behind + (text.startsWith('=', behind + 1) ? 2 : 1);
      } else {
        expects = 'operator';
        field = undefined;
        isRange = false;
        at = end;
      }
    }
  }
}

function joined(path: string | undefined, name: string | undefined): string | undefined {
  return path === undefined ? name : `${path}.${name ?? ''}`;
}

function nameOf(raw: string): string {
  return raw.startsWith('"') ? raw.slice(1, -1) : raw.trimEnd();
}

/** Behind the literal that starts here; the cursor when it reaches that far, blanks behind it included. */
function literalEnd(text: string, start: number, cursor: number): number {
  let at = start;
  if (text.charAt(at) === '"') {
    for (at++; at < cursor; at++) {
      const c = text.charAt(at);
      if (c === '\\') at++;
      else if (c === '"') return at + 1;
    }
    return cursor;
  }
  let end = start;
  while (at < cursor) {
    if (isBlankAt(text, at)) {
      const behind = skipBlanks(text, at);
      if (behind >= cursor) return cursor;
      const keyword = keywordAt(text, behind);
      if (keyword && behind + keyword.length < cursor) return end;
      at = behind;
    } else if (text.charAt(at) === '\\') {
      at += 2;
    } else if (text.charAt(at) !== '*' && SPECIAL.includes(text.charAt(at))) {
      return Math.max(end, start + 1);
    } else {
      at++;
    }
    end = at;
  }
  return cursor;
}
