/** Remarks about a value list that works all the same: entries that stand twice, do nothing, hold for everything or cost time. */
import { type AddressRange, parseCidr } from '../../base/address/cidr.ts';
import { foldAscii, type GlobPart } from '../../base/glob.ts';
import type { Diagnostic } from '../../query/diagnostic.ts';
import { type ListLine, placeOfLine } from './list-text.ts';
import type { ValueList } from './value-list.ts';
import { type ListEntry, looksLikeAddress } from './value-list-entry.ts';

/** Warnings of one code that are shown whole; the rest is counted in one more, so that a bad feed does not bury the others. */
export const MAX_LIST_WARNINGS = 20;

/** 0.0.0.0/0: nobody means it. */
const ALL_V4 = parseCidr('0.0.0.0/0')!;

/** Patterns that may be tried one by one before it is worth a word. */
const CROWD_WORTH_A_WORD = 64;

/** An entry with the line it stands in. */
export interface PlacedEntry {
  readonly entry: ListEntry;
  readonly line: ListLine;
}

/** @returns remarks in the order of their kinds, each with its place */
export function lintValueList(file: string, list: ValueList, entries: readonly PlacedEntry[]): Diagnostic[] {
  const notes = new Notes(file);
  lintRanges(entries, notes);
  lintTexts(list, entries, notes);
  if (list.globs.crowd > CROWD_WORTH_A_WORD) {
    notes.add('LIST-SLOW', `${list.globs.crowd} patterns differ only in runs shorter than three characters`, undefined);
  }
  return notes.list();
}

/** Collects remarks, the first few of each code whole. */
class Notes {
  private readonly file: string;
  private readonly byCode = new Map<string, { shown: Diagnostic[]; more: number }>();

  constructor(file: string) {
    this.file = file;
  }

  add(code: string, message: string, line: ListLine | undefined): void {
    const group = this.byCode.get(code) ?? { shown: [], more: 0 };
    this.byCode.set(code, group);
    if (group.shown.length >= MAX_LIST_WARNINGS) group.more++;
    else group.shown.push({ code, message, place: line && placeOfLine(this.file, line) });
  }

  list(): Diagnostic[] {
    return [...this.byCode].flatMap(([code, { shown, more }]) =>
      more === 0 ? shown : [...shown, { code, message: `${more} more of these in ${this.file}`, place: undefined }],
    );
  }
}

/** Networks that stand twice or lie inside others; sorted by where they begin, the widest first. */
function lintRanges(entries: readonly PlacedEntry[], notes: Notes): void {
  const ranges: { range: AddressRange; line: ListLine }[] = [];
  for (const { entry, line } of entries) {
    if (entry.kind !== 'range') continue;
    ranges.push({ range: entry.range, line });
    if (entry.hasHostBits) {
      notes.add(
        'LIST-HOST-BITS',
        `${line.text} has bits behind its prefix; the network ${network(entry)} is meant`,
        line,
      );
    }
    if (entry.range.low.compare(ALL_V4.low) <= 0 && entry.range.high.compare(ALL_V4.high) >= 0) {
      notes.add('LIST-EVERYTHING', `${line.text} holds for every IPv4 address`, line);
    }
  }
  ranges.sort(
    (x, y) => x.range.low.compare(y.range.low) || y.range.high.compare(x.range.high) || x.line.line - y.line.line,
  );
  let widest: { range: AddressRange; line: ListLine } | undefined;
  for (const current of ranges) {
    if (!widest || current.range.high.compare(widest.range.high) > 0) {
      widest = current;
    } else if (
      current.range.low.compare(widest.range.low) === 0 &&
      current.range.high.compare(widest.range.high) === 0
    ) {
      notes.add('LIST-DUPLICATE', `${current.line.text} stands in line ${widest.line.line} already`, current.line);
    } else {
      const inside = `${current.line.text} lies inside ${widest.line.text} (line ${widest.line.line})`;
      notes.add('LIST-SHADOWED', inside, current.line);
    }
  }
}

/** Texts and patterns that stand twice or that another pattern covers; patterns that cost or hold for everything. */
function lintTexts(list: ValueList, entries: readonly PlacedEntry[], notes: Notes): void {
  const key = (text: string) => (list.fold ? foldAscii(text) : text);
  const seen = new Map<string, number>();
  const globs = entries.flatMap(({ entry, line }) =>
    entry.kind === 'glob' ? [{ text: key(globText(entry.parts)), line }] : [],
  );
  const slow = new Set(list.globs.slow);
  let glob = -1;
  for (const { entry, line } of entries) {
    if (entry.kind === 'range') continue;
    if (entry.kind === 'glob') glob++;
    const text = key(entry.kind === 'glob' ? globText(entry.parts) : entry.text);
    const first = seen.get(`${entry.kind} ${text}`);
    if (first !== undefined) {
      notes.add('LIST-DUPLICATE', `${line.text} stands in line ${first} already`, line);
      continue;
    }
    seen.set(`${entry.kind} ${text}`, line.line);
    if (text === '*' && entry.kind === 'glob') notes.add('LIST-EVERYTHING', '* holds for every value', line);
    if (entry.kind === 'glob' && slow.has(glob)) {
      notes.add('LIST-SLOW', `${line.text} has no literal of three characters and is tried on every value`, line);
    }
    if (entry.kind === 'literal' && list.kind === 'mixed' && !line.quoted && looksLikeAddress(text)) {
      notes.add('LIST-ADDRESS', `${text} is no address and taken as text; put it in quotes if that is meant`, line);
    }
    // Any star in a covered pattern meets a star of the covering one, so testing its own text as a value is enough.
    const by = list.globs.find(text, entry.kind === 'glob' ? glob : -1);
    const cover = globs[by];
    if (cover && !(entry.kind === 'glob' && cover.text === text)) {
      notes.add('LIST-SHADOWED', `${line.text} is covered by ${cover.line.text} (line ${cover.line.line})`, line);
    }
  }
}

function globText(parts: readonly GlobPart[]): string {
  return parts.map((part) => (part.kind === 'text' ? part.text : '*')).join('');
}

function network(entry: ListEntry & { kind: 'range' }): string {
  return `${entry.range.low.text}-${entry.range.high.text}`;
}
