import type { Document } from '../../event/document.ts';
import type { SourceContext } from '../source.ts';
import type { CaptureFigures } from './capture-event.ts';
import { CaptureFaults } from './capture-faults.ts';
import type { FlowReporter } from './flow/flow-reporter.ts';
import type { FlowTable } from './flow/flow-table.ts';
import type { ChecksumCounts } from './ip/checksums.ts';
import type { FragmentReport } from './ip/fragments.ts';
import { type CaptureLimitName, type CaptureLimits, FRAGMENT_LIMITS, limitReached } from './limits.ts';
import type { PacketClock, Side, StreamEnd } from './stream.ts';
import type { Connection } from './tcp/connection.ts';
import type { TcpReport } from './tcp/tcp-flows.ts';
import type { UdpReport } from './udp/udp-flows.ts';

/** Puts what the readers of packets tell into words: faults, notes, counts, and flows that have ended. */
export class CaptureReport implements TcpReport, UdpReport, FragmentReport {
  private readonly context: SourceContext;
  private readonly faults: CaptureFaults;
  private readonly limits: CaptureLimits;
  private readonly flows: FlowReporter;
  private lost = 0;
  private readonly reached = new Set<string>();

  constructor(context: SourceContext, clock: PacketClock, limits: CaptureLimits, flows: FlowReporter) {
    this.context = context;
    this.faults = new CaptureFaults(context, clock);
    this.limits = limits;
    this.flows = flows;
  }

  ended(table: FlowTable, entry: number, connection: Connection | undefined, end: StreamEnd): void {
    this.flows.tcp(table, entry, connection, end);
  }

  interim(connection: Connection, summary: Document | undefined): void {
    this.flows.interim(connection, summary);
  }

  udpEnded(table: FlowTable, entry: number, end: StreamEnd, learnt: Document | undefined): void {
    this.flows.udp(table, entry, end, learnt);
  }

  fault(code: 'header' | 'record' | 'truncated' | 'block' | 'limit', offset: number, message: string): void {
    this.faults.add(code, message, offset);
  }

  malformedIp(): void {
    this.faults.packet('ip', 'the IP header is cut or lies about its length; the packet is not read');
  }

  cutHeader(): void {
    this.context.skipped('packet that the snap length cut inside of its TCP header');
  }

  malformed(): void {
    this.faults.packet('tcp', 'the TCP header lies about its length; the packet is not read');
  }

  limit(name: CaptureLimitName): void {
    this.reached.add(name);
    this.faults.note('limit', limitReached(name, this.limits));
  }

  differs(connection: Connection, side: Side, bytes: number): void {
    const end = `${connection.ip(side)} port ${connection.port(side)}`;
    this.faults.packet('overlap', `${bytes} bytes sent twice by ${end} differ; the first copy is read`);
  }

  fragmentsDiffer(bytes: number): void {
    this.faults.packet('overlap', `${bytes} bytes of two IP fragments differ; the first copy is read`);
  }

  fragmentsLost(why: 'missing' | 'limit' | 'size'): void {
    if (why === 'size') this.faults.packet('fragment', 'an IP fragment lies about its place; it is not read');
    else if (why === 'missing') this.context.skipped('IP packet of which fragments are missing');
    else {
      const { datagrams, bytes, ranges } = FRAGMENT_LIMITS;
      const message = `limit fragments (${datagrams} packets, ${bytes} bytes, ${ranges} pieces) reached: the oldest are not read`;
      this.faults.note('limit', message);
    }
  }

  /** @returns what there is to know of the capture as a whole */
  figures(): Pick<CaptureFigures, 'dropped' | 'faults' | 'limits'> {
    return { dropped: this.lost, faults: this.faults.count, limits: [...this.reached].sort() };
  }

  /** Adds to what the recorder says it lost. */
  drops(count: number): void {
    this.lost += count;
  }

  checksums({ wrong, compared }: ChecksumCounts): void {
    if (wrong === 0) return;
    const why = 'a recorder on the sending host sees them before the network card fills them in';
    this.faults.note(
      'checksum',
      `${wrong} of ${compared} packets have wrong checksums and were read all the same; ${why}`,
    );
  }

  /** The capture has ended. */
  finish(): void {
    if (this.lost > 0) this.faults.note('drops', `the recorder says that it lost ${this.lost} packets`);
  }
}
