/** A terminal as a place to write lines to: colour where allowed, text wrapped and aligned, nothing from data trusted. */
import { styleText } from 'node:util';
import { printable } from '../../base/text/printable.ts';
import { wrapColumns } from '../../base/text/text-width.ts';
import type { Severity } from '../../event/severity.ts';
import type { ReportOptions, Write } from '../report.ts';

type Style = Parameters<typeof styleText>[0];

const SEVERITY_STYLE: Readonly<Record<Severity, Style>> = {
  critical: ['bold', 'red'],
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
};

/** Prose is not set wider than this, however wide the terminal is: longer lines are hard to follow. */
const WIDEST_PROSE = 120;

/** Narrower terminals are written to as if they had this many columns. */
const NARROWEST = 40;

/** Longest text written whole; names and messages come from data and may be megabytes. */
const PROSE_LENGTH = 2_000;

/** Writes lines in a given width. */
export class Screen {
  /** Columns of a line; Infinity when the output is no terminal, and then nothing is wrapped. */
  readonly width: number;
  private readonly write: Write;
  private readonly colour: boolean;

  constructor(write: Write, options: ReportOptions) {
    this.write = write;
    this.colour = options.colour;
    this.width = options.width === Infinity ? Infinity : Math.min(WIDEST_PROSE, Math.max(NARROWEST, options.width));
  }

  /** Writes a finished line: its texts are already printable and may carry styles. */
  line(text = ''): void {
    this.write(`${text.trimEnd()}\n`);
  }

  /** Writes text wrapped below itself, `first` in front of the first line, made printable. */
  prose(text: string, indent: number, first = ' '.repeat(indent), style?: (text: string) => string): void {
    const short = text.length > PROSE_LENGTH ? `${text.slice(0, PROSE_LENGTH)}…` : text;
    const lines = wrapColumns(printable(short), this.width - indent);
    const styled = style ?? ((line) => line);
    lines.forEach((line, index) => this.line((index === 0 ? first : ' '.repeat(indent)) + styled(line)));
  }

  /** A heading of the summary. */
  heading(text: string): void {
    this.line();
    this.line(this.bold(text));
  }

  bold = (text: string): string => this.style('bold', text);
  dim = (text: string): string => this.style('dim', text);

  severity(severity: Severity, text: string): string {
    return this.style(SEVERITY_STYLE[severity], text);
  }

  private style(style: Style, text: string): string {
    // Whether colour is wanted is the caller's decision, not that of node's guess about standard output.
    return this.colour && text !== '' ? styleText(style, text, { validateStream: false }) : text;
  }
}
