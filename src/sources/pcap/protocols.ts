/** The list of protocols read from TCP connections; the first that wants a connection gets it. A new one is one line. */
import { smbProtocol } from './smb/protocol.ts';
import type { StreamProtocol } from './stream.ts';

/** Protocols over TCP. */
export const streamProtocols: readonly StreamProtocol[] = [smbProtocol];
