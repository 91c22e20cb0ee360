/** Commands of SMB1 by number (MS-CIFS 2.2.2.1); names as sensors write them. */
export const CREATE_DIRECTORY = 0x00;
export const DELETE_DIRECTORY = 0x01;
export const OPEN = 0x02;
export const CREATE = 0x03;
export const CLOSE = 0x04;
export const DELETE = 0x06;
export const RENAME = 0x07;
export const READ = 0x0a;
export const WRITE = 0x0b;
export const CREATE_NEW = 0x0f;
export const LOCKING_ANDX = 0x24;
export const TRANSACTION = 0x25;
export const TRANSACTION_SECONDARY = 0x26;
export const OPEN_ANDX = 0x2d;
export const READ_ANDX = 0x2e;
export const WRITE_ANDX = 0x2f;
export const TRANSACTION2 = 0x32;
export const TRANSACTION2_SECONDARY = 0x33;
export const TREE_CONNECT = 0x70;
export const TREE_DISCONNECT = 0x71;
export const NEGOTIATE = 0x72;
export const SESSION_SETUP_ANDX = 0x73;
export const LOGOFF_ANDX = 0x74;
export const TREE_CONNECT_ANDX = 0x75;
export const NT_TRANSACT = 0xa0;
export const NT_TRANSACT_SECONDARY = 0xa1;
export const NT_CREATE_ANDX = 0xa2;
export const NT_CANCEL = 0xa4;
/** No further command in a chain. */
export const NO_COMMAND = 0xff;

const ANDX: ReadonlySet<number> = new Set([
  LOCKING_ANDX,
  OPEN_ANDX,
  READ_ANDX,
  WRITE_ANDX,
  SESSION_SETUP_ANDX,
  LOGOFF_ANDX,
  TREE_CONNECT_ANDX,
  NT_CREATE_ANDX,
]);

/** @returns whether another command may be chained behind this one */
export function isAndX(command: number): boolean {
  return ANDX.has(command);
}

const NAMES: Readonly<Record<number, string>> = {
  0x00: 'create_directory',
  0x01: 'delete_directory',
  0x02: 'open',
  0x03: 'create',
  0x04: 'close',
  0x05: 'flush',
  0x06: 'delete',
  0x07: 'rename',
  0x08: 'query_information',
  0x09: 'set_information',
  0x0a: 'read',
  0x0b: 'write',
  0x0c: 'lock_byte_range',
  0x0d: 'unlock_byte_range',
  0x0e: 'create_temporary',
  0x0f: 'create_new',
  0x10: 'check_directory',
  0x11: 'process_exit',
  0x12: 'seek',
  0x13: 'lock_and_read',
  0x14: 'write_and_unlock',
  0x1a: 'read_raw',
  0x1b: 'read_mpx',
  0x1c: 'read_mpx_secondary',
  0x1d: 'write_raw',
  0x1e: 'write_mpx',
  0x1f: 'write_mpx_secondary',
  0x20: 'write_complete',
  0x21: 'query_server',
  0x22: 'set_information2',
  0x23: 'query_information2',
  0x24: 'locking_andx',
  0x25: 'transaction',
  0x26: 'transaction_secondary',
  0x27: 'ioctl',
  0x28: 'ioctl_secondary',
  0x29: 'copy',
  0x2a: 'move',
  0x2b: 'echo',
  0x2c: 'write_and_close',
  0x2d: 'open_andx',
  0x2e: 'read_andx',
  0x2f: 'write_andx',
  0x30: 'new_file_size',
  0x31: 'close_and_tree_disc',
  0x32: 'transaction2',
  0x33: 'transaction2_secondary',
  0x34: 'find_close2',
  0x35: 'find_notify_close',
  0x70: 'tree_connect',
  0x71: 'tree_disconnect',
  0x72: 'negotiate',
  0x73: 'session_setup_andx',
  0x74: 'logoff_andx',
  0x75: 'tree_connect_andx',
  0x7e: 'security_package_andx',
  0x80: 'query_information_disk',
  0x81: 'search',
  0x82: 'find',
  0x83: 'find_unique',
  0x84: 'find_close',
  0xa0: 'nt_transact',
  0xa1: 'nt_transact_secondary',
  0xa2: 'nt_create_andx',
  0xa4: 'nt_cancel',
  0xa5: 'nt_rename',
  0xc0: 'open_print_file',
  0xc1: 'write_print_file',
  0xc2: 'close_print_file',
  0xc3: 'get_print_queue',
  0xd8: 'read_bulk',
  0xd9: 'write_bulk',
  0xda: 'write_bulk_data',
};

/** Reserved in the tables and withdrawn before Windows 2000: no client sends them. */
const WITHDRAWN: ReadonlySet<number> = new Set([
  0x1c, 0x1f, 0x21, 0x28, 0x29, 0x2a, 0x30, 0x31, 0x35, 0xa5, 0xd8, 0xd9, 0xda,
]);

/** @returns name in lower case, `0x15` for a number without meaning */
export function smb1CommandName(command: number): string {
  return NAMES[command] ?? `0x${command.toString(16).padStart(2, '0')}`;
}

/** @returns whether the number means something in any dialect */
export function isSmb1Command(command: number): boolean {
  return NAMES[command] !== undefined;
}

/** @returns whether no honest client sends the command */
export function isUnusedSmb1Command(command: number): boolean {
  return NAMES[command] === undefined || WITHDRAWN.has(command);
}
