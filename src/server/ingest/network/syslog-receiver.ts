import type { RemoteInfo } from 'node:dgram';
import { addressOf } from '../../../base/address/address.ts';
import type { PreparedDialect } from '../../../sources/json/record-reader.ts';
import type { Intake } from '../intake.ts';
import { ReaderCache } from '../reader-cache.ts';
import type { Sender } from '../senders.ts';
import { DatagramListener } from './datagram-listener.ts';
import type { NetworkReceiverOptions } from './flow-receiver.ts';
import { Rounds } from './round.ts';
import { SyslogReader } from './syslog-reader.ts';

/** What a receiver of syslog works with. */
export interface SyslogReceiverOptions extends NetworkReceiverOptions {
  readonly dialects: readonly PreparedDialect[];
}

/** Readers of all senders of syslog. */
export class SyslogReaders {
  private readonly intake: Intake;
  private readonly dialects: readonly PreparedDialect[];
  private readonly cache: ReaderCache<SyslogReader>;

  constructor(intake: Intake, dialects: readonly PreparedDialect[]) {
    this.intake = intake;
    this.dialects = dialects;
    this.cache = new ReaderCache(intake.limits.openReaders);
  }

  of(sender: Sender, ip: string): SyslogReader {
    const { intake, dialects } = this;
    return this.cache.get(
      sender.name,
      () => new SyslogReader({ intake, dialects, file: sender.name, ip, idScope: sender.name }),
    );
  }
}

/** Receives syslog over UDP: a message a datagram (RFC 5426). */
export class SyslogReceiver {
  private readonly intake: Intake;
  private readonly readers: SyslogReaders;
  private readonly rounds: Rounds;
  private listener: DatagramListener | undefined;

  private constructor({ intake, dialects, failed }: SyslogReceiverOptions) {
    this.intake = intake;
    this.readers = new SyslogReaders(intake, dialects);
    this.rounds = new Rounds(intake, failed);
  }

  /** @throws INGEST-LISTEN when the address cannot be listened on */
  static async open(options: SyslogReceiverOptions): Promise<SyslogReceiver> {
    const receiver = new SyslogReceiver(options);
    receiver.listener = await DatagramListener.open({
      ...options,
      handle: (bytes, from) => receiver.take(bytes, from),
    });
    return receiver;
  }

  get port(): number {
    return this.listener!.port;
  }

  /** @returns what the kernel dropped, undefined where it does not say */
  kernelDrops(): number | undefined {
    return this.listener!.kernelDrops();
  }

  async close(): Promise<void> {
    await this.listener?.close();
    await this.rounds.close();
  }

  private take(bytes: Buffer, { address }: RemoteInfo): void {
    const ip = addressOf(address)?.text ?? address;
    const sender = this.intake.senders.get('syslog-udp', ip);
    const delivery = this.rounds.take(sender, bytes.length);
    if (delivery) this.readers.of(sender, ip).message(bytes, 0, bytes.length, delivery);
    else sender.dropped++;
  }
}
