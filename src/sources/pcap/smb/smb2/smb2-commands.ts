/** Commands of SMB2 and 3 by number (MS-SMB2 2.2.1). */
export const NEGOTIATE = 0;
export const SESSION_SETUP = 1;
export const LOGOFF = 2;
export const TREE_CONNECT = 3;
export const TREE_DISCONNECT = 4;
export const CREATE = 5;
export const CLOSE = 6;
export const READ = 8;
export const WRITE = 9;
export const IOCTL = 11;
export const CANCEL = 12;
export const ECHO = 13;
export const SET_INFO = 17;
export const OPLOCK_BREAK = 18;
/** Server to client notification; the last one. */
export const NOTIFICATION = 19;

/** Flags of the header. */
export const FLAG_RESPONSE = 0x1;
export const FLAG_ASYNC = 0x2;
export const FLAG_RELATED = 0x4;
export const FLAG_SIGNED = 0x8;

/** NT status values that steer the conversation. */
export const STATUS_PENDING = 0x103;
export const STATUS_MORE_PROCESSING = 0xc0000016;
export const STATUS_BUFFER_OVERFLOW = 0x80000005;
/** Said without a signature, since there is no key any more. */
export const STATUS_SESSION_DELETED = 0xc0000203;
export const STATUS_SESSION_EXPIRED = 0xc000035c;

/** Dialects. */
export const DIALECT_ASK_AGAIN = 0x02ff;
export const DIALECT_3_0 = 0x0300;
export const DIALECT_3_1_1 = 0x0311;

const DIALECTS: Readonly<Record<number, string>> = {
  0x0202: '2.0.2',
  0x0210: '2.1',
  0x0222: '2.2.2',
  0x0224: '2.2.4',
  [DIALECT_ASK_AGAIN]: '2.x',
  [DIALECT_3_0]: '3.0',
  0x0302: '3.0.2',
  0x0310: '3.1',
  [DIALECT_3_1_1]: '3.1.1',
};

/** @returns the dialect as MS-SMB2 writes it: `3.1.1` */
export function dialectName(dialect: number): string {
  return DIALECTS[dialect] ?? `0x${dialect.toString(16).padStart(4, '0')}`;
}

const COMMANDS = [
  'negotiate',
  'session_setup',
  'logoff',
  'tree_connect',
  'tree_disconnect',
  'create',
  'close',
  'flush',
  'read',
  'write',
  'lock',
  'ioctl',
  'cancel',
  'echo',
  'query_directory',
  'change_notify',
  'query_info',
  'set_info',
  'oplock_break',
  'notification',
] as const;

/** @returns command in lower case; `other` for a number without meaning */
export function smb2CommandName(command: number): string {
  return COMMANDS[command] ?? 'other';
}
