/** TCP ports of SMB servers: direct, and over NetBIOS sessions. */
export const SMB_PORTS: readonly number[] = [445, 139];

/** @returns whether a port is one of SMB's own */
export function isSmbPort(port: number | undefined): boolean {
  return port === 445 || port === 139;
}
