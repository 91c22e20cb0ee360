/** Tree connects of SMB1 (MS-CIFS 2.2.4.50, 2.2.4.55). */
import { shareName } from '../../../../event/normalise/share.ts';
import { tellTree } from '../events/tree-event.ts';
import type { Message } from '../message.ts';
import { endedOem } from '../names.ts';
import type { Tree } from '../state/tree.ts';
import * as smb1 from './smb1-commands.ts';
import type { Smb1Conversation } from './smb1-conversation.ts';
import { type Smb1Part, stringAt } from './smb1-part.ts';
import type { Smb1Request } from './smb1-request.ts';

/** Bytes that mark a string of the old commands. */
const STRING_MARK = 4;

const TYPES: Readonly<Record<string, Tree['type']>> = { 'A:': 'DISK', IPC: 'PIPE', 'LPT1:': 'PRINT' };

/** The client names a share and what kind it takes it for. */
export function treeRequest(m: Message, part: Smb1Part, request: Smb1Request): void {
  const end = part.bytes + part.byteCount;
  if (part.command === smb1.TREE_CONNECT) {
    const mark = m.u8(part.bytes) === STRING_MARK ? 1 : 0;
    const path = endedOem(m.bytes, m.at + part.bytes + mark, Math.min(m.at + end, m.end)).text;
    request.asks.push({ command: part.command, tree: { path, service: '' } });
    return;
  }
  const passwordLength = m.u16(part.words + 6);
  const path = stringAt(m, part.bytes + passwordLength, end);
  // The service is plain text even where the path is not.
  const service = endedOem(m.bytes, m.at + path.next, Math.min(m.at + end, m.end)).text;
  request.asks.push({ command: part.command, tree: { path: path.text, service } });
}

/** The server's answer; the tid is new in it. */
export function treeAnswer(
  conversation: Smb1Conversation,
  m: Message,
  part: Smb1Part,
  request: Smb1Request,
  status: number,
): void {
  const { link, trees } = conversation;
  const { facts, state } = link;
  const asked = request.ask(part.command)?.tree;
  if (asked === undefined) return;
  const isOk = status === 0;
  const isOld = part.command === smb1.TREE_CONNECT;
  const service = isOld
    ? ''
    : endedOem(m.bytes, m.at + part.bytes, Math.min(m.at + part.bytes + part.byteCount, m.end)).text;
  const tree: Tree = {
    id: isOld ? m.u16(part.words + 2) : m.u16(24),
    path: asked.path || undefined,
    name: asked.path === '' ? undefined : shareName(asked.path),
    type: isOk ? (TYPES[service] ?? TYPES[asked.service]) : undefined,
    isEncrypted: false,
  };
  if (isOk) {
    if (trees.size >= state.limits.trees) {
      state.reach('trees');
      for (const oldest of trees.keys()) {
        trees.delete(oldest);
        break;
      }
    }
    trees.set(tree.id, tree);
    request.tree = tree;
    request.treeId = tree.id;
  }
  (isOk ? facts.shares : facts.refusedShares).add(tree.name);
  facts.serverNames.add(link.nameOfServer(asked.path.split(/[\\/]+/)[1]));
  tellTree(link, request, request.session, tree, status, 1, smb1.smb1CommandName(part.command));
}
