/** Names of NT status values, for sensors that give the number. */
import { readContentJson } from '../base/content.ts';

let namesByCode: ReadonlyMap<number, string> | undefined;

/**
 * @param code NTSTATUS as an unsigned 32-bit number
 * @returns `STATUS_ACCESS_DENIED`, or `0xC0001234` for a value outside content/nt-status.json
 */
export function ntStatusName(code: number): string {
  namesByCode ??= new Map(
    Object.entries(readContentJson<{ statuses: Record<string, string> }>('nt-status.json').statuses).map(
      ([hex, name]) => [Number(hex), `STATUS_${name}`],
    ),
  );
  return namesByCode.get(code) ?? `0x${(code >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
}

/**
 * What a status says about the request.
 *
 * @param name status with `STATUS_`
 * @returns `unknown` while the exchange goes on (PENDING, MORE_PROCESSING_REQUIRED)
 */
export function ntStatusOutcome(name: string): 'success' | 'failure' | 'unknown' {
  if (name === 'STATUS_SUCCESS') return 'success';
  return name === 'STATUS_PENDING' || name === 'STATUS_MORE_PROCESSING_REQUIRED' ? 'unknown' : 'failure';
}
