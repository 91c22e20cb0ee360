/** Accounts and sessions: names, SIDs, logon ids, logon types. */
import { readContentJson } from '../../../base/content.ts';
import { splitAccount } from '../../../event/normalise/share.ts';
import type { Convert } from '../windows-read.ts';
import { toNumber } from './number.ts';

/** SID Windows writes where there is no account. */
const NOBODY = 'S-1-0-0';

const ANONYMOUS = 'S-1-5-7';

let logonTypes: ReadonlyMap<number, string> | undefined;

function logonTypeName(type: number): string {
  logonTypes ??= new Map(
    Object.entries(readContentJson<{ types: Record<string, string> }>('windows/logon-types.json').types).map(
      ([id, name]) => [Number(id), name],
    ),
  );
  return logonTypes.get(type) ?? String(type);
}

/** @returns the logon id as `0x` and hexadecimal digits without leading zeros; 0 is none */
export function toLogonId(text: string): string | undefined {
  if (!/^(0[xX][0-9a-fA-F]{1,16}|\d{1,20})$/.test(text)) return undefined;
  const id = BigInt(text);
  return id === 0n ? undefined : `0x${id.toString(16)}`;
}

/** @returns the part of an account before `@` or behind the backslash */
export function accountName(text: string): string {
  return splitAccount(text).name;
}

/** @returns whether the name is one of a machine account or a managed service account; groups and shares have none */
export function isMachineName(name: string): boolean {
  return name.length > 1 && name.endsWith('$');
}

export const ACCOUNT_CONVERTERS: Readonly<Record<string, Convert>> = {
  sid: (text) => {
    const sid = text.replace(/^%\{|\}$/g, '').toUpperCase();
    return sid.startsWith('S-1-') && sid !== NOBODY ? sid : undefined;
  },
  /** Members of `%{S-1-5-32-544} %{S-1-1-0}`. */
  sids: (text) => {
    const sids = text.match(/S-1-[0-9-]+/g);
    return sids === null ? undefined : [...new Set(sids)];
  },
  accountName,
  accountDomain: (text) => splitAccount(text).domain,
  logonId: toLogonId,
  logonType: (text) => {
    const type = toNumber(text);
    return type === undefined ? undefined : logonTypeName(type);
  },
  isAnonymous: (text) => (text.toUpperCase() === ANONYMOUS ? true : undefined),
  /** The guest account of a machine or domain has the relative id 501. */
  isGuest: (text) => (/^S-1-5-21-[0-9-]+-501$/i.test(text) ? true : undefined),
  authMechanism: (text) => {
    const word = text.toLowerCase();
    return word === 'ntlm' || word === 'kerberos' ? word : word.startsWith('ntlm') ? 'ntlm' : undefined;
  },
  ntlmVersion: (text) => (/^ntlm v[12]$/i.test(text) ? text.toUpperCase() : undefined),
};
