/** What was seen of a flow, as bits of {@link WORD.state}; those of side 1 stand one higher than those of side 0. */
export const STATE = {
  /** SYN without ACK: the side opens. */
  syn: 1 << 0,
  /** SYN with ACK: the side accepts. */
  synAck: 1 << 2,
  /** ACK without SYN or RST. */
  ack: 1 << 4,
  /** Payload. */
  data: 1 << 6,
  reset: 1 << 8,
  /** RST with sequence number 0, which is how a closed port answers a SYN (RFC 9293 §3.5.2). */
  resetOfSyn: 1 << 10,
  fin: 1 << 12,
  /** The side showed that it got a SYN with ACK, by acknowledging or resetting. */
  gotSynAck: 1 << 14,
  /** Alive: the entry is in use. */
  alive: 1 << 16,
  /** An ICMP message said that the first packet of side 0, or 1, did not arrive. */
  unreachable: 1 << 17,
  /** No protocol wants its bytes. */
  foreign: 1 << 19,
  /** Some of its bytes were not recorded: cut by the snap length. */
  cut: 1 << 20,
  multipath: 1 << 21,
  /** A consumer said who the client is: {@link STATE.clientIs1}, and how it was told in two bits. */
  isTold: 1 << 22,
  clientIs1: 1 << 23,
  clientByShift: 24,
  /** A {@link Connection} was made for it. */
  stream: 1 << 26,
  /** A SYN came that may begin another connection between the same ends; the next packets tell. */
  turning: 1 << 27,
} as const;

/** TCP flags (RFC 9293 §3.1). */
export const TCP = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10 } as const;
