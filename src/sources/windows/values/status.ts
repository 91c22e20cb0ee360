/** Results: NT status, Kerberos, Win32; and the named numbers of services and tickets. */
import { readContentJson } from '../../../base/content.ts';
import { ntStatusName, ntStatusOutcome } from '../../nt-status.ts';
import type { Convert } from '../windows-read.ts';
import { toBits } from './number.ts';

interface NamedNumbers {
  readonly [table: string]: Readonly<Record<string, string>>;
}

let numbers: NamedNumbers | undefined;

/** A converter that names a number by one table of content/windows/numbers.json; a number outside it stays hexadecimal. */
function named(table: string): Convert {
  return (text) => {
    const bits = toBits(text);
    if (bits === undefined) return undefined;
    numbers ??= readContentJson<{ tables: NamedNumbers }>('windows/numbers.json').tables;
    const hex = `0x${bits.toString(16)}`;
    return numbers[table]?.[hex] ?? hex;
  };
}

/** Texts of System 7045, which name what Security 4697 writes as a number. */
const START_WORDS: ReadonlyMap<string, string> = new Map([
  ['boot start', 'boot'],
  ['system start', 'system'],
  ['auto start', 'auto'],
  ['demand start', 'demand'],
  ['disabled', 'disabled'],
]);

const TYPE_WORDS: ReadonlyMap<string, string> = new Map([
  ['kernel mode driver', 'kernel driver'],
  ['file system driver', 'file system driver'],
  ['user mode service', 'own process'],
]);

const startNumber = named('serviceStart');
const typeNumber = named('serviceType');
const ipProtocol = named('ipProtocol');

export const STATUS_CONVERTERS: Readonly<Record<string, Convert>> = {
  ntStatus: (text) => {
    if (text.startsWith('STATUS_')) return text;
    const bits = toBits(text);
    return bits === undefined ? undefined : ntStatusName(bits);
  },
  /** Success is 0; what is still under way says nothing. */
  statusOutcome: (text) => {
    const bits = toBits(text);
    return bits === undefined ? undefined : ntStatusOutcome(ntStatusName(bits));
  },
  kerberosStatus: named('kerberosStatus'),
  ticketEncryption: named('ticketEncryption'),
  /** Transports only; another protocol is told by its number. */
  ipProtocol: (text) => {
    const name = ipProtocol(text);
    return typeof name === 'string' && name.startsWith('0x') ? undefined : name;
  },
  serviceStart: (text) => START_WORDS.get(text.toLowerCase()) ?? startNumber(text) ?? text,
  serviceType: (text) => TYPE_WORDS.get(text.toLowerCase()) ?? typeNumber(text) ?? text,
  integrityLevel: (text) =>
    INTEGRITY.get(text.toUpperCase()) ?? (text.startsWith('S-1-') ? undefined : text.toLowerCase()),
  smbDialect: named('smbDialect'),
};

/** Mandatory label SIDs. */
const INTEGRITY: ReadonlyMap<string, string> = new Map([
  ['S-1-16-0', 'untrusted'],
  ['S-1-16-4096', 'low'],
  ['S-1-16-8192', 'medium'],
  ['S-1-16-8448', 'medium plus'],
  ['S-1-16-12288', 'high'],
  ['S-1-16-16384', 'system'],
]);
