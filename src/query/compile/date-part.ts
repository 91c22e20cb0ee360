import type { Scalar } from '../../event/document.ts';
import type { DatePart } from '../predicate.ts';

/**
 * @param part what is compared
 * @param wanted its number; months from 1, hours 0 to 23, weeks 1 to 53
 * @param zone IANA name; UTC when undefined
 * @returns a test over milliseconds since 1970
 */
export function compileDatePart(part: DatePart, wanted: number, zone: string | undefined): (value: Scalar) => boolean {
  throw new Error(`no language asks for parts of dates yet (${part} ${wanted} ${zone})`);
}
