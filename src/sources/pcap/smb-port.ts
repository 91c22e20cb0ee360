/** Ports of SMB servers: direct TCP, and over NetBIOS sessions. */
export const SMB_PORTS: readonly number[] = [445, 139];

/** @returns whether a TCP port is one of SMB's own */
export function isSmbPort(port: number): boolean {
  return port === 445 || port === 139;
}
