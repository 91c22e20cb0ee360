/**
 * Rules that every honest stack of SMB1 keeps and exploits of it break. Each is a statement about the protocol, not about a
 * tool; what it means is up to the rules.
 */
import { tellAnomaly } from '../events/anomaly-event.ts';
import type { Link } from '../link.ts';
import type { Message } from '../message.ts';
import type { Origin } from '../state/origin.ts';
import * as smb1 from './smb1-commands.ts';
import type { Smb1Part } from './smb1-part.ts';
import type { Smb1Request, Transaction } from './smb1-request.ts';

/** TRANSACTION2 sub-command that was reserved and never built; implants of 2017 listen to it. */
const TRANS2_SESSION_SETUP = 0x0e;
/** Sub-commands that were never built, beside those from 0x11 on (MS-CIFS 2.2.2.2). */
const UNUSED_TRANS2: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0f]);
/** SET_FS_INFORMATION: used with levels that pass through, from 1000 on. */
const TRANS2_SET_FS = 0x04;
const FIRST_UNUSED_TRANS2 = 0x11;
const NT_RENAME = 5;
const PIPE_PEEK = 0x23;
/** How far the implant moves the id of its answer. */
const IMPLANT_STEP = 16;
/** Data that no honest transaction exceeds: totals were 16 bits wide. */
const MOST_DATA = 65_535;
/** Ids remembered, to know an answer that nobody asked for. */
const MAX_IDS = 8192;

/** Kind of a transaction: its primary and its secondary go together. */
const KINDS: Readonly<Record<number, string>> = {
  [smb1.TRANSACTION]: 'TRANSACTION',
  [smb1.TRANSACTION_SECONDARY]: 'TRANSACTION',
  [smb1.TRANSACTION2]: 'TRANSACTION2',
  [smb1.TRANSACTION2_SECONDARY]: 'TRANSACTION2',
  [smb1.NT_TRANSACT]: 'NT_TRANSACT',
  [smb1.NT_TRANSACT_SECONDARY]: 'NT_TRANSACT',
};

/** Watches one connection. */
export class Invariants {
  private readonly link: Link;
  /** Ids of requests, the oldest first. */
  private readonly ids = new Set<number>();
  /** Transactions whose data is not complete. */
  private readonly open = new Map<number, Transaction>();
  /** TRANSACTION2 requests with the reserved sub-command: process id and multiplex id. */
  private readonly probes = new Map<number, number>();

  constructor(link: Link) {
    this.link = link;
  }

  /** @param key process and multiplex id as one number */
  request(origin: Origin, command: number, key: number, parts: readonly Smb1Part[], m: Message): void {
    this.remember(key);
    if (smb1.isUnusedSmb1Command(command)) {
      this.tell(origin, 'smb1-unused-command', 'A command that no client sends', smb1.smb1CommandName(command));
    }
    const transaction = this.open.get(key);
    if (transaction === undefined) return;
    const kind = KINDS[command];
    const isSecondary =
      command === smb1.TRANSACTION_SECONDARY ||
      command === smb1.TRANSACTION2_SECONDARY ||
      command === smb1.NT_TRANSACT_SECONDARY;
    if (isSecondary && kind !== KINDS[transaction.command]) {
      const much = transaction.dataTotal > MOST_DATA ? `, ${transaction.dataTotal} bytes announced` : '';
      this.tell(
        origin,
        'smb1-mixed-transaction',
        'A further piece is of another kind than the transaction it belongs to',
        `${KINDS[transaction.command]!} continued as ${kind!}${much}`,
        KINDS[transaction.command],
      );
    }
    if (parts.some((part) => part.command === smb1.WRITE_ANDX)) {
      this.tell(
        origin,
        'smb1-write-in-transaction',
        'A file is written under the ids of a transaction that is not finished',
        `fid ${m.u16(37)}`,
      );
    }
    if (isSecondary && transaction.dataCount >= transaction.dataTotal) this.open.delete(key);
  }

  /** The primary of a transaction. */
  transaction(origin: Smb1Request, transaction: Transaction): void {
    const { command, subcommand, dataTotal, dataCount } = transaction;
    const key = origin.idHigh * 65_536 + origin.idLow;
    if (dataCount < dataTotal) {
      if (this.open.size >= this.link.state.limits.transactions) {
        this.link.state.reach('transactions');
        this.open.clear();
      }
      this.open.set(key, transaction);
    } else {
      this.open.delete(key);
    }
    if (command === smb1.NT_TRANSACT && subcommand === NT_RENAME) {
      this.tell(origin, 'smb1-nt-rename', 'A transaction that was never built', 'NT_TRANSACT function 5');
    }
    if (command === smb1.TRANSACTION2 && this.isUnused(transaction)) {
      const found = `sub-command 0x${subcommand.toString(16).padStart(2, '0')}`;
      this.tell(origin, 'smb1-unused-trans2', 'A sub-command that no client sends', found);
    }
    if (command === smb1.TRANSACTION2 && subcommand === TRANS2_SESSION_SETUP) {
      if (this.probes.size >= MAX_IDS) this.probes.clear();
      this.probes.set(key, origin.idLow);
    }
  }

  response(
    origin: Origin,
    command: number,
    pid: number,
    mid: number,
    status: number,
    request: Smb1Request | undefined,
  ): void {
    if (status !== 0) this.open.delete(pid * 65_536 + mid);
    const asked = this.probes.get(pid * 65_536 + mid - IMPLANT_STEP);
    if (command === smb1.TRANSACTION2 && request === undefined && asked !== undefined) {
      this.tell(
        origin,
        'smb1-implant',
        'The answer to a reserved sub-command came under another id, as an implant in the server gives it',
        String(mid),
        String(asked),
      );
    } else if (!this.isKnown(pid * 65_536 + mid, command, mid)) {
      this.tell(origin, 'smb1-server-new-id', 'An answer with an id that no request had', `pid ${pid} mid ${mid}`);
    }
    const peek = request?.ask(smb1.TRANSACTION)?.transaction;
    if (peek?.subcommand === PIPE_PEEK && peek.fid === 0) this.probeAnswered(origin, status);
  }

  /** What a server says to a peek at no pipe tells whether it was mended in 2017. */
  private probeAnswered(origin: Origin, status: number): void {
    const isOpen = status === 0xc0000205;
    const isMended = status === 0xc0000022 || status === 0xc0000008;
    if (!isOpen && !isMended) return;
    this.tell(
      origin,
      'smb1-probe',
      isOpen ? 'The server answers as one without the update of March 2017' : 'The server answers as an updated one',
      isOpen ? 'not patched' : 'patched',
    );
  }

  /** @returns whether a request had these ids, or may have had: only a connection that was seen whole tells */
  isKnown(key: number, command: number, mid: number): boolean {
    const { tcp, facts } = this.link;
    if (command === smb1.LOCKING_ANDX && mid === 0xffff) return true;
    const isWhole = tcp.sawHandshake && facts.quality.missingBytes === 0 && facts.quality.resyncs === 0;
    return !isWhole || this.ids.has(key);
  }

  private isUnused({ subcommand, level }: Transaction): boolean {
    if (subcommand === TRANS2_SET_FS) return level < 1000;
    if (subcommand === TRANS2_SESSION_SETUP || UNUSED_TRANS2.has(subcommand)) return true;
    return subcommand >= FIRST_UNUSED_TRANS2;
  }

  private remember(key: number): void {
    this.ids.add(key);
    if (this.ids.size <= MAX_IDS) return;
    for (const oldest of this.ids) {
      this.ids.delete(oldest);
      break;
    }
  }

  private tell(origin: Origin, name: string, detail: string, found: string, expected?: string): void {
    tellAnomaly(this.link, origin, { name, detail, found, expected, version: 1 });
  }
}
