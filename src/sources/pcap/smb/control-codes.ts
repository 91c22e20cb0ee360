/** Control calls of files that are told of (MS-FSCC 2.3, MS-SMB2 2.2.31), by the names of their functions. */

export const DFS_REFERRALS = 0x00060194;
export const DFS_REFERRALS_EX = 0x000601b0;
export const VALIDATE_NEGOTIATE = 0x00140204;
export const COPYCHUNK = 0x001440f2;
export const COPYCHUNK_WRITE = 0x001480f2;

const NAMES: Readonly<Record<number, string>> = {
  [DFS_REFERRALS]: 'dfs_get_referrals',
  [DFS_REFERRALS_EX]: 'dfs_get_referrals_ex',
  [VALIDATE_NEGOTIATE]: 'validate_negotiate_info',
  [COPYCHUNK]: 'srv_copychunk',
  [COPYCHUNK_WRITE]: 'srv_copychunk_write',
  0x00144064: 'srv_enumerate_snapshots',
  0x000900a4: 'set_reparse_point',
};

/** @returns name of a function that is told of; undefined for all others */
export function controlName(code: number): string | undefined {
  return NAMES[code];
}
