/** One connection as events see it: who is client, what is known of it, and the way to the sink. */
import type { FieldValue } from '../../../event/document.ts';
import { formatTimestamp } from '../../../base/time/timestamp.ts';
import type { Side, TcpConnection } from '../stream.ts';
import { EventFields } from './events/event-fields.ts';
import { ConnectionFacts } from './facts/connection-facts.ts';
import type { Message } from './message.ts';
import type { Origin } from './state/origin.ts';
import type { Server } from './state/server.ts';
import type { SmbState } from './state/smb-state.ts';

type Field = readonly [name: string, value: FieldValue];

/** ECS version of the documents. */
const ECS_VERSION = '8.17.0';

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
  private readonly told = new Set<string>();
  private addresses: readonly Field[] | undefined;
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
    return this.tcp.ip(this.serverSide);
  }

  get clientIp(): string {
    return this.tcp.ip(this.client);
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
      this.addresses = undefined;
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

  /**
   * @param time milliseconds
   * @returns the start of an event, or undefined when nobody wants its dataset
   */
  event(dataset: string, time: number, packet: number): EventFields | undefined {
    if (!this.state.options.wants(dataset, time)) return undefined;
    const fields = new EventFields();
    for (const [name, value] of (this.addresses ??= this.addressFields())) fields.put(name, value);
    fields.put('@timestamp', formatTimestamp(time, 6));
    fields.put('event.dataset', dataset);
    fields.put('event.sequence', packet);
    return fields;
  }

  /** Hands an event to the sink. */
  send(fields: EventFields, origin: Origin, what: string): void {
    this.state.options.sink(fields.document, this.identity(origin, what));
  }

  /**
   * Hands over an event that may repeat itself.
   *
   * @param key what makes it the same for this client and server
   */
  sendMerged(key: string, build: () => EventFields | undefined, origin: Origin, what: string): void {
    const { merger } = this.state;
    const whole = `${this.clientIp} ${this.serverIp} ${key}`;
    if (merger.repeats(whole, origin.time)) return;
    const fields = build();
    if (fields !== undefined) merger.hold(whole, origin.time, fields.document, this.identity(origin, what));
  }

  /** @returns whether this kind of anomaly was not told yet on this connection */
  isNews(kind: string): boolean {
    if (this.told.has(kind)) return false;
    this.told.add(kind);
    return true;
  }

  /** The same in every copy of the traffic: the tuple, the frame's sequence number, the message, the day. */
  private identity(origin: Origin, what: string): readonly string[] {
    const { tcp } = this;
    return [
      what,
      this.clientIp,
      String(tcp.port(this.client)),
      this.serverIp,
      String(tcp.port(this.serverSide)),
      origin.side === this.client ? 'client' : 'server',
      String(origin.sequence),
      String(origin.index),
      String(origin.command),
      `${origin.idHigh}:${origin.idLow}`,
      formatTimestamp(origin.time).slice(0, 10),
    ];
  }

  private addressFields(): readonly Field[] {
    const { tcp, client, serverSide } = this;
    const clientIp = tcp.ip(client);
    const serverIp = tcp.ip(serverSide);
    const [clientPort, serverPort] = [tcp.port(client), tcp.port(serverSide)];
    return [
      ['ecs.version', ECS_VERSION],
      ['event.kind', 'event'],
      ['source.ip', clientIp],
      ['source.port', clientPort],
      ['source.mac', tcp.mac(client)],
      ['destination.ip', serverIp],
      ['destination.port', serverPort],
      ['destination.mac', tcp.mac(serverSide)],
      ['client.ip', clientIp],
      ['client.port', clientPort],
      ['server.ip', serverIp],
      ['server.port', serverPort],
      ['network.transport', 'tcp'],
      ['network.protocol', 'smb'],
      ['network.vlan.id', tcp.vlan === undefined ? undefined : String(tcp.vlan)],
      ['network.inner.vlan.id', tcp.innerVlan === undefined ? undefined : String(tcp.innerVlan)],
      ['observer.type', 'sensor'],
      ['related.ip', clientIp === serverIp ? [clientIp] : [clientIp, serverIp]],
      ['smb.flow.outcome', 'established'],
      ['smb.port_unusual', this.isPortUnusual || undefined],
    ];
  }
}
