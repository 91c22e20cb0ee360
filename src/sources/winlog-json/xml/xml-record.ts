/** A Windows event as its own XML, as wevtutil, Event Viewer and Splunk write it. */
import type { DataValues } from '../data-values.ts';
import type { SystemField } from '../columns.ts';
import { TextRecord } from '../text-record.ts';
import { parseXml, type XmlElement } from './xml-reader.ts';

/** Element and attribute of each part of System; no attribute: the element's text. */
const PLACES: Readonly<Partial<Record<SystemField, readonly [element: string, attribute?: string]>>> = {
  channel: ['Channel'],
  provider: ['Provider', 'Name'],
  providerGuid: ['Provider', 'Guid'],
  eventId: ['EventID'],
  version: ['Version'],
  computer: ['Computer'],
  recordId: ['EventRecordID'],
  time: ['TimeCreated', 'SystemTime'],
  level: ['Level'],
  task: ['Task'],
  opcode: ['Opcode'],
  keywords: ['Keywords'],
  activityId: ['Correlation', 'ActivityID'],
  relatedActivityId: ['Correlation', 'RelatedActivityID'],
  processId: ['Execution', 'ProcessID'],
  threadId: ['Execution', 'ThreadID'],
  userSid: ['Security', 'UserID'],
};

/** Shows one event after another; System is parsed at once, the rest when somebody asks for a value. */
export class XmlRecord extends TextRecord {
  private xml = '';
  private readonly parts = new Map<string, XmlElement>();
  private root: XmlElement | undefined;

  /**
   * Takes the next event.
   *
   * @param text `<Event ..>..</Event>`
   * @throws XmlError when System cannot be read
   */
  show(text: string): void {
    this.advance();
    this.xml = text;
    this.root = undefined;
    this.parts.clear();
    for (const part of this.systemElement()?.children ?? []) {
      if (!this.parts.has(part.name)) this.parts.set(part.name, part);
    }
  }

  /**
   * Parses what {@link show} left.
   *
   * @throws XmlError when it cannot be read
   */
  parse(): void {
    this.root ??= parseXml(this.xml);
  }

  override get message(): string | undefined {
    return child(child(this.root, 'RenderingInfo'), 'Message')?.text;
  }

  override get userDataName(): string | undefined {
    return child(this.root, 'UserData')?.children[0]?.name;
  }

  protected override system(field: SystemField): string | undefined {
    const place = PLACES[field];
    if (place === undefined) return undefined;
    const element = this.parts.get(place[0]);
    return place[1] === undefined ? element?.text.trim() : element?.attributes.get(place[1]);
  }

  protected override fill(values: DataValues): void {
    addEventData(values, child(this.root, 'EventData'));
    for (const element of child(this.root, 'UserData')?.children ?? []) addLeaves(values, element);
  }

  /** System stands first and is small; only when it is not found where it should be, all is parsed. */
  private systemElement(): XmlElement | undefined {
    const start = this.xml.indexOf('<System>');
    const end = this.xml.indexOf('</System>', start);
    if (start >= 0 && end >= 0) return parseXml(this.xml.slice(start, end + 9));
    this.parse();
    return child(this.root, 'System');
  }
}

/** Adds the values of an EventData element: `Data` by its Name, everything else by its own. */
export function addEventData(values: DataValues, data: XmlElement | undefined): void {
  for (const element of data?.children ?? []) {
    if (element.children.length > 0) for (const inner of element.children) addLeaf(values, inner, 'event_data');
    else addLeaf(values, element, 'event_data');
  }
}

function addLeaf(values: DataValues, element: XmlElement, section: 'event_data' | 'user_data'): void {
  const isData = element.name === 'Data' || element.name === 'ComplexData';
  values.add((isData ? element.attributes.get('Name') : undefined) ?? element.name, [element.text], section);
}

/** UserData nests as its provider likes; what has no elements in it is a value. */
function addLeaves(values: DataValues, element: XmlElement): void {
  for (const inner of element.children) {
    if (inner.children.length > 0) addLeaves(values, inner);
    else addLeaf(values, inner, 'user_data');
  }
}

function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((one) => one.name === name);
}
