/** A conversation that a test writes: frames of both sides into the analyser, events out. No packets are needed. */
import type { Document } from '../../../src/event/document.ts';
import { Networks } from '../../../src/event/networks.ts';
import type { SmbEvent } from '../../../src/sources/pcap/smb/events/wire-event.ts';
import type { SmbLimits } from '../../../src/sources/pcap/smb/limits.ts';
import { SmbAnalyser } from '../../../src/sources/pcap/smb/smb-analyser.ts';
import type { PacketClock, Side, StreamConsumer, TcpConnection } from '../../../src/sources/pcap/stream.ts';
import { type FlatEvent, flat } from '../read-capture.ts';
import { frame } from './bytes.ts';

/** How a conversation is set up. */
export interface TalkOptions {
  readonly wants?: (dataset: string) => boolean;
  readonly limits?: Partial<SmbLimits>;
  /** Sees each event while it is valid. */
  readonly onEvent?: (event: SmbEvent) => void;
}

/** How one of its connections is. */
export interface ConnectionOptions {
  readonly clientIp?: string;
  readonly serverIp?: string;
  readonly clientPort?: number;
  readonly serverPort?: number;
  /** False: the capture begins in mid-stream. */
  readonly sawHandshake?: boolean;
}

/** Milliseconds between two packets. */
const STEP = 10;
const START = Date.UTC(2026, 0, 12, 9, 14, 7);

/** A capture. */
export class SmbTalk {
  /** Dotted names to values. */
  readonly events: FlatEvent[] = [];
  readonly ids: string[] = [];
  readonly faults: string[] = [];
  readonly clock: PacketClock = { packet: 0, time: START, offset: 0 };
  readonly analyser: SmbAnalyser;

  constructor(options: TalkOptions = {}) {
    this.analyser = new SmbAnalyser({
      clock: this.clock,
      file: 'talk',
      networks: new Networks(),
      wants: ({ dataset }) => options.wants?.(dataset) ?? true,
      limits: options.limits,
      fault: (code) => this.faults.push(code),
      sink: (event) => {
        this.events.push(flat(event.own()));
        this.ids.push(event.identity().join(' '));
        options.onEvent?.(event);
      },
    });
  }

  connect(options: ConnectionOptions = {}): TalkConnection {
    return new TalkConnection(this, options);
  }

  /** Events of a dataset. */
  of(dataset: string): FlatEvent[] {
    return this.events.filter((event) => event['event.dataset'] === dataset);
  }
}

/** One connection; side 0 is the client. */
export class TalkConnection {
  readonly tcp: TcpConnection;
  private readonly talk: SmbTalk;
  private readonly consumer: StreamConsumer;

  constructor(talk: SmbTalk, options: ConnectionOptions) {
    const ips = [options.clientIp ?? '10.1.2.30', options.serverIp ?? '10.1.9.20'] as const;
    const ports = [options.clientPort ?? 50_212, options.serverPort ?? 445] as const;
    const sawHandshake = options.sawHandshake ?? true;
    this.talk = talk;
    this.tcp = {
      ip: (side) => ips[side],
      port: (side) => ports[side],
      mac: () => undefined,
      client: 0,
      clientBy: sawHandshake ? 'handshake' : 'guess',
      sawHandshake,
      firstTime: talk.clock.time,
      vlan: undefined,
      innerVlan: undefined,
      interfaceNumber: 0,
      isVlanAware: false,
      rawSequence: (side, offset) => (side * 1_000_000 + offset) >>> 0,
    };
    this.consumer = talk.analyser.open(this.tcp, talk.clock)!;
  }

  get isInterested(): boolean {
    return this.consumer.isInterested;
  }

  /** Messages of the client, each in a frame and a packet of its own. */
  client(...messages: readonly Buffer[]): this {
    return this.say(0, messages);
  }

  server(...messages: readonly Buffer[]): this {
    return this.say(1, messages);
  }

  /** Bytes as they are. */
  raw(side: Side, bytes: Uint8Array): this {
    this.tick();
    if (bytes.length > 0) this.consumer.data(side, bytes, 0, bytes.length);
    return this;
  }

  gap(side: Side, size: number): this {
    this.consumer.gap(side, size);
    return this;
  }

  /** The connection ends. */
  end(): Document | undefined {
    this.consumer.end('fin');
    return this.consumer.summary();
  }

  private say(side: Side, messages: readonly Buffer[]): this {
    for (const message of messages) this.raw(side, frame(message));
    return this;
  }

  private tick(): void {
    const { clock } = this.talk;
    clock.packet++;
    clock.time += STEP;
    clock.offset += 100;
  }
}
