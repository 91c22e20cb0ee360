/** The first bytes of what is written or read say what it is. */

/** @returns whether the bytes begin as a program does */
export function isProgram(bytes: Uint8Array, from: number, to: number): boolean {
  return to - from >= 2 && bytes[from] === 0x4d && bytes[from + 1] === 0x5a;
}

/** On a handle of which nothing is known, the bytes must look like a call. */
export function mayBeCalls(isPipe: boolean | undefined, bytes: Uint8Array, from: number, to: number): boolean {
  if (isPipe !== undefined) return isPipe;
  return to - from >= 16 && bytes[from] === 5 && bytes[from + 1] === 0 && bytes[from + 2]! <= 19;
}
