/** Values of BinXML: the bytes of a slot, and the text that rules, exports and literal elements show for them. */
import type { Scalar, ScalarType, Value, ValueType } from './description.ts';

/** Bit of the type that makes an array of it. */
const ARRAY = 0x80;

/** Numbers of the types in a slot. */
const TYPE_CODES: Readonly<Record<ScalarType, number>> = {
  string: 0x01,
  ansi: 0x02,
  i8: 0x03,
  u8: 0x04,
  i16: 0x05,
  u16: 0x06,
  i32: 0x07,
  u32: 0x08,
  i64: 0x09,
  u64: 0x0a,
  float: 0x0b,
  double: 0x0c,
  boolean: 0x0d,
  binary: 0x0e,
  guid: 0x0f,
  size32: 0x10,
  size64: 0x10,
  filetime: 0x11,
  systemtime: 0x12,
  sid: 0x13,
  hex32: 0x14,
  hex64: 0x15,
};

/** 1601-01-01 to 1970-01-01 in units of 100 ns. */
const EPOCH_TICKS = 116_444_736_000_000_000n;
const TICKS_PER_SECOND = 10_000_000n;

/** @returns number of the type as a slot or substitution names it */
export function typeCode(type: ValueType): number {
  return isArrayType(type) ? ARRAY | TYPE_CODES[itemType(type)] : TYPE_CODES[type];
}

/** @returns whether values of the type are lists */
export function isArrayType(type: ValueType): type is `${Exclude<ScalarType, 'binary'>}[]` {
  return type.endsWith('[]');
}

/**
 * @param value not null
 * @param terminate whether strings carry a zero at their end
 * @returns the bytes of the slot
 */
export function encodeValue(type: ValueType, value: NonNullable<Value>, terminate: boolean): Buffer {
  if (!isArrayType(type)) return encodeScalar(type, value as Scalar, terminate);
  const item = itemType(type);
  const items = (value as readonly Scalar[]).map((each) => encodeScalar(item, each, true));
  const bytes = Buffer.concat(items);
  // The last string of an array may lack its zero.
  return terminate || items.length === 0 || !['string', 'ansi'].includes(item)
    ? bytes
    : bytes.subarray(0, bytes.length - (item === 'string' ? 2 : 1));
}

/** @returns what is shown for the value, one text for each item */
export function valueTexts(type: ValueType, value: NonNullable<Value>): string[] {
  if (!isArrayType(type)) return [scalarText(type, value as Scalar)];
  const item = itemType(type);
  return (value as readonly Scalar[]).map((each) => scalarText(item, each));
}

/** @returns 100-ns ticks since 1601 of ISO text in UTC with up to seven decimals */
export function toFiletime(iso: string): bigint {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?Z$/.exec(iso);
  if (!match) throw new Error(`not a time in UTC with up to seven decimals: ${iso}`);
  const seconds = BigInt(Date.parse(`${match[1]!}Z`)) / 1000n;
  return seconds * TICKS_PER_SECOND + BigInt((match[2] ?? '').padEnd(7, '0')) + EPOCH_TICKS;
}

/** @returns the 16 bytes of `{8-4-4-4-12}` */
export function guidBytes(text: string): Buffer {
  const hex = text.replaceAll(/[{}-]/g, '');
  if (!/^[0-9a-f]{32}$/i.test(hex)) throw new Error(`not a GUID: ${text}`);
  const bytes = Buffer.from(hex, 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

function itemType(type: `${Exclude<ScalarType, 'binary'>}[]`): ScalarType {
  return type.slice(0, -2) as ScalarType;
}

function encodeScalar(type: ScalarType, value: Scalar, terminate: boolean): Buffer {
  switch (type) {
    case 'string':
      return Buffer.from(terminate ? `${String(value)}\0` : String(value), 'utf16le');
    case 'ansi':
      return Buffer.from(terminate ? `${String(value)}\0` : String(value), 'latin1');
    case 'i8':
    case 'u8':
      return integer(value, 1);
    case 'i16':
    case 'u16':
      return integer(value, 2);
    case 'i32':
    case 'u32':
    case 'size32':
    case 'hex32':
      return integer(value, 4);
    case 'i64':
    case 'u64':
    case 'size64':
    case 'hex64':
      return integer(value, 8);
    case 'float': {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatLE(Number(value));
      return bytes;
    }
    case 'double': {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(Number(value));
      return bytes;
    }
    case 'boolean':
      return integer(value === true ? 1 : 0, 4);
    case 'binary':
      return Buffer.from(String(value), 'hex');
    case 'guid':
      return guidBytes(String(value));
    case 'filetime':
      return integer(toFiletime(String(value)), 8);
    case 'systemtime':
      return systemtimeBytes(String(value));
    case 'sid':
      return sidBytes(String(value));
  }
}

function integer(value: Scalar, width: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  return bytes.subarray(0, width);
}

function systemtimeBytes(iso: string): Buffer {
  const time = new Date(iso);
  const parts = [
    time.getUTCFullYear(),
    time.getUTCMonth() + 1,
    time.getUTCDay(),
    time.getUTCDate(),
    time.getUTCHours(),
    time.getUTCMinutes(),
    time.getUTCSeconds(),
    time.getUTCMilliseconds(),
  ];
  return Buffer.concat(parts.map((part) => integer(part, 2)));
}

function sidBytes(text: string): Buffer {
  const [letter, revision, authority, ...rest] = text.split('-');
  if (letter !== 'S' || revision === undefined || authority === undefined) throw new Error(`not a SID: ${text}`);
  const head = Buffer.from([Number(revision), rest.length, 0, 0, 0, 0, 0, 0]);
  head.writeUIntBE(Number(authority), 2, 6);
  return Buffer.concat([head, ...rest.map((part) => integer(Number(part), 4))]);
}

function scalarText(type: ScalarType, value: Scalar): string {
  switch (type) {
    case 'float':
      return String(Math.fround(Number(value)));
    case 'double':
      return String(Number(value));
    case 'guid':
    case 'binary':
      return String(value).toUpperCase();
    case 'size32':
    case 'hex32':
    case 'size64':
    case 'hex64':
      return `0x${BigInt(value).toString(16)}`;
    case 'filetime':
      return isoText(String(value), 7);
    case 'systemtime':
      return isoText(String(value), 3);
    default:
      return String(value);
  }
}

function isoText(iso: string, decimals: number): string {
  const [seconds, fraction = ''] = iso.slice(0, -1).split('.');
  return `${seconds!}.${fraction.padEnd(decimals, '0').slice(0, decimals)}Z`;
}
