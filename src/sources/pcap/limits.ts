/** Limits of reading captures. They bound the memory of the worst capture; reaching one is said. */
interface LimitRow {
  readonly value: number;
  readonly why: string;
  /** What the reader must know once it is reached. */
  readonly consequence: string;
}

const ENDED_EARLY = 'what was idle longest is ended early';
const GIVEN_UP = 'holes in streams are given up early';

const TABLE = {
  'capture-flows': {
    value: 2_000_000,
    why: 'TCP connections followed at once, attempts without payload among them; 140 bytes each',
    consequence: ENDED_EARLY,
  },
  'capture-streams': { value: 200_000, why: 'TCP connections with payload followed at once', consequence: ENDED_EARLY },
  'capture-datagram-flows': {
    value: 65_536,
    why: 'UDP conversations followed at once: NetBIOS, and first packets of QUIC',
    consequence: ENDED_EARLY,
  },
  'capture-reorder-bytes': {
    value: 4 * 1024 * 1024,
    why: 'bytes that wait behind a hole, of one direction of a connection',
    consequence: GIVEN_UP,
  },
  'capture-reorder-pieces': {
    value: 8192,
    why: 'segments that wait behind a hole, of one direction of a connection',
    consequence: GIVEN_UP,
  },
  'capture-reorder-total-bytes': {
    value: 64 * 1024 * 1024,
    why: 'bytes that wait behind holes, of all connections',
    consequence: GIVEN_UP,
  },
} as const satisfies Record<string, LimitRow>;

/** Names of the limits of captures. */
export type CaptureLimitName = keyof typeof TABLE;

/** Values of the limits of one capture. */
export type CaptureLimits = Readonly<Record<CaptureLimitName, number>>;

/** All limits with default and reason, for the generated reference. */
export const CAPTURE_LIMITS: readonly ({ readonly name: CaptureLimitName } & LimitRow)[] = Object.entries(TABLE).map(
  ([name, row]) => ({ name: name as CaptureLimitName, ...row }),
);

/**
 * @param changes limits by name that differ from their default; names of others are passed over
 * @returns the value of every limit
 */
export function captureLimits(changes: Readonly<Record<string, number>> = {}): CaptureLimits {
  const values = CAPTURE_LIMITS.map(({ name, value }) => [name, changes[name] ?? value]);
  return Object.fromEntries(values) as CaptureLimits;
}

/** @returns a limit that was reached, in words */
export function limitReached(name: CaptureLimitName, limits: CaptureLimits): string {
  return `limit ${name} (${limits[name]}) reached: ${TABLE[name].consequence}`;
}

/** A connection without packets for this time has ended; Windows drops idle sessions after 15 minutes. */
export const IDLE_MS = 3_600_000;

/** A connection that was closed, and an attempt nobody answered, end after this time: late packets still belong to them. */
export const CLOSED_IDLE_MS = 120_000;

/** Packets of a connection after which an acknowledged hole is given up; 0 to 256 gave the same on real captures. */
export const HOLE_PACKETS = 16;

/** Capture time after which a hole is given up when nobody acknowledges: only one direction is recorded. */
export const HOLE_MS = 2000;

/** Memory of a waiting piece beside its bytes. */
export const PIECE_BYTES = 128;

/** Largest distance of a sequence number from the expected one: the largest window there is (RFC 7323 §2.3). */
export const MAX_WINDOW = 0x3fffffff;

/** Segments in a row far from the expected number after which they are believed: much was not recorded. */
export const STRAY_SEGMENTS = 16;

/** Fragments of IP packets that wait for the others; pieces of 8 bytes cost as much as their ranges, so those count too. */
export const FRAGMENT_LIMITS = {
  datagrams: 1024,
  bytes: 16 * 1024 * 1024,
  waitMs: 30_000,
  /** Separate ranges of one datagram; honest ones have two or three. */
  ranges: 512,
} as const;

/** Tunnels told apart; packets of others are read without naming their tunnel. */
export const MAX_TUNNELS = 256;
