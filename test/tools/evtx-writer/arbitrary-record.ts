/** Random records for property tests: every value type, every form, System values present and absent. */
import fc from 'fast-check';
import type { EvtxRecord, NamedValue, Scalar, ScalarType, Value, ValueType } from './description.ts';

const hexDigits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789ABCDEF'), minLength: length, maxLength: length });

/** Text without U+0000, which no value keeps at its end, and without halves of surrogate pairs. */
const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 30 }) },
  { weight: 2, arbitrary: fc.constantFrom('C:\\Windows\\x.exe', 'a & b', '<"\'>', 'Advapi  ', '-', '%%1833', 'ä€😀') },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }).map((each) => each.replaceAll('\0', '')) },
);
const ansiText = fc.string({ unit: fc.constantFrom(...'abcXYZ 019.-éÄ'), maxLength: 20 });
const guid = fc
  .tuple(hexDigits(8), hexDigits(4), hexDigits(4), hexDigits(4), hexDigits(12))
  .map((parts) => `{${parts.join('-')}}`);
const sid = fc
  .tuple(fc.constantFrom(1, 5, 15, 16), fc.array(fc.nat({ max: 0xffff_ffff }), { minLength: 1, maxLength: 15 }))
  .map(([authority, parts]) => `S-1-${authority}-${parts.join('-')}`);
const filetime = fc
  .tuple(fc.integer({ min: 0, max: 4_000_000_000 }), fc.nat({ max: 9_999_999 }))
  .map(([seconds, ticks]) => `${isoSecond(seconds)}.${String(ticks).padStart(7, '0')}Z`);
const systemtime = fc
  .tuple(fc.integer({ min: 0, max: 4_000_000_000 }), fc.nat({ max: 999 }))
  .map(([seconds, ms]) => `${isoSecond(seconds)}.${String(ms).padStart(3, '0')}Z`);
const signed = (bits: bigint) => fc.bigInt({ min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n });
const unsigned = (bits: bigint) => fc.bigInt({ min: 0n, max: (1n << bits) - 1n });

const scalars: Readonly<Record<ScalarType, fc.Arbitrary<Scalar>>> = {
  string: text,
  ansi: ansiText,
  i8: signed(8n),
  u8: unsigned(8n),
  i16: signed(16n),
  u16: unsigned(16n),
  i32: signed(32n),
  u32: unsigned(32n),
  i64: signed(64n),
  u64: unsigned(64n),
  float: fc.float({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
  double: fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
  boolean: fc.boolean(),
  binary: fc.nat({ max: 20 }).chain((bytes) => hexDigits(bytes * 2)),
  guid,
  size32: unsigned(32n),
  size64: unsigned(64n),
  filetime,
  systemtime,
  sid,
  hex32: unsigned(32n),
  hex64: unsigned(64n),
};

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Every scalar type. */
export const scalarTypes = Object.keys(scalars) as readonly ScalarType[];

/**
 * @param types scalar types to draw from
 * @param arrays types whose arrays may occur
 * @returns Data values under different names, at most one without a name
 */
export function arbitraryEventData(
  types: readonly ScalarType[],
  arrays: readonly Exclude<ScalarType, 'binary'>[],
): fc.Arbitrary<NamedValue[]> {
  const single: fc.Arbitrary<readonly [ValueType, Value]> = fc
    .constantFrom(...types)
    .chain((type) => scalars[type].map((value) => [type, value] as const));
  // An item without text at the end of an array of strings cannot be told from the zero that ends the array.
  const list: fc.Arbitrary<readonly [ValueType, Value]> =
    arrays.length === 0
      ? single
      : fc.constantFrom(...arrays).chain((type) =>
          fc
            .array(scalars[type], { minLength: 1, maxLength: 5 })
            .filter((items) => items.every((item) => item !== ''))
            .map((items) => [`${type}[]`, items] as const),
        );
  const value = fc.oneof({ weight: 8, arbitrary: single }, { weight: 1, arbitrary: list });
  return fc
    .uniqueArray(fc.tuple(fc.option(fc.constantFrom(...NAMES), { freq: 12 }), value), {
      maxLength: 8,
      selector: ([name]) => name,
    })
    .map((values) => values.map(([name, [type, content]]) => [name, type, content] as const));
}

/** @returns records of one form or of any, with the given EventData */
export function arbitraryRecord(eventData: fc.Arbitrary<NamedValue[]>): fc.Arbitrary<EvtxRecord> {
  return fc.record({
    recordId: fc.bigInt({ min: 1n, max: 1n << 53n }),
    time: filetime.map((time) => `20${time.slice(2)}`),
    provider: fc.record({
      name: fc.constantFrom('Microsoft-Windows-Security-Auditing', 'Service Control Manager', 'x'),
      guid: maybe(guid),
      eventSourceName: maybe(fc.constant('Service Control Manager')),
    }),
    channel: fc.constantFrom('Security', 'System', 'Microsoft-Windows-SMBServer/Audit'),
    computer: fc.constantFrom('APP01.office.example', 'DC01.office.example'),
    eventId: fc.nat({ max: 65_535 }),
    qualifiers: maybe(fc.nat({ max: 65_535 })),
    version: maybe(fc.nat({ max: 255 })),
    level: maybe(fc.nat({ max: 5 })),
    task: maybe(fc.nat({ max: 65_535 })),
    opcode: maybe(fc.nat({ max: 255 })),
    keywords: maybe(unsigned(64n).map((value) => `0x${value.toString(16)}`)),
    activityId: maybe(guid),
    relatedActivityId: maybe(guid),
    processId: maybe(fc.nat({ max: 0xffff_ffff })),
    threadId: maybe(fc.nat({ max: 0xffff_ffff })),
    userSid: maybe(sid),
    eventData,
    form: fc.constantFrom('template', 'nested', 'literal-nested', 'templateless'),
    constants: fc.boolean(),
    optionalData: fc.boolean(),
    nestedHeader: fc.boolean(),
  });
}

const NAMES = ['SubjectUserSid', 'TargetUserName', 'IpAddress', 'IpPort', 'Status', 'Threat Name', 'Binary', 'x', 'ä'];

function isoSecond(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19);
}
