/** What a log to be written looks like: plain data, so that a test reads like the event it is about. */

/** Types of one value, named after what they hold; evtx.md numbers them (`TYPE_CODES`). */
export type ScalarType =
  | 'string'
  | 'ansi'
  | 'i8'
  | 'u8'
  | 'i16'
  | 'u16'
  | 'i32'
  | 'u32'
  | 'i64'
  | 'u64'
  | 'float'
  | 'double'
  | 'boolean'
  | 'binary'
  | 'guid'
  | 'size32'
  | 'size64'
  | 'filetime'
  | 'systemtime'
  | 'sid'
  | 'hex32'
  | 'hex64';

/** Types a binary array has no number for: a hole in the format. */
export type ValueType = ScalarType | `${Exclude<ScalarType, 'binary'>}[]`;

/** One value: `binary` as hex text, 64-bit numbers as bigint or safe number, times as ISO text, GUIDs in braces. */
export type Scalar = string | number | bigint | boolean;

/** null is a slot of type 0: the value does not exist. */
export type Value = Scalar | readonly Scalar[] | null;

/** A value under its name; null stands for a `Data` element without one. */
export type NamedValue = readonly [name: string | null, type: ValueType, value: Value];

/**
 * How the event is put into BinXML.
 *
 * - `template`: one template for the whole event
 * - `nested`: EventData has its own template in a value of type 0x21, as Windows writes nearly every event
 * - `literal-nested`: the value of type 0x21 holds a literal element
 * - `templateless`: the whole event is literal, as forwarded logs have it
 */
export type Form = 'template' | 'nested' | 'literal-nested' | 'templateless';

/** One record. System values that are absent (undefined or null) are written as slots of type 0. */
export interface EvtxRecord {
  /** System/EventRecordID; a number up to 2^53 or a bigint. */
  readonly recordId: number | bigint;
  /** System/TimeCreated, ISO text in UTC with up to seven decimals. */
  readonly time: string;
  readonly provider: {
    readonly name: string;
    readonly guid?: string | undefined;
    readonly eventSourceName?: string | undefined;
  };
  readonly channel?: string | undefined;
  readonly computer: string;
  readonly eventId: number;
  readonly qualifiers?: number | undefined;
  readonly version?: number | undefined;
  readonly level?: number | undefined;
  readonly task?: number | undefined;
  readonly opcode?: number | undefined;
  /** Hexadecimal, `0x8020000000000000`. */
  readonly keywords?: string | undefined;
  readonly activityId?: string | undefined;
  readonly relatedActivityId?: string | undefined;
  readonly processId?: number | undefined;
  readonly threadId?: number | undefined;
  readonly userSid?: string | undefined;
  readonly eventData?: readonly NamedValue[] | undefined;
  /** EventData/@Name. */
  readonly eventDataName?: string | undefined;
  /** Instead of eventData. */
  readonly userData?:
    | { readonly element: string; readonly namespace?: string | undefined; readonly values: readonly NamedValue[] }
    | undefined;
  /** Message of RenderingInfo; for `templateless` only, as collectors write it. */
  readonly renderedMessage?: string | undefined;
  readonly form?: Form | undefined;
  /** Values of EventData are optional substitutions: an absent one leaves no element. */
  readonly optionalData?: boolean | undefined;
  /** Provider, channel and computer are constants of the template instead of slots. */
  readonly constants?: boolean | undefined;
  /** Whether the nested fragment begins with its header (0f): unless stated a template does and a literal does not. */
  readonly nestedHeader?: boolean | undefined;
  /** Record id in this file when it differs from recordId (exported, forwarded logs). */
  readonly fileRecordId?: number | bigint | undefined;
  /** Time of writing to this file when it differs. */
  readonly fileTime?: string | undefined;
}

/** How the file around the records is. */
export interface EvtxOptions {
  /** Flag 1 of the file header: not closed properly. */
  readonly dirty?: boolean | undefined;
  /** Flag 4 of both headers, and no CRC anywhere. */
  readonly noChecksums?: boolean | undefined;
  /** Records of a chunk at most; as many as fit when absent. */
  readonly chunksOf?: number | undefined;
  /** Older records that still stand behind the live ones of the last chunk. */
  readonly slack?: readonly EvtxRecord[] | undefined;
  /** `zeroed`: the header block is empty; `absent`: the file begins with a chunk. */
  readonly header?: 'zeroed' | 'absent' | undefined;
  /** What the chunks say about their end; the records are there all the same. */
  readonly freeSpace?: 'too-small' | 'beyond' | undefined;
  /** Empty chunk slots at the end, as Windows allocates them ahead. */
  readonly emptyChunks?: number | undefined;
  /** 3.1 or 3.2; the layout is the same. */
  readonly minorVersion?: 1 | 2 | undefined;
  /** Strings carry a zero unit at their end. */
  readonly terminateStrings?: boolean | undefined;
  /** Bytes that a slot without a value occupies all the same. */
  readonly nullBytes?: 0 | 2 | 16 | undefined;
  /** How literal text writes the characters XML treats specially; `plain` when absent. */
  readonly literalText?: 'plain' | 'references' | 'cdata' | undefined;
}

/** A whole file. */
export interface EvtxDescription {
  readonly records: readonly EvtxRecord[];
  readonly options?: EvtxOptions | undefined;
}
