/** One connection as events see it: who is client, what is known of it, and the way to the sink. */
import type { FieldValue } from '../../../event/document.ts';
import type { FieldId } from '../../../event/field.ts';
import type { ConnectionTraits } from '../connection-traits.ts';
import type { Side, TcpConnection } from '../stream.ts';
import type { Telling, WireKind } from './events/wire-kind.ts';
import { ConnectionFacts } from './facts/connection-facts.ts';
import type { Message } from './message.ts';
import type { Origin } from './state/origin.ts';
import type { Server } from './state/server.ts';
import type { SmbState } from './state/smb-state.ts';

/** A connection that speaks SMB. */
export class Link {
  readonly tcp: TcpConnection;
  readonly state: SmbState;
  readonly facts: ConnectionFacts;
  readonly isPortUnusual: boolean;
  /** Time of the last bytes, milliseconds. */
  lastTime: number;
  lastPacket: number;
  /** Dialect as the number of MS-SMB2, once chosen. */
  dialect: number | undefined;
  /** Values derived of the connection alone, by field, once an event was asked for them. */
  readonly derived = new Map<FieldId, FieldValue>();
  /** What rules of a network ask for first, once an event was told. */
  traits: ConnectionTraits | undefined;
  private readonly told = new Set<string>();
  /** Addresses of client and server in text, made once. */
  private ips: { readonly client: string; readonly server: string } | undefined;
  private ofServer: Server | undefined;

  constructor(tcp: TcpConnection, state: SmbState, isPortUnusual: boolean) {
    this.tcp = tcp;
    this.state = state;
    this.facts = new ConnectionFacts(state.limits);
    this.isPortUnusual = isPortUnusual;
    this.lastTime = state.clock.time;
    this.lastPacket = state.clock.packet;
  }

  get client(): Side {
    return this.tcp.client;
  }

  get serverSide(): Side {
    return this.tcp.client === 0 ? 1 : 0;
  }

  get serverIp(): string {
    return (this.ips ??= this.addresses()).server;
  }

  get clientIp(): string {
    return (this.ips ??= this.addresses()).client;
  }

  /** The server with its sessions. */
  get server(): Server {
    this.ofServer ??= this.state.server(this.serverIp, this.tcp.port(this.serverSide));
    return this.ofServer;
  }

  /**
   * A header says who sent it. The first one settles the roles; the handshake and ports count less.
   *
   * @param isFromServer its direction bit
   */
  settleRoles(side: Side, isFromServer: boolean): void {
    const { tcp } = this;
    const client: Side = isFromServer ? (side === 0 ? 1 : 0) : side;
    if (tcp.clientBy === 'protocol') {
      if (tcp.client !== client) this.facts.quality.directionConflicts++;
      return;
    }
    if (tcp.client !== client) {
      if (tcp.clientBy !== 'guess') this.facts.quality.directionConflicts++;
      tcp.client = client;
      this.ips = undefined;
      this.derived.clear();
      this.traits = undefined;
      this.ofServer = undefined;
    }
    tcp.clientBy = 'protocol';
  }

  /** Counts what was wrong with a message that was read. */
  judge(message: Message): void {
    if (message.missing > 0) this.facts.quality.cutMessages++;
    if (message.isLying) this.state.fault('smb.length', 'a message names a region that is not inside it');
  }

  /** @returns a name of the server, undefined when it is its address */
  nameOfServer(name: string | undefined): string | undefined {
    return name === undefined || name === '' || name === this.serverIp ? undefined : name;
  }

  origin(message: Message, command: number, idLow: number, idHigh: number): Origin {
    return {
      side: message.side,
      sequence: this.tcp.rawSequence(message.side, message.frameOffset),
      index: message.index,
      command,
      idLow,
      idHigh,
      time: this.state.clock.time,
      packet: this.state.clock.packet,
    };
  }

  /** Tells of an event at once. */
  tell<T extends Telling>(kind: WireKind<T>, telling: T): void {
    this.state.teller.tell(kind, telling);
  }

  /** @returns whether this kind of anomaly was not told yet on this connection */
  isNews(kind: string): boolean {
    if (this.told.has(kind)) return false;
    this.told.add(kind);
    return true;
  }

  private addresses() {
    return { client: this.tcp.ip(this.client), server: this.tcp.ip(this.serverSide) };
  }
}
