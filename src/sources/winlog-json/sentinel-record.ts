/**
 * Records of Log Analytics: tables SecurityEvent, WindowsEvent and Event. Values stand in columns of their own, in
 * `EventData` as XML or JSON text, and in `ParameterXml`; columns of a table that an event does not use are empty.
 */
import { isDocument } from '../../event/document.ts';
import type { JsonRecord } from '../json/dialect.ts';
import { parseLenient } from '../json/lenient.ts';
import { dataName, metDataName } from '../windows/data-name.ts';
import { ColumnRecord } from './column-record.ts';
import { SENTINEL_COLUMNS, SENTINEL_SECOND, SIGN, type SystemField } from './columns.ts';
import { type DataValues, textsOf } from './data-values.ts';
import { AUDIT_FAILURE, AUDIT_SUCCESS } from './system-values.ts';
import { parseXml, XmlError, type XmlElement } from './xml/xml-reader.ts';
import { addEventData } from './xml/xml-record.ts';

/** Columns that are System, that the service adds, or that it puts together from others. */
const NOT_DATA: ReadonlySet<string> = new Set(
  [
    'TimeGenerated Type Computer EventID Channel Provider Source EventLog EventSourceName EventLevel EventLevelName Level',
    'Keywords Opcode Task Version EventRecordId EventRecordID SystemProcessId SystemThreadId SystemUserId Correlation',
    'RawEventData EventData ParameterXml Message RenderedDescription Activity EventOriginId ManagementGroupName MG',
    'TenantId SourceSystem SourceComputerId TimeCollected TimeCreated PartitionKey RowKey StorageAccount',
    'AzureDeploymentID AzureTableName Role EventCategory Account AccountType SubjectAccount TargetAccount Process',
    'LogonTypeName ResourceId ProviderGuid ActivityID RelatedActivityID RecordNumber Hostname SourceName',
  ].flatMap((line) => line.split(' ')),
);

/** One row. */
export class SentinelRecord extends ColumnRecord {
  private readonly damaged: (message: string) => void;

  /** @param damaged called when the XML or JSON text of a column cannot be read */
  constructor(json: JsonRecord, damaged: (message: string) => void) {
    super(json, SENTINEL_COLUMNS);
    this.damaged = damaged;
  }

  protected override system(field: SystemField): string | undefined {
    const text = super.system(field);
    if (field === 'userSid') return text?.startsWith('S-1-') ? text : undefined;
    const second = SENTINEL_SECOND[field];
    return text === undefined && second !== undefined ? this.json.text(second) : text;
  }

  protected override keywordTexts(): readonly string[] | undefined {
    const keywords = super.keywordTexts();
    if (keywords !== undefined && keywords[0] !== '' && keywords[0] !== 'N/A') return keywords;
    const activity = this.json.text(SIGN.activity) ?? '';
    if (/\b(?:failed|denied|blocked)\b/i.test(activity)) return [AUDIT_FAILURE];
    return /\bsuccessful(?:ly)?\b/i.test(activity) ? [AUDIT_SUCCESS] : undefined;
  }

  protected override fill(values: DataValues): void {
    const object = this.object();
    this.addEventData(values, object['EventData']);
    this.addParameters(values, object['ParameterXml']);
    for (const [key, value] of Object.entries(object)) {
      if (value === '' || NOT_DATA.has(key) || key.startsWith('_') || key.startsWith('TimeGenerated')) continue;
      if (object['Type'] === 'Event' && key === 'UserName') continue;
      if (!values.has(metDataName(key))) values.add(key, textsOf(value), 'event_data');
    }
  }

  private addEventData(values: DataValues, data: unknown): void {
    if (isDocument(data)) {
      values.addAll(data, 'event_data');
    } else if (typeof data === 'string' && data.trimStart().startsWith('<')) {
      const root = this.xml(data);
      if (root !== undefined) addEventData(values, find(root, 'EventData') ?? root);
    } else if (typeof data === 'string' && data.trim() !== '') {
      const parsed = parseLenient(data);
      if (isDocument(parsed)) values.addAll(parsed, 'event_data');
      else this.damaged('EventData is neither XML nor a JSON object');
    }
  }

  private addParameters(values: DataValues, text: unknown): void {
    if (typeof text !== 'string' || text.trim() === '' || values.has(dataName('Data'))) return;
    const root = this.xml(`<Parameters>${text}</Parameters>`);
    for (const one of root?.children ?? []) values.add('Data', [one.text], 'event_data');
  }

  private xml(text: string): XmlElement | undefined {
    try {
      return parseXml(text);
    } catch (cause) {
      if (!(cause instanceof XmlError)) throw cause;
      this.damaged(`XML text at character ${cause.offset}: ${cause.message}`);
      return undefined;
    }
  }
}

/** EventData stands at the top or inside of a DataItem; depth is that of the XML reader. */
function find(element: XmlElement, name: string): XmlElement | undefined {
  if (element.name === name) return element;
  for (const child of element.children) {
    const found = find(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
