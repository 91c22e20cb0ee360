/** Compressed messages (MS-SMB2 2.2.42). Nothing is unpacked: sizes of reads and writes stand in their requests. */
import { tellAnomaly } from '../events/anomaly-event.ts';
import { COMPRESSION_HEADER, isMagic, MAGIC_SMB2, SMB2_HEADER } from '../framing/frame.ts';
import type { Message } from '../message.ts';
import type { Smb2Conversation } from './smb2-conversation.ts';

const CHAINED = 1;
/** 16 MiB of a message and 1 MiB for what stands around it. */
const MOST_ORIGINAL = 17_825_792;
const MAX_U32 = 0xffffffff;

/** Takes a compressed message: counts it, looks at its lengths, and reads the header inside where it is in clear. */
export function compressedMessage(conversation: Smb2Conversation, m: Message): void {
  const { link } = conversation;
  const { protection } = link.facts;
  protection.compressedFrames++;
  const original = m.u32(4);
  const isChained = m.u16(10) === CHAINED;
  const offset = isChained ? 0 : m.u32(12);
  const wrong = whatIsWrong(original, offset, m.size, conversation);
  if (wrong !== undefined) {
    tellAnomaly(link, link.origin(m, -1, 0, 0), {
      name: 'smb3-compression-length',
      detail: wrong,
      found: `original size ${original}, offset ${offset}, message ${m.size}`,
      version: 2,
    });
    return;
  }
  const header = m.at + COMPRESSION_HEADER;
  if (isChained || offset < SMB2_HEADER || header + SMB2_HEADER > m.end) return;
  if (!isMagic(m.bytes, header) || m.bytes[header] !== MAGIC_SMB2) return;
  m.at = header;
  m.end = Math.min(m.end, header + offset);
  m.size = original + offset;
  conversation.message(m);
}

function whatIsWrong(original: number, offset: number, size: number, { link }: Smb2Conversation): string | undefined {
  if (original + offset > MAX_U32) return 'Original size and offset together do not fit into 32 bits';
  if (offset > size - COMPRESSION_HEADER) return 'The offset points beyond the message';
  if (original > MOST_ORIGINAL) return 'The original size is larger than any message';
  const isNegotiationKnown = link.dialect !== undefined || link.tcp.sawHandshake;
  if (isNegotiationKnown && link.facts.protection.compression === undefined) {
    return 'A compressed message though no compression was agreed on';
  }
  return undefined;
}
