/**
 * Windows events as XML: what wevtutil, Event Viewer and forwarders write, one a line, one behind the other or inside of
 * `<Events>`.
 *
 * @see https://learn.microsoft.com/en-us/windows/win32/wes/eventschema-schema
 */
import { isUtf8 } from 'node:buffer';
import type { EventSink, Parser, Source, SourceContext } from '../../source.ts';
import { WindowsGate } from '../../windows/windows-gate.ts';
import type { OpenShape } from '../shapes.ts';
import { WinlogEvent } from '../winlog-event.ts';
import { WinlogIntake } from '../winlog-intake.ts';
import { EventSplitter } from './event-splitter.ts';
import { XmlError } from './xml-reader.ts';
import { XmlRecord } from './xml-record.ts';

const ID = 'winlog-xml';

/** Windows events as XML. */
export const winlogXml: Source = {
  id: ID,
  title: 'Windows events, XML: wevtutil, Event Viewer, forwarded lines',
  datasets: ['system.*', 'windows.*', 'winlog.winlog'],
  detect: detectXml,
  open: (context) => new XmlParser(context),
};

function detectXml(head: Buffer): number {
  const text = head.toString('latin1', 0, 4096).replace(/^\u00ef\u00bb\u00bf/, '');
  // evtx_dump numbers the records in lines of their own.
  if (/^\s*(?:Record \d+\s+)?(?:<\?xml[^>]*\?>\s*)?(?:<!--[^>]*-->\s*)*<Events?[\s>]/.test(text)) return 0.9;
  // Forwarders put a time and a name before the event.
  return /^[^{[<\n]{1,300}<Event\s[^>]*schemas\.microsoft\.com\/win\/2004\/08\/events/.test(text) ? 0.7 : 0;
}

class XmlParser implements Parser {
  private readonly intake: WinlogIntake;
  private readonly record = new XmlRecord();
  private readonly open: OpenShape;
  private readonly splitter: EventSplitter;
  private readonly context: SourceContext;
  private sink: EventSink = () => {};

  constructor(context: SourceContext) {
    this.context = context;
    this.intake = new WinlogIntake(context, new WindowsGate(context.gate));
    const event = new WinlogEvent(this.record, context.networks, context.file, ID);
    this.open = { record: this.record, event };
    this.splitter = new EventSplitter(
      (bytes, line, offset) => this.visit(bytes, line, offset),
      context.settings.maxRecordBytes,
      (code, message, line, offset) => {
        this.intake.at(line, offset);
        this.intake.fault(`winlog.${code}`, message);
      },
    );
  }

  push(bytes: Buffer, sink: EventSink): void {
    this.sink = sink;
    this.splitter.push(bytes);
  }

  end(sink: EventSink): void {
    this.sink = sink;
    this.splitter.end();
  }

  private visit(bytes: Buffer, line: number, offset: number): void {
    this.intake.at(line, offset);
    if (!isUtf8(bytes)) this.intake.fault('winlog.utf8', 'this event is not valid UTF-8; wrong bytes read as U+FFFD');
    try {
      this.record.show(bytes.toString('utf8'));
    } catch (cause) {
      if (!(cause instanceof XmlError)) throw cause;
      this.intake.fault('winlog.xml', `the XML of this event: ${cause.message} at character ${cause.offset}`);
      return;
    }
    const event = this.intake.take(this.open);
    if (typeof event === 'string') this.context.skipped(event);
    else if (event !== undefined) this.sink(event);
  }
}
