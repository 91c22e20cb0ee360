/** The XML tree of a record, before it is decided which of its values become slots. */
import type { EvtxRecord, NamedValue, Value, ValueType } from './description.ts';

/** A value: a slot in a template, text in a literal element. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly type: ValueType;
  readonly value: Value;
  /** Optional substitution (0e): without a value, the element or attribute that holds it does not exist. */
  readonly optional: boolean;
}

/** A value of type 0x21: BinXML in BinXML. */
export interface Fragment {
  readonly kind: 'fragment';
  readonly root: Element;
  readonly literal: boolean;
  /** Begins with the fragment header (0f). */
  readonly header: boolean;
}

/** An element; text is a constant. */
export interface Element {
  readonly kind: 'element';
  readonly name: string;
  readonly attributes: readonly (readonly [name: string, value: Leaf | string])[];
  readonly children: readonly Child[];
}

/** What an element holds. */
export type Child = Element | Leaf | Fragment | string;

const EVENT_NAMESPACE = 'http://schemas.microsoft.com/win/2004/08/events/event';

/** @returns the tree of the record's event */
export function eventTree(record: EvtxRecord): Element {
  const data = dataElement(record);
  const children: Child[] = [systemElement(record)];
  if (data !== undefined) children.push(asNested(record, data));
  if (record.renderedMessage !== undefined) children.push(renderingInfo(record, record.renderedMessage));
  return element('Event', children, [['xmlns', EVENT_NAMESPACE]]);
}

function asNested(record: EvtxRecord, data: Element): Child {
  const form = record.form ?? 'nested';
  if (form === 'template' || form === 'templateless') return data;
  const literal = form === 'literal-nested';
  return { kind: 'fragment', root: data, literal, header: record.nestedHeader ?? !literal };
}

function systemElement(record: EvtxRecord): Element {
  const { provider } = record;
  // Windows itself puts some System values as text into the definition.
  const constant = (text: string | undefined): Leaf | string =>
    record.constants === true && text !== undefined ? text : leaf('string', text);
  return element('System', [
    element(
      'Provider',
      [],
      [
        ['Name', constant(provider.name)],
        ['Guid', leaf('guid', provider.guid)],
        ['EventSourceName', leaf('string', provider.eventSourceName)],
      ],
    ),
    element('EventID', [leaf('u16', record.eventId)], [['Qualifiers', leaf('u16', record.qualifiers)]]),
    element('Version', [leaf('u8', record.version)]),
    element('Level', [leaf('u8', record.level)]),
    element('Task', [leaf('u16', record.task)]),
    element('Opcode', [leaf('u8', record.opcode)]),
    element('Keywords', [leaf('hex64', record.keywords)]),
    element('TimeCreated', [], [['SystemTime', leaf('filetime', record.time)]]),
    element('EventRecordID', [leaf('u64', record.recordId)]),
    element(
      'Correlation',
      [],
      [
        ['ActivityID', leaf('guid', record.activityId)],
        ['RelatedActivityID', leaf('guid', record.relatedActivityId)],
      ],
    ),
    element(
      'Execution',
      [],
      [
        ['ProcessID', leaf('u32', record.processId)],
        ['ThreadID', leaf('u32', record.threadId)],
      ],
    ),
    element('Channel', [constant(record.channel)]),
    element('Computer', [constant(record.computer)]),
    element('Security', [], [['UserID', leaf('sid', record.userSid)]]),
  ]);
}

function dataElement(record: EvtxRecord): Element | undefined {
  const optional = record.optionalData ?? false;
  if (record.userData !== undefined) {
    const { element: name, namespace, values } = record.userData;
    const children = values.map(([child, type, value]) => element(child ?? 'Data', [leaf(type, value, optional)]));
    return element('UserData', [element(name, children, namespace === undefined ? [] : [['xmlns', namespace]])]);
  }
  if (record.eventData === undefined) return undefined;
  const name = record.eventDataName;
  return element(
    'EventData',
    record.eventData.map((value) => dataItem(value, optional)),
    name === undefined ? [] : [['Name', name]],
  );
}

function dataItem([name, type, value]: NamedValue, optional: boolean): Element {
  return element('Data', [leaf(type, value, optional)], name === null ? [] : [['Name', name]]);
}

function renderingInfo(record: EvtxRecord, message: string): Element {
  return element(
    'RenderingInfo',
    [
      element('Message', [message]),
      element('Level', ['Information']),
      element('Channel', [record.channel ?? '']),
      element('Provider', [record.provider.name]),
    ],
    [['Culture', 'en-US']],
  );
}

function element(name: string, children: readonly Child[], attributes: Element['attributes'] = []): Element {
  return { kind: 'element', name, attributes, children };
}

function leaf(type: ValueType, value: Value | undefined, optional = true): Leaf {
  return { kind: 'leaf', type, value: value ?? null, optional };
}
