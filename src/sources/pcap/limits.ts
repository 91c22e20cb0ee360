/** Limits of reading captures, each with its name. They bound the memory of the worst capture; reaching one is said. */
export interface CaptureLimits {
  /** Flows followed at once, attempts without payload among them. */
  readonly flows: number;
  /** Flows with payload followed at once. */
  readonly streams: number;
  /** Bytes that wait behind a hole, of one direction. */
  readonly reorderBytes: number;
  /** Pieces that wait behind a hole, of one direction. */
  readonly reorderPieces: number;
  /** Bytes that wait behind holes, of all streams. */
  readonly reorderTotalBytes: number;
}

/** Limits unless set otherwise. */
export const DEFAULT_CAPTURE_LIMITS: CaptureLimits = {
  flows: 2_000_000,
  streams: 200_000,
  reorderBytes: 4 * 1024 * 1024,
  reorderPieces: 8192,
  reorderTotalBytes: 64 * 1024 * 1024,
};

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

/** UDP conversations looked at or counted at once: NetBIOS, and QUIC's first packets. */
export const MAX_DATAGRAM_FLOWS = 65_536;
