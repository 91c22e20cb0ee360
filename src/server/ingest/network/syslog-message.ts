/**
 * Where the text of a syslog message begins, behind the header of RFC 5424 or RFC 3164. Devices and relays write the latter as
 * they like, so that only what is needed is looked at.
 */

const BLANK = 32;
const LESS = 60;
const MORE = 62;
const OPEN = 91;
const CLOSE = 93;
const QUOTE = 34;
const BACKSLASH = 92;
const MINUS = 45;
const COLON = 58;
const AT_SIGN = 64;
const OPEN_OBJECT = 123;

/** Digits of a priority: facility and severity are below 192. */
const MAX_PRIORITY_DIGITS = 3;
/** `Mmm dd hh:mm:ss `, or the time of RFC 3339 that relays such as rsyslog (RSYSLOG_ForwardFormat) put in its place. */
const BSD_TIME =
  /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) /;
const MAX_TIME_LENGTH = 36;
/** Time, host, program, process and message id of RFC 5424. */
const IETF_WORDS = 5;

/** @returns index of the first byte of the message's text */
export function syslogTextStart(buffer: Buffer, start: number, end: number): number {
  let at = start;
  if (buffer[at] === LESS) {
    const close = buffer.indexOf(MORE, at);
    if (close < 0 || close >= end || close - at - 1 > MAX_PRIORITY_DIGITS) return start;
    at = close + 1;
  }
  return buffer[at] === 49 && buffer[at + 1] === BLANK ? ietfText(buffer, at + 2, end) : bsdText(buffer, at, end);
}

function ietfText(buffer: Buffer, from: number, end: number): number {
  let at = from;
  for (let word = 0; word < IETF_WORDS; word++) {
    const blank = buffer.indexOf(BLANK, at);
    if (blank < 0 || blank >= end) return from;
    at = blank + 1;
  }
  if (buffer[at] === MINUS) at++;
  else while (at < end && buffer[at] === OPEN) at = behindElement(buffer, at + 1, end);
  if (buffer[at] === BLANK) at++;
  // The text may begin with a UTF-8 byte order mark.
  return buffer[at] === 0xef && buffer[at + 1] === 0xbb && buffer[at + 2] === 0xbf ? at + 3 : at;
}

/** @returns index behind the closing bracket of an element of structured data */
function behindElement(buffer: Buffer, from: number, end: number): number {
  let isQuoted = false;
  for (let at = from; at < end; at++) {
    const c = buffer[at]!;
    if (c === BACKSLASH) at++;
    else if (c === QUOTE) isQuoted = !isQuoted;
    else if (c === CLOSE && !isQuoted) return at + 1;
  }
  return end;
}

/** Whether JSON or its cookie `@cee:` begins here: relays that know no program leave it out. */
function isObjectStart(buffer: Buffer, at: number): boolean {
  return buffer[at] === OPEN_OBJECT || buffer[at] === AT_SIGN;
}

/** `Mmm dd hh:mm:ss host program[1]: text`; the host may be left out, and so may everything. */
function bsdText(buffer: Buffer, from: number, end: number): number {
  const time = BSD_TIME.exec(buffer.toString('latin1', from, Math.min(end, from + MAX_TIME_LENGTH)))?.[0];
  if (time === undefined) return from;
  const words = from + time.length;
  let at = words;
  // Of the words behind the time the first that ends with a colon is the program's.
  for (let word = 0; word < 2; word++) {
    const blank = buffer.indexOf(BLANK, at);
    if (blank < 0 || blank >= end) return at;
    const isProgram = buffer[blank - 1] === COLON;
    at = blank + 1;
    if (isProgram || isObjectStart(buffer, at)) return at;
  }
  return words;
}
