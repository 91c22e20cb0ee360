/** Types of substitution values ([MS-EVEN6] 2.2.12), as far as something is decided by them. */
export const VALUE = {
  null: 0x00,
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
  size: 0x10,
  filetime: 0x11,
  systemtime: 0x12,
  sid: 0x13,
  hex32: 0x14,
  hex64: 0x15,
  handle: 0x20,
  fragment: 0x21,
  evtXml: 0x23,
} as const;

/** Bit of an array type; the rest is the type of its items. */
export const ARRAY = 0x80;
