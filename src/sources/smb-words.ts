/** SMB as sensors spell it, brought to one spelling. */

/** Suricata's dialect names as MS-SMB2 writes them; those of SMB1 (`NT LM 0.12`) stay. */
const DIALECTS: Readonly<Record<string, string>> = {
  '2.02': '2.0.2',
  '2.10': '2.1',
  '3.00': '3.0',
  '3.02': '3.0.2',
  '3.11': '3.1.1',
};

/** Share types and the services of SMB1 tree connects. */
const SHARE_TYPES: Readonly<Record<string, string>> = {
  DISK: 'DISK',
  FILE: 'DISK',
  'A:': 'DISK',
  PIPE: 'PIPE',
  IPC: 'PIPE',
  PRINT: 'PRINT',
  'LPT1:': 'PRINT',
};

/** What sensors write for a command on the share itself. */
const SHARE_ROOT = '<share_root>';

/** @returns `create` for `SMB2_COMMAND_CREATE` or `CREATE` */
export function smbCommand(text: string): string {
  return text.replace(/^SMB[12]_COMMAND_/, '').toLowerCase();
}

/** @returns `SMB1` or `SMB2` for a command that begins with it */
export function smbVersion(text: string): string | undefined {
  return /^SMB[12](?=_COMMAND_)/.exec(text)?.[0];
}

/** @returns the dialect such as `3.1.1`, undefined for `unknown` */
export function smbDialect(text: string): string | undefined {
  return text === 'unknown' ? undefined : (DIALECTS[text] ?? text);
}

/** @returns DISK, PIPE or PRINT, undefined for another word */
export function smbShareType(text: string): string | undefined {
  return Object.hasOwn(SHARE_TYPES, text) ? SHARE_TYPES[text] : undefined;
}

/** @returns the path below the share with backslashes, undefined for the share itself */
export function smbFilePath(text: string): string | undefined {
  return text === SHARE_ROOT ? undefined : text.replaceAll('/', '\\').replace(/^\\+/, '') || undefined;
}
