/** TREE_CONNECT (MS-SMB2 2.2.9, 2.2.10). */
import { shareName } from '../../../../event/normalise/share.ts';
import { tellTree } from '../events/tree-event.ts';
import type { Message } from '../message.ts';
import { utf16Name } from '../names.ts';
import type { Tree } from '../state/tree.ts';
import type { Smb2Conversation } from './smb2-conversation.ts';
import type { Smb2Request } from './smb2-request.ts';

const FLAG_EXTENSION = 4;
/** Length of the extension that may stand in front of the path. */
const EXTENSION_BYTES = 16;
const BUFFER = 72;
/** Share flag: encryption is demanded. */
const ENCRYPT_DATA = 0x8000;

const TYPES: Readonly<Record<number, Tree['type']>> = { 1: 'DISK', 2: 'PIPE', 3: 'PRINT' };

/** The client names a share. */
export function treeConnect(m: Message, request: Smb2Request): void {
  let offset = m.u16(68);
  if ((m.u16(66) & FLAG_EXTENSION) !== 0 && offset === BUFFER) offset += EXTENSION_BYTES;
  request.treePath = utf16Name(m.bytes, m.span(offset, m.u16(70))) || undefined;
}

/** The server's answer: both outcomes are events. */
export function treeConnectAnswer({ link }: Smb2Conversation, m: Message, request: Smb2Request, status: number): void {
  const { session, treePath } = request;
  const { facts, state } = link;
  const isOk = status === 0;
  const tree: Tree = {
    id: m.u32(36),
    path: treePath,
    name: treePath === undefined ? undefined : shareName(treePath),
    type: isOk ? TYPES[m.u8(66)] : undefined,
    isEncrypted: isOk && (m.u32(68) & ENCRYPT_DATA) !== 0,
  };
  if (isOk && session !== undefined) {
    if (session.trees.size >= state.limits.trees) {
      state.reach('trees');
      for (const oldest of session.trees.keys()) {
        session.trees.delete(oldest);
        break;
      }
    }
    session.trees.set(tree.id, tree);
  }
  (isOk ? facts.shares : facts.refusedShares).add(tree.name);
  if (tree.isEncrypted) facts.encryptedShares.add(tree.name);
  if (isOk) {
    const { protection } = facts;
    protection.encryptionRequired = protection.encryptionRequired === true || tree.isEncrypted;
  }
  facts.serverNames.add(link.nameOfServer(treePath?.split(/[\\/]+/)[1]));
  tellTree(link, request, session, tree, status, 2, 'tree_connect');
}
