/**
 * Finds the PAN-OS record inside a syslog message. BSD and IETF headers differ, relays strip or repeat them, so the header
 * is not parsed: the record itself begins with a version digit and a date, `1,2025/10/24 12:01:40,`.
 */

/** A header longer than this is not looked through; structured data of IETF headers stays far below. */
const MAX_HEADER_BYTES = 4096;

/** `,dddd/dd/dd dd:dd:dd,`: d for a digit. */
const SHAPE = Buffer.from(',dddd/dd/dd dd:dd:dd,');
const COMMA = 44;
const DIGIT = 100;

/**
 * @param buffer bytes of one message
 * @returns index of the record's first byte, or -1 when the message holds none
 */
export function findRecord(buffer: Buffer, start: number, end: number): number {
  const last = Math.min(end - SHAPE.length, start + MAX_HEADER_BYTES);
  for (let at = start; at <= last; at++) {
    if (buffer[at] !== COMMA || !hasShape(buffer, at)) continue;
    let first = at;
    while (first > start && isDigit(buffer[first - 1]!)) first--;
    return first;
  }
  return -1;
}

function hasShape(buffer: Buffer, at: number): boolean {
  for (let i = 0; i < SHAPE.length; i++) {
    const wanted = SHAPE[i]!;
    const byte = buffer[at + i]!;
    if (wanted === DIGIT ? !isDigit(byte) : byte !== wanted) return false;
  }
  return true;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}
