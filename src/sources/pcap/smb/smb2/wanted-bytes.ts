import type { Message } from '../message.ts';
import { mayBeCalls } from '../pipe-bytes.ts';
import type { Handle } from '../state/handle.ts';
import * as smb2 from './smb2-commands.ts';
import type { Smb2Conversation } from './smb2-conversation.ts';

/** Fixed parts of all messages, and the first bytes of data. */
const HEAD = 128;

/**
 * How much of a message is worth keeping: of reads and writes the head, except where calls go through a pipe.
 *
 * @param conversation what is known of its files
 * @param m its head is at hand
 * @returns bytes from the header on
 */
export function wantedBytes(conversation: Smb2Conversation, m: Message): number {
  const { limits } = conversation.link.state;
  const isResponse = (m.u32(16) & smb2.FLAG_RESPONSE) !== 0;
  switch (m.u16(12)) {
    case smb2.NEGOTIATE:
    case smb2.SESSION_SETUP:
    case smb2.CREATE:
    case smb2.IOCTL:
    case smb2.SET_INFO:
      return limits.messageCollectLong;
    case smb2.TREE_CONNECT:
      return limits.messageCollect;
    case smb2.READ: {
      if (!isResponse) return HEAD;
      const target = conversation.find(m.u32(24), m.u32(28))?.target;
      return carriesCalls(target, m, m.u8(66)) ? limits.messageCollectLong : HEAD;
    }
    case smb2.WRITE: {
      if (isResponse) return HEAD;
      const session = conversation.link.server.sessions.get(m.u32(40), m.u32(44));
      const target = session?.handles.get(m.u32(80), m.u32(84), m.u32(88), m.u32(92));
      return carriesCalls(target, m, m.u16(66)) ? limits.messageCollectLong : HEAD;
    }
    default:
      return HEAD;
  }
}

function carriesCalls(target: Handle | undefined, m: Message, offset: number): boolean {
  if (target?.isPipe !== undefined) return target.isPipe;
  return target?.rpc !== undefined || mayBeCalls(undefined, m.bytes, m.at + offset, m.end);
}
