/** What every shape goes through: placeholders left out, the gate asked, damage told. */
import type { EventView } from '../../event/view.ts';
import type { SourceContext } from '../source.ts';
import type { WindowsGate } from '../windows/windows-gate.ts';
import type { OpenShape } from './shapes.ts';
import { XmlError } from './xml/xml-reader.ts';
import { XmlRecord } from './xml/xml-record.ts';

/** Event forwarding writes one into the collector's log when a source reports. */
const PLACEHOLDER_PROVIDER = 'Microsoft-Windows-EventForwarder';
const PLACEHOLDER_ID = 111;

/** Takes the records of one file. */
export class WinlogIntake {
  private readonly context: SourceContext;
  private readonly gate: WindowsGate;
  private line: number | undefined;
  private offset: number | undefined;
  private hasAssumed = false;

  constructor(context: SourceContext, gate: WindowsGate) {
    this.context = context;
    this.gate = gate;
  }

  /** The place of the current record. */
  at(line: number | undefined, offset: number | undefined): void {
    this.line = line;
    this.offset = offset;
  }

  /** @returns the event, why there is none, or undefined when nobody wants it or it cannot be read */
  take({ record, event }: OpenShape): EventView | string | undefined {
    const { channel, provider, eventId } = record;
    if (Number.isNaN(eventId)) {
      this.fault('winlog.event_id', 'this Windows event has no event id');
      return undefined;
    }
    if (eventId === PLACEHOLDER_ID && provider === PLACEHOLDER_PROVIDER) return 'placeholders of event forwarding';
    if (!this.gate.admits(channel, provider, eventId, event.freedom)) {
      this.gate.pass(record);
      return undefined;
    }
    if (record instanceof XmlRecord && !this.parse(record)) return undefined;
    if (Number.isNaN(record.time)) this.reportTime(record.timeAsWritten());
    event.point(this.line, this.offset);
    return event;
  }

  fault(code: string, message: string): void {
    const { file, faults } = this.context;
    faults.add({ code, file, line: this.line, offset: this.offset, message });
  }

  /** Says once a file that times without zone were read as UTC. */
  assumed(): void {
    if (this.hasAssumed) return;
    this.hasAssumed = true;
    const { settings } = this.context;
    const message =
      settings.timezone === undefined
        ? 'times are local and do not say where; read as UTC, which may be wrong by hours. Set timezone'
        : 'times are local on a clock of 12 hours; mornings and afternoons cannot be told apart';
    this.assume('winlog.timezone', message);
  }

  /** Says what was read in a way that the evidence does not prove, or is not all. */
  assume(code: string, message: string): void {
    const { file, faults } = this.context;
    faults.add({ code, file, line: this.line, offset: this.offset, message, isAssumption: true });
  }

  private parse(record: XmlRecord): boolean {
    try {
      record.parse();
      return true;
    } catch (cause) {
      if (!(cause instanceof XmlError)) throw cause;
      this.fault('winlog.xml', `the XML of this event: ${cause.message} at character ${cause.offset}`);
      return false;
    }
  }

  private reportTime(text: string | undefined): void {
    const found = text === undefined ? 'no time' : `the time "${text.slice(0, 40)}", which cannot be read`;
    this.fault('winlog.time', `this Windows event has ${found}`);
  }
}
