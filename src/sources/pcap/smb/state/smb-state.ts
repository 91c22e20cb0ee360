/** What outlives a connection: servers with their sessions, refusals that wait for repeats, counters. */
import type { PacketClock } from '../../stream.ts';
import { EventTeller } from '../events/event-teller.ts';
import { DEFAULT_SMB_LIMITS, type LimitName, type SmbLimits } from '../limits.ts';
import type { SmbOptions } from '../options.ts';
import { ByteBudget } from './byte-budget.ts';
import { FileNumbers } from './file-number.ts';
import { RecentChallenges } from './challenges.ts';
import { Server } from './server.ts';

/** State of one capture. */
export class SmbState {
  readonly options: SmbOptions;
  /** The packet that what is being taken came with; an answer that waited keeps its own. */
  readonly clock: PacketClock = { packet: 0, time: 0, offset: 0 };
  readonly limits: SmbLimits;
  readonly teller: EventTeller;
  readonly challenges = new RecentChallenges();
  readonly fileNumbers = new FileNumbers();
  private readonly servers = new Map<string, Server>();
  private readonly reached = new Map<LimitName, number>();
  /** Memory for messages and fragments that come in pieces. */
  readonly gathered: ByteBudget;
  /** Open files and pipes of all sessions, and the units of their names. */
  openHandles = 0;
  openNames = 0;
  openSessions = 0;
  pendingRequests = 0;

  constructor(options: SmbOptions) {
    this.options = options;
    this.limits = { ...DEFAULT_SMB_LIMITS, ...options.limits };
    this.teller = new EventTeller(options, this.limits);
    this.gathered = new ByteBudget(this.limits.gatheredBytes);
  }

  /** The reader of the capture has gone on. */
  tick(): void {
    this.setClock(this.options.clock);
  }

  setClock({ packet, time, offset }: PacketClock): void {
    this.clock.packet = packet;
    this.clock.time = time;
    this.clock.offset = offset;
  }

  /** @returns the server with its sessions; the oldest without any is forgotten when there are too many */
  server(address: string, port: number): Server {
    const key = `${address} ${port}`;
    let server = this.servers.get(key);
    if (server === undefined) {
      if (this.servers.size >= this.limits.servers) this.forgetServer();
      server = new Server();
      this.servers.set(key, server);
    }
    return server;
  }

  /** Counts that a limit was reached. */
  reach(name: LimitName): void {
    this.reached.set(name, (this.reached.get(name) ?? 0) + 1);
  }

  fault(code: string, message: string): void {
    this.options.fault?.(code, message);
  }

  /** @returns how often each limit was reached, by name */
  limitsReached(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.reached);
  }

  private forgetServer(): void {
    this.reach('servers');
    for (const [key, server] of this.servers) {
      if (server.sessions.size > 0) continue;
      this.servers.delete(key);
      return;
    }
  }
}
