/** Text of the old Windows code page (windows-1252); ANSI values do not say which page they use. */
const decoder = new TextDecoder('windows-1252');

/** @returns the text, zeros at its end dropped */
export function ansiText(bytes: Buffer, at: number, size: number): string {
  let end = at + size;
  while (end > at && bytes[end - 1] === 0) end--;
  let isAscii = true;
  for (let i = at; i < end && isAscii; i++) isAscii = bytes[i]! < 0x80;
  return isAscii ? bytes.toString('latin1', at, end) : decoder.decode(bytes.subarray(at, end));
}
