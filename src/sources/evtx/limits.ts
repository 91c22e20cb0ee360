/**
 * Limits of the reader. Each is far above what real logs hold (the largest seen stands behind it), so that reaching one
 * means damage or an attack; it is reported as a fault of the record.
 */

/** Elements inside elements; 7 seen. */
export const MAX_DEPTH = 64;

/** Fragments inside fragments; 1 seen. */
export const MAX_NESTING = 8;

/** Substitution values of one template instance; 42 seen. */
export const MAX_SLOTS = 4096;

/** Tokens of one template definition or literal fragment; 323 seen. */
export const MAX_TOKENS = 20_000;

/** Times one element is repeated for array values; 27 seen. */
export const MAX_REPEATS = 4096;

/** Characters one record may grow to when its templates are filled in; a record itself has 64 KiB at most. */
export const MAX_RECORD_CHARACTERS = 1024 * 1024;

/** Elements one record may have when its templates are filled in. */
export const MAX_RECORD_ELEMENTS = 50_000;

/**
 * Elements all records of one chunk may have when their templates are filled in by the slow way: a few hundred bytes can
 * ask for {@link MAX_RECORD_ELEMENTS}, again and again.
 */
export const MAX_CHUNK_ELEMENTS = 200_000;

/** Elements a record may have even when the others of its chunk have used up all; dozens are usual. */
export const MIN_RECORD_ELEMENTS = 400;

/** Characters of the path of a value, such as `RuleAndFileData.RuleName`; the names of elements are joined to one. */
export const MAX_PATH_CHARACTERS = 1024;

/** Compiled templates kept; 1,262 were all that 836 logs held. */
export const MAX_TEMPLATES = 10_000;

/** Size of the compiled templates kept, estimated. */
export const MAX_TEMPLATE_BYTES = 64 * 1024 * 1024;

/** Kinds of events (channel, provider, event id) the gate's answers are remembered for. */
export const MAX_KINDS = 20_000;

/** Kinds of one event id that are remembered: they are looked at one after another. */
export const MAX_KINDS_OF_ID = 32;

/** Characters of channel and provider up to which a kind is remembered. */
export const MAX_KIND_CHARACTERS = 512;

/** Records whose identity is remembered while looking for old records, to leave out former versions of live ones. */
export const MAX_CARVED_IDENTITIES = 1_000_000;

/** Milliseconds in which a chunk has to be done; 12 were the longest of 4,000 damaged ones. The rest of it is skipped. */
export const MAX_CHUNK_MS = 5000;
