/** State of one EVE file: the current record, where it stands, and what earlier lines said about its session. */
import { ownCopy } from '../../base/text/own-copy.ts';
import { addressOf } from '../../base/address/address.ts';
import { parseIsoTime } from '../../base/time/timestamp.ts';
import type { JsonRecord } from '../json/dialect.ts';
import type { Column } from '../record.ts';
import { smbShareType } from '../smb-words.ts';
import type { SourceContext } from '../source.ts';
import { EVE } from './columns.ts';
import { AgingTable, MAX_ENTRIES, type SessionTree, type SessionUser } from './session-table.ts';

const TIMESTAMP = EVE.get('timestamp');
const FLOW_ID = EVE.get('flow_id');
const SESSION_ID = EVE.get('smb.session_id');
const TREE_ID = EVE.get('smb.tree_id');
const COMMAND = EVE.get('smb.command');
const USER = EVE.get('smb.ntlmssp.user');
const DOMAIN = EVE.get('smb.ntlmssp.domain');
const SHARE = EVE.get('smb.share');
const NAMED_PIPE = EVE.get('smb.named_pipe');
const SHARE_TYPE = EVE.get('smb.share_type');
const SERVICE = EVE.get('smb.service');

/** Reads values of the current record with the checks that every kind of EVE record shares. */
export class EveSession {
  private readonly context: SourceContext;
  private readonly users: AgingTable<SessionUser>;
  private readonly trees: AgingTable<SessionTree>;
  private line: number | undefined;
  private offset: number | undefined;

  constructor(context: SourceContext) {
    this.context = context;
    const overflow = () =>
      this.fault(
        'suricata.sessions',
        `more than ${MAX_ENTRIES} SMB sessions are open at once; later lines of the oldest lack user and share`,
      );
    this.users = new AgingTable(MAX_ENTRIES, overflow);
    this.trees = new AgingTable(MAX_ENTRIES, overflow);
  }

  /** Whether a user or a share is known that later lines may lack. */
  get remembers(): boolean {
    return this.users.size > 0 || this.trees.size > 0;
  }

  /** The record now holds another line; what it says about its session is kept for the lines to come. */
  point(record: JsonRecord, line: number | undefined, offset: number | undefined): void {
    this.line = line;
    this.offset = offset;
    const command = record.text(COMMAND);
    if (command === undefined) return;
    if (command.includes('SESSION_SETUP')) this.learnUser(record);
    else if (command.includes('TREE_CONNECT')) this.learnTree(record);
  }

  /** User the session was set up with, from an earlier line. */
  user(record: JsonRecord): SessionUser | undefined {
    const key = sessionKey(record);
    return key === undefined ? undefined : this.users.get(key, this.time(record, TIMESTAMP) ?? 0);
  }

  /** Share the tree was connected to, from an earlier line. */
  tree(record: JsonRecord): SessionTree | undefined {
    const key = treeKey(record);
    return key === undefined ? undefined : this.trees.get(key, this.time(record, TIMESTAMP) ?? 0);
  }

  /** @returns milliseconds with microseconds as fraction; a text that is no time is a fault */
  time(record: JsonRecord, column: Column): number | undefined {
    const text = record.text(column);
    if (text === undefined) return undefined;
    const parsed = parseIsoTime(text);
    if (!parsed) this.badValue(column, text, 'a time');
    return parsed?.ms;
  }

  /** @returns the address in its usual form, or undefined for a text that is none (the text stays in `*.address`) */
  address(record: JsonRecord, column: Column): string | undefined {
    const text = record.text(column);
    return text === undefined ? undefined : addressOf(text)?.text;
  }

  port(record: JsonRecord, column: Column): number | undefined {
    return this.count(record, column, 65_535);
  }

  /** @returns a whole number from 0 to `most`; anything else is a fault and undefined */
  count(record: JsonRecord, column: Column, most = Number.MAX_SAFE_INTEGER): number | undefined {
    const value = record.number(column);
    if (value === undefined) return undefined;
    if (Number.isInteger(value) && value >= 0 && value <= most) return value;
    this.badValue(column, String(value), `a whole number from 0 to ${most}`);
    return undefined;
  }

  private learnUser(record: JsonRecord): void {
    const name = record.text(USER);
    const key = sessionKey(record);
    if (name === undefined || name === '' || key === undefined) return;
    const domain = record.text(DOMAIN);
    const user = { name: remembered(name), domain: domain === undefined ? undefined : remembered(domain) };
    this.users.set(key, user, this.time(record, TIMESTAMP) ?? 0);
  }

  private learnTree(record: JsonRecord): void {
    const tree = ownTree(record);
    const key = treeKey(record);
    if (tree === undefined || key === undefined) return;
    this.trees.set(key, { ...tree, path: remembered(tree.path) }, this.time(record, TIMESTAMP) ?? 0);
  }

  private badValue(column: Column, text: string, expected: string): void {
    this.fault('suricata.value', `${EVE.names[column]} holds "${text.slice(0, 40)}" where ${expected} was expected`);
  }

  private fault(code: string, message: string): void {
    this.context.faults.add({ code, file: this.context.file, line: this.line, offset: this.offset, message });
  }
}

/** What the line itself says about its tree. `named_pipe` holds the share of a tree connect to IPC$, not a pipe. */
export function ownTree(record: JsonRecord): SessionTree | undefined {
  const named = record.text(NAMED_PIPE);
  const isShare = named !== undefined && /^[\\/]{2}/.test(named);
  const path = record.text(SHARE) ?? (isShare ? named : undefined);
  if (path === undefined || path === '') return undefined;
  const type = smbShareType(record.text(SHARE_TYPE) ?? record.text(SERVICE) ?? '') ?? (isShare ? 'PIPE' : undefined);
  return { path, type };
}

/** 64-bit ids stay texts: as numbers they would lose their last digits. */
function sessionKey(record: JsonRecord): string | undefined {
  const flow = record.raw(FLOW_ID);
  const session = record.raw(SESSION_ID);
  if (flow === undefined || session === undefined || session === '0') return undefined;
  return isId(flow) && isId(session) ? `${flow} ${session}` : undefined;
}

function treeKey(record: JsonRecord): string | undefined {
  const session = sessionKey(record);
  const tree = record.raw(TREE_ID);
  return session === undefined || tree === undefined || tree === '0' || !isId(tree) ? undefined : `${session} ${tree}`;
}

/** 64 bits have 20 digits; whatever is longer is no id and must not be kept. */
function isId(text: string): boolean {
  return text.length <= 32;
}

/** Characters of a name kept for later lines: no share, user or domain of Windows is longer. */
const MAX_REMEMBERED_CHARS = 512;

/** @returns the name, cut where only an attacker's is so long: a hundred thousand of them are kept */
function remembered(name: string): string {
  return name.length <= MAX_REMEMBERED_CHARS ? name : `${ownCopy(name.slice(0, MAX_REMEMBERED_CHARS))}…`;
}
