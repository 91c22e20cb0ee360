/**
 * Errors the user can act on. Every code stands in one table with its exit code, so that the reference page of errors is
 * generated from it and a code can never be thrown without an entry.
 */
import type { Place } from './place.ts';

/** Exit codes of the command line; `smbastion help exit-codes` prints this table. */
export const EXIT = {
  done: 0,
  findings: 1,
  usage: 2,
  partial: 3,
  denied: 4,
  unreachable: 5,
  bug: 70,
  interrupted: 130,
} as const;

/** What each exit code means, in one line. */
export const EXIT_MEANING: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'done, and findings reached the level given with --fail-on, or an example of a rule failed',
  2: 'usage, configuration, a rule or an exception is wrong; rules that are right ran all the same',
  3: 'done, but some input could not be read (the summary says which)',
  4: 'not allowed',
  5: 'a server or device cannot be reached',
  70: 'a bug in smbastion; please report the stack shown',
  130: 'interrupted; what was found so far was printed',
};

const TABLE = {
  'KQL-SYNTAX': [EXIT.usage, 'A KQL query cannot be parsed.'],
  'KQL-TYPE': [EXIT.usage, 'A KQL value does not fit the type of its field.'],
  'EQL-SYNTAX': [EXIT.usage, 'An EQL query cannot be parsed.'],
  'EQL-TYPE': [EXIT.usage, 'A field of an EQL query does not exist, or a value does not fit.'],
  'TOML-SYNTAX': [EXIT.usage, 'A TOML file cannot be parsed.'],
  'YAML-SYNTAX': [EXIT.usage, 'A YAML file cannot be parsed.'],
  'SIGMA-SYNTAX': [EXIT.usage, 'A condition or a value of a Sigma document cannot be parsed.'],
  'SIGMA-KEY': [EXIT.usage, 'A Sigma document holds or names a key that does not exist.'],
  'SIGMA-VALUE': [EXIT.usage, 'A Sigma document holds a value of the wrong type or range.'],
  'SIGMA-MISSING': [EXIT.usage, 'A Sigma document lacks a key that it needs.'],
  'SIGMA-UNSUPPORTED': [EXIT.usage, 'A Sigma document uses something that is not run here.'],
  'SIGMA-REFERENCE': [EXIT.usage, 'A Sigma document names a rule that is not loaded, or itself.'],
  'CONFIG-KEY': [EXIT.usage, 'The configuration holds a key that does not exist.'],
  'CONFIG-VALUE': [EXIT.usage, 'The configuration holds a value of the wrong type or range.'],
  'CONFIG-READ': [EXIT.usage, 'The configuration file cannot be read.'],
  'RULE-KEY': [EXIT.usage, 'A rule file holds a key that does not exist.'],
  'RULE-VALUE': [EXIT.usage, 'A rule file holds a value of the wrong type or range.'],
  'RULE-MISSING': [EXIT.usage, 'A rule file lacks a key that it needs.'],
  'RULE-FIELD': [EXIT.usage, 'A rule names a field that does not exist.'],
  'RULE-DUPLICATE': [EXIT.usage, 'Two rules have the same id.'],
  'RULE-READ': [EXIT.usage, 'A rule file cannot be read.'],
  'RULE-UNKNOWN': [EXIT.usage, 'A rule id was named that no rule has.'],
  'REGEX-UNSAFE': [EXIT.usage, 'A regular expression cannot be run in linear time or cannot be parsed.'],
  'EXCEPTION-KEY': [EXIT.usage, 'An exception holds a key that does not exist.'],
  'EXCEPTION-VALUE': [EXIT.usage, 'An exception holds a value of the wrong type or range.'],
  'EXCEPTION-READ': [EXIT.usage, 'An exception file cannot be read.'],
  'LIST-VALUE': [EXIT.usage, 'A value list holds an entry that does not fit its kind.'],
  'LIST-READ': [EXIT.usage, 'A value list cannot be read.'],
  'INPUT-MISSING': [EXIT.usage, 'A path or pattern names nothing that can be read.'],
  'INPUT-EMPTY': [EXIT.usage, 'The named input holds no file.'],
  'OUTPUT-WRITE': [EXIT.usage, 'An output file cannot be written.'],
  'STORE-OPEN': [EXIT.usage, 'The store of events cannot be opened.'],
  'STORE-VERSION': [EXIT.usage, 'The store was written by a newer version of the program.'],
  'STORE-WRITE': [EXIT.unreachable, 'The store cannot write, as on a full disk; nothing was changed.'],
  'STORE-TIMEOUT': [EXIT.unreachable, 'A question to the store took too long.'],
  'STORE-CLOSED': [EXIT.unreachable, 'The store is being closed, as when the server stops.'],
  'STORE-BACKUP': [EXIT.usage, 'A copy of the store cannot be written or is not whole.'],
  'STORE-CURSOR': [EXIT.usage, 'The place where a page of events should begin is none.'],
  'CAPTURE-TOOL': [EXIT.usage, 'The program that captures packets is not there, or ended.'],
  'CAPTURE-INTERFACE': [EXIT.usage, 'There is no network interface of that name.'],
  'CAPTURE-RIGHTS': [EXIT.denied, 'Packets may not be captured with the rights at hand.'],
  'NOTIFY-SECRET': [EXIT.usage, 'A secret of a channel cannot be read.'],
  'SERVER-ADDRESS': [EXIT.usage, 'The server may not listen where it was told to, or cannot.'],
  'SERVER-UNREACHABLE': [EXIT.unreachable, 'No server answers where one was looked for.'],
  'API-INPUT': [EXIT.usage, 'A request to the server is not as it should be.'],
  'API-SIGN-IN': [EXIT.denied, 'The server does not know who asks.'],
  'API-DENIED': [EXIT.denied, 'Whoever asks may not do this.'],
  'API-NOT-FOUND': [EXIT.usage, 'What a request names is not there.'],
  'API-CONFLICT': [EXIT.usage, 'What a request would change is not as it assumes.'],
  'API-TOO-LARGE': [EXIT.usage, 'A request or an answer is larger than is allowed.'],
  'API-BUSY': [EXIT.unreachable, 'The server has too much to do, or was asked too often.'],
  'API-TIME': [EXIT.unreachable, 'The server stopped working on a request that took too long, or is stopping.'],
  'INGEST-LISTEN': [EXIT.usage, 'An address for syslog or flow exports cannot be listened on.'],
  USAGE: [EXIT.usage, 'The command line is wrong.'],
} as const satisfies Record<string, readonly [number, string]>;

/** Codes of errors the user can act on. */
export type ErrorCode = keyof typeof TABLE;

/** All codes with their meaning, for the generated reference. */
export const ERROR_TABLE: readonly { code: ErrorCode; exitCode: number; meaning: string }[] = Object.entries(TABLE).map(
  ([code, [exitCode, meaning]]) => ({ code: code as ErrorCode, exitCode, meaning }),
);

/** An error the user can act on: a code, a sentence, where it stands and what to do. */
export class SmbError extends Error {
  readonly code: ErrorCode;
  readonly place: Place | undefined;
  readonly fix: string | undefined;

  /**
   * @param code entry of the table above
   * @param message one sentence without the place
   * @param options place with the source line, and the fix where one is known
   */
  constructor(code: ErrorCode, message: string, options: { place?: Place | undefined; fix?: string | undefined } = {}) {
    super(message);
    this.name = 'SmbError';
    this.code = code;
    this.place = options.place;
    this.fix = options.fix;
  }

  /** Exit code that the table gives to this code. */
  get exitCode(): number {
    return TABLE[this.code][0];
  }
}

/**
 * The error that a server answered with, as it was thrown there.
 *
 * @param answer what an answer of the API holds: `{ error: { code, message, fix, place } }`
 * @returns undefined when it is none of ours
 */
export function errorFromAnswer(answer: unknown): SmbError | undefined {
  const { error } = (answer ?? {}) as { error?: { code?: unknown; message?: unknown; fix?: string; place?: Place } };
  if (typeof error?.code !== 'string' || typeof error.message !== 'string' || !Object.hasOwn(TABLE, error.code)) return;
  return new SmbError(error.code as ErrorCode, error.message, { place: error.place, fix: error.fix });
}

/** All errors of one file, thrown together so that it can be put right in one go; code and place are the first one's. */
export class SmbErrors extends SmbError {
  readonly errors: readonly SmbError[];

  /** @param errors at least one */
  constructor(errors: readonly SmbError[]) {
    const first = errors[0]!;
    super(first.code, first.message, { place: first.place, fix: first.fix });
    this.errors = errors;
  }
}

/**
 * Renders an error the way every language of the product shows it: code, place, sentence, source line, caret, fix.
 *
 * @param error the error
 * @returns several lines without a final line end
 */
export function formatError(error: SmbError): string {
  if (error instanceof SmbErrors) return error.errors.map(formatError).join('\n\n');
  return formatPlaced(error.code, error.message, error.place, error.fix);
}

/**
 * A sentence about a place in a text: an error, or a remark on something that works all the same.
 *
 * @param code what it is, shown first
 * @returns several lines without a final line end
 */
export function formatPlaced(code: string, message: string, place: Place | undefined, fix?: string): string {
  if (!place) return `${code} ${message}${fix ? `\n    ${fix}` : ''}`;
  const head = `${code} ${place.file}:${place.line}:${place.column}  ${message}`;
  const { text, column, length } = excerpt(place);
  const caret = `${' '.repeat(column - 1)}${'^'.repeat(Math.max(1, length))}`;
  return `${head}\n    ${text.replaceAll('\t', ' ')}\n    ${caret}${fix ? `  ${fix}` : ''}`;
}

/** Code points of a source line that are shown; a query can be a line of a megabyte. */
const SHOWN_POINTS = 240;

/** @returns the line of a place, or the part of a long line around it with the column and length in that part */
function excerpt({ sourceLine, column, length }: Place): { text: string; column: number; length: number } {
  if (sourceLine.length <= SHOWN_POINTS) return { text: sourceLine, column, length };
  const points = Array.from(sourceLine);
  const from = Math.max(0, column - 1 - SHOWN_POINTS / 3);
  const shown = points.slice(from, from + SHOWN_POINTS).join('');
  const before = from > 0 ? '…' : '';
  const behind = from + SHOWN_POINTS < points.length ? '…' : '';
  const start = column - from + before.length;
  return { text: before + shown + behind, column: start, length: Math.min(length, SHOWN_POINTS + 2 - start) };
}
