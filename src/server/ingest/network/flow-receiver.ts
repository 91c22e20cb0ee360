import type { RemoteInfo } from 'node:dgram';
import { addressOf } from '../../../base/address/address.ts';
import type { DatagramParser } from '../../../sources/datagram.ts';
import { netflow } from '../../../sources/netflow/netflow.ts';
import type { ListenAddress } from '../../../config/server-settings.ts';
import type { Intake } from '../intake.ts';
import { NotedFaults } from '../noted-faults.ts';
import { DatagramListener } from './datagram-listener.ts';
import { Rounds } from './round.ts';

/** How long a half of a connection waits for the other is looked at this often when nothing comes. */
const LATE_MS = 5_000;

/** Stands for exporters whose flows were given out after they had waited for their other half. */
const WAITED = '(waited)';
const WAITS = 'templates, and flows that wait for their other half';

/** What receivers on the network work with. */
export interface NetworkReceiverOptions {
  readonly intake: Intake;
  readonly listen: ListenAddress;
  readonly receiveBuffer: number;
  readonly failed: (error: Error) => void;
}

/** Receives NetFlow and IPFIX. Templates are those of each exporter; the halves of connections that wait are given out when it stops. */
export class FlowReceiver {
  private readonly faults = new NotedFaults();
  private readonly intake: Intake;
  private readonly parser: DatagramParser;
  private readonly rounds: Rounds;
  private listener: DatagramListener | undefined;
  private lateTimer: NodeJS.Timeout | undefined;

  private constructor({ intake, failed }: NetworkReceiverOptions) {
    this.intake = intake;
    this.rounds = new Rounds(intake, failed);
    const { networks, settings } = intake;
    this.parser = netflow.open({ file: 'netflow', faults: this.faults, networks, settings, skipped: () => {} });
  }

  /** @throws INGEST-LISTEN when the address cannot be listened on */
  static async open(options: NetworkReceiverOptions): Promise<FlowReceiver> {
    const receiver = new FlowReceiver(options);
    receiver.listener = await DatagramListener.open({
      ...options,
      handle: (bytes, from) => receiver.take(bytes, from),
    });
    receiver.lateTimer = setInterval(() => receiver.giveLate(), LATE_MS);
    return receiver;
  }

  get port(): number {
    return this.listener!.port;
  }

  /** @returns what the kernel dropped, undefined where it does not say */
  kernelDrops(): number | undefined {
    return this.listener!.kernelDrops();
  }

  /** Gives out what waits and stores it. */
  async close(): Promise<void> {
    clearInterval(this.lateTimer);
    await this.listener?.close();
    const delivery = this.rounds.take(this.intake.senders.get('netflow', WAITED), 0);
    if (delivery) this.parser.end(delivery.sink);
    await this.rounds.close();
  }

  private take(bytes: Buffer, { address }: RemoteInfo): void {
    const ip = addressOf(address)?.text ?? address;
    const sender = this.intake.senders.get('netflow', ip);
    const delivery = this.rounds.take(sender, bytes.length);
    if (!delivery) {
      sender.dropped++;
      return;
    }
    const time = this.intake.now();
    sender.lastMs = time;
    delivery.item(
      bytes.length,
      () => {
        this.faults.take();
        const isKnown = this.parser.datagram(bytes, 0, bytes.length, { ip, time, offset: undefined }, delivery.sink);
        const fault = this.faults.take();
        const reason = isKnown ? fault?.message : 'this datagram is neither NetFlow v5 or v9 nor IPFIX';
        // Without the templates and times of its exporter it says nothing. What it gave, or others that waited, is stored all the same.
        if (reason !== undefined) return { kind: 'unreadable', reason, isRest: true, isWhole: false };
        return { kind: 'empty', reason: WAITS };
      },
      () => bytes,
    );
  }

  private giveLate(): void {
    const delivery = this.rounds.take(this.intake.senders.get('netflow', WAITED), 0);
    if (delivery) this.parser.late?.(this.intake.now(), delivery.sink);
  }
}
