/** A report format: results in, text out. One file a format; formats.ts is the list. */
import type { ScanResult } from '../detect/scan-result.ts';

/** Where a report goes and how it may look. */
export interface ReportOptions {
  /** Width of the terminal in columns; Infinity when the output is no terminal. */
  readonly width: number;
  readonly colour: boolean;
  /** Command line that made the report, for the header of documents made for people. */
  readonly title: string;
  /** Show alerts silenced by exceptions too. */
  readonly showExcepted: boolean;
  /** Show building blocks, the weak signs that feed other rules, too. */
  readonly showBuildingBlocks: boolean;
  /** Write the events of alerts of several events as documents behind each; only in jsonl. */
  readonly showMembers?: boolean;
}

/** Writes text; the format calls it in order. */
export type Write = (text: string) => void;

/** One report format. */
export interface ReportFormat {
  /** Value of `--format`. */
  readonly id: string;
  readonly title: string;
  /** File extension for `-o`. */
  readonly extension: string;
  write(result: ScanResult, write: Write, options: ReportOptions): void;
}
