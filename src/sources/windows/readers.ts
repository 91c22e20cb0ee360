/**
 * The words that mapping files use: `address IpAddress` reads the value IpAddress as an address. Most words convert one
 * text and take names of values, of which the first that says something counts; a few read more than one value or a field.
 * `networkLogon > address IpAddress` reads only where the condition holds.
 */
import { baseName, pipeName, shareName } from '../../event/normalise/share.ts';
import { fieldId } from '../../event/field.ts';
import { firstText } from '../../event/view.ts';
import { mappedName } from './mapped-name.ts';
import { ownTimeOf, wallTime } from './own-time.ts';
import { ACCESS_READS } from './values/access.ts';
import { ACCOUNT_CONVERTERS, accountName } from './values/account.ts';
import { ADDRESS_CONVERTERS, isLoopback } from './values/address.ts';
import { CODE_CONVERTERS, codesOf, withWords } from './values/codes.ts';
import { HASH_READERS } from './values/hashes.ts';
import { NUMBER_CONVERTERS, toBits } from './values/number.ts';
import { PATH_CONVERTERS, programOf } from './values/path.ts';
import { REGISTRY_CONVERTERS } from './values/registry.ts';
import { SERVICE_READS } from './values/service.ts';
import { SHARE_READS } from './values/share.ts';
import { STATUS_CONVERTERS } from './values/status.ts';
import { taskTexts } from './values/task.ts';
import { type Convert, firstPresent, present, type WindowsRead } from './windows-read.ts';
import type { WindowsRecord } from './windows-record.ts';

/** Makes a read of the words behind the first. */
type Reader = (args: readonly string[]) => WindowsRead;

const TEXT_CONVERTERS: Readonly<Record<string, Convert>> = {
  text: (text) => text,
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  time: wallTime,
  shareOf: (text) => shareName(text),
  pipe: (text) => (text.startsWith('<') ? undefined : pipeName(text)),
  win32Words: (text) => withWords(text, 'win32'),
  win32Code: (text) => codesOf(text)[0] ?? (/^\d{1,10}$/.test(text) ? text : undefined),
  /** `N/A` stands where there was no remark or descriptor. */
  remark: (text) => (text === 'N/A' ? undefined : text),
  /** Common name of `CN=jdoe,OU=..`; other spellings as they are. */
  distinguishedName: (text) => /^CN=((?:\\.|[^,\\])+)/i.exec(text)?.[1]?.replace(/\\(.)/g, '$1') ?? accountName(text),
  flowDirection: (text) => FLOW_DIRECTIONS.get(text.toLowerCase()),
  /** Host of `cifs/srv01.corp.example` or `cifs/srv01:445`. */
  spnHost: (text) => text.split('/')[1]?.split(/[:@]/)[0]?.toLowerCase() || undefined,
  userNotSid: (text) => (/^S-1-/i.test(text) ? undefined : accountName(text)),
  commandName: (text) => baseName(programOf(text) ?? '') || undefined,
  bits: (text) => toBits(text),
};

/** Direction of a connection in the words of 5156 and of Sysmon's Initiated. */
const FLOW_DIRECTIONS: ReadonlyMap<string, string> = new Map([
  ['%%14592', 'ingress'],
  ['%%14593', 'egress'],
  ['inbound', 'ingress'],
  ['outbound', 'egress'],
  ['true', 'egress'],
  ['false', 'ingress'],
]);

const CONVERTERS: Readonly<Record<string, Convert>> = {
  ...TEXT_CONVERTERS,
  ...NUMBER_CONVERTERS,
  ...ADDRESS_CONVERTERS,
  ...ACCOUNT_CONVERTERS,
  ...CODE_CONVERTERS,
  ...PATH_CONVERTERS,
  ...REGISTRY_CONVERTERS,
  ...STATUS_CONVERTERS,
};

const READS: Readonly<Record<string, WindowsRead>> = { ...ACCESS_READS, ...SHARE_READS, ...SERVICE_READS };

/** A difference between the record's time and the provider's own within these bounds is a clock that was written late. */
const MIN_SHIFT_MS = 1000;
const MAX_SHIFT_MS = 86_400_000;

function ownTimeShift(record: WindowsRecord): number | undefined {
  const own = ownTimeOf(record);
  if (own === undefined) return undefined;
  if (Number.isNaN(record.time)) return Number.NaN;
  const shift = own - record.time;
  return Math.abs(shift) > MIN_SHIFT_MS && Math.abs(shift) < MAX_SHIFT_MS ? shift : undefined;
}

const READERS: Readonly<Record<string, Reader>> = {
  is: (args) => () => args.join(' '),
  /** The first of some fields that has a value. */
  field: (args) => {
    const ids = args.map((name) => fieldId(name));
    return (_record, view) => {
      for (const id of ids) {
        const value = view.get(id);
        if (value !== undefined) return value;
      }
      return undefined;
    };
  },
  /** `domainOrOf Domain Account`: a value of its own, else the domain inside the account. */
  domainOrOf: ([domain, account]) => {
    const domains = [mappedName(domain!)];
    const accounts = [mappedName(account!)];
    return (record) => {
      const own = firstPresent(record, domains);
      if (own !== undefined) return own;
      const name = firstPresent(record, accounts);
      return name === undefined ? undefined : ACCOUNT_CONVERTERS['accountDomain']!(name);
    };
  },
  userSid: () => (record) => (record.userSid === undefined ? undefined : CONVERTERS['sid']!(record.userSid)),
  recordPid: () => (record) => record.processId,
  task: ([element, ...values]) => {
    const names = values.map((name) => mappedName(name));
    return (record) => {
      const xml = firstPresent(record, names);
      return xml === undefined ? undefined : taskTexts(xml, element!);
    };
  },
  /** `isLocal source.ip`: whether an address of the client is the host's own loopback. */
  isLocal: ([name]) => {
    const id = fieldId(name!);
    return (_record, view) => {
      const ip = firstText(view, id);
      return ip === undefined ? undefined : isLoopback(ip);
    };
  },
  ownTime: () => (record) => {
    const shift = ownTimeShift(record);
    if (shift === undefined) return Number.isNaN(record.time) ? undefined : record.time;
    return ownTimeOf(record);
  },
  timeShift: () => (record) => {
    const shift = ownTimeShift(record);
    return shift === undefined || Number.isNaN(shift) ? undefined : Math.round(shift);
  },
  ...HASH_READERS,
};

type Condition = (record: WindowsRecord) => boolean;

const LOGON_TYPE = mappedName('LogonType');
const TARGET_USER = mappedName('TargetUserName');
const OBJECT_TYPE = mappedName('ObjectType');

/** Logon types that come over the network without a screen: SMB is 3; 8 is the same with a clear-text password. */
const NETWORK_TYPES: ReadonlySet<string> = new Set(['3', '8', '0x3', '0x8']);

const CONDITIONS: Readonly<Record<string, Condition>> = {
  networkLogon: (record) => NETWORK_TYPES.has(present(record.data(LOGON_TYPE)) ?? ''),
  hasTarget: (record) => present(record.data(TARGET_USER)) !== undefined,
  fileObject: (record) => present(record.data(OBJECT_TYPE)) === 'File',
};

function converted(convert: Convert, args: readonly string[]): WindowsRead {
  const names = args.map((name) => mappedName(name));
  return (record) => {
    for (const name of names) {
      const text = present(record.data(name));
      if (text === undefined) continue;
      const value = convert(text);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

/**
 * @param source text of a mapping file
 * @throws Error for a word that is none, which is a bug of the mapping file
 */
export function compileRead(source: string): WindowsRead {
  const arrow = source.indexOf('>');
  if (arrow >= 0) {
    const name = source.slice(0, arrow).trim();
    const condition = CONDITIONS[name];
    if (!condition) throw new Error(`no condition is called ${name}`);
    const read = compileRead(source.slice(arrow + 1));
    return (record, view) => (condition(record) ? read(record, view) : undefined);
  }
  const [word, ...args] = source.trim().split(/\s+/) as [string, ...string[]];
  if (Object.hasOwn(READERS, word)) return READERS[word]!(args);
  if (Object.hasOwn(READS, word)) return READS[word]!;
  if (Object.hasOwn(CONVERTERS, word)) return converted(CONVERTERS[word]!, args);
  throw new Error(`no reader is called ${word}`);
}
