import { ntStatusName } from '../../../nt-status.ts';
import type { WireFields } from './wire-kind.ts';

/** NT status of a name that was not there, of an end that was reached: normal noise, no refused access. */
const NOISE: ReadonlySet<number> = new Set([
  0xc0000034, 0xc000003a, 0xc000000f, 0x80000006, 0xc0000011, 0xc0000035, 0xc0000225,
]);

/** @returns whether the status says that something is missing or finished, not that access was refused */
export function isNoise(status: number): boolean {
  return NOISE.has(status);
}

/** The status by name and number; undefined when there was no answer. */
export const STATUS_FIELDS: WireFields<{ readonly status: number | undefined }> = {
  'smb.status': ({ status }) => (status === undefined ? undefined : ntStatusName(status)),
  'smb.status_code': ({ status }) =>
    status === undefined ? undefined : `0x${(status >>> 0).toString(16).toUpperCase().padStart(8, '0')}`,
};
