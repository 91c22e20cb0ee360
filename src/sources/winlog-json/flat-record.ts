/**
 * Flat objects, in which System and EventData stand side by side: NXLog, and exporters with a top-level TimeCreated. What
 * is System and what is data shows only by name.
 */
import type { Document, FieldValue } from '../../event/document.ts';
import { type FieldId, fieldId } from '../../event/field.ts';
import type { JsonRecord } from '../json/dialect.ts';
import type { Column } from '../record.ts';
import type { DataSection } from '../windows/windows-record.ts';
import { ColumnRecord } from './column-record.ts';
import { FLAT_COLUMNS, SIGN, type SystemColumns, type SystemField } from './columns.ts';
import type { DataValues } from './data-values.ts';
import type { LocalClock } from './local-clock.ts';
import { AUDIT_FAILURE, AUDIT_SUCCESS, type Moment } from './system-values.ts';

/** Keys that are System, or that the exporter and those behind it add. Letter case counts: Path is data, path is not. */
const NOT_DATA: ReadonlySet<string> = new Set(
  [
    '@timestamp @version host port tags type path message Message Category Channel Computer Hostname EventID EventTime',
    'EventReceivedTime EventRecordID EventRecordId RecordID RecordNumber ExecutionProcessID ExecutionThreadID ThreadID',
    'Keywords Level Opcode OpcodeValue ProviderGuid ProviderName Provider Qualifiers Severity SeverityValue',
    'SourceModuleName SourceModuleType SourceName Task TimeCreated UserID Version ActivityID ActivityId',
    'RelatedActivityID EventTypeOrignal ERROR_EVT_UNRESOLVED MessageSourceAddress SystemProcessId SystemThreadId',
    'SystemUserId RenderedDescription _id _index _score _type _source',
  ].flatMap((line) => line.split(' ')),
);

/**
 * The account of System/Security@UserID in NXLog's words, which always come with its type; for 7045 it is the installer
 * and the account of the service is lost.
 */
const ACCOUNT: ReadonlySet<string> = new Set(['AccountName', 'AccountType', 'Domain']);

const ACCOUNT_COLUMNS: ReadonlyMap<FieldId, Column> = new Map([
  [fieldId('winlog.user.name'), SIGN.accountName],
  [fieldId('winlog.user.domain'), SIGN.accountDomain],
  [fieldId('winlog.user.type'), SIGN.accountType],
]);

/** The only UserData that a flat object still shows: the log was cleared, with its element's name. */
const LOG_CLEARED: ReadonlySet<number> = new Set([104, 1102]);

/** NXLog has no level, only its own severity. */
const LEVEL_OF_SEVERITY: Readonly<Record<string, string>> = {
  DEBUG: '5',
  INFO: '4',
  WARNING: '3',
  ERROR: '2',
  CRITICAL: '1',
};

const TIME_COLUMNS: Readonly<Record<'EventTime' | 'TimeCreated', SystemColumns>> = {
  EventTime: { ...FLAT_COLUMNS, time: SIGN.eventTime },
  TimeCreated: { ...FLAT_COLUMNS, time: SIGN.timeCreated },
};

/** One flat object. */
export class FlatRecord extends ColumnRecord {
  private readonly clock: LocalClock;
  private readonly timeKey: 'EventTime' | 'TimeCreated';
  private hasOwnEventType = false;

  /** @param clock knows how far the exporter's wall clock is from UTC */
  constructor(json: JsonRecord, clock: LocalClock, timeKey: 'EventTime' | 'TimeCreated') {
    super(json, TIME_COLUMNS[timeKey]);
    this.clock = clock;
    this.timeKey = timeKey;
  }

  /** Takes what the object says about its clock, whether or not anybody wants the event. */
  observe(): void {
    if (this.timeKey === 'TimeCreated')
      this.clock.observe(this.json.text(SIGN.timeCreated), this.utcTime(), this.host());
  }

  override get userDataName(): string | undefined {
    const isCleared = LOG_CLEARED.has(this.eventId) && this.provider?.toLowerCase() === 'microsoft-windows-eventlog';
    return isCleared ? 'LogFileCleared' : undefined;
  }

  protected override fill(values: DataValues): void {
    this.hasOwnEventType = this.json.has(SIGN.originalType);
    const hasAccount = this.json.has(SIGN.accountType);
    const section: DataSection = this.userDataName === undefined ? 'event_data' : 'user_data';
    const isData = (key: string) =>
      !NOT_DATA.has(key) && !(hasAccount && ACCOUNT.has(key)) && (key !== 'EventType' || this.isOwnEventType());
    values.addAll(unescaped(this.object()), section, (key) => !isData(key));
  }

  override extra(field: FieldId): FieldValue {
    const column = this.json.has(SIGN.accountType) ? ACCOUNT_COLUMNS.get(field) : undefined;
    return column === undefined ? super.extra(field) : this.json.text(column);
  }

  protected override keywordTexts(): readonly string[] | undefined {
    const keywords = super.keywordTexts();
    if (keywords !== undefined) return keywords;
    const type = this.json.text(SIGN.originalType) ?? this.json.text(SIGN.eventType);
    return type === 'AUDIT_SUCCESS' ? [AUDIT_SUCCESS] : type === 'AUDIT_FAILURE' ? [AUDIT_FAILURE] : undefined;
  }

  protected override system(field: SystemField): string | undefined {
    const text = super.system(field);
    if (text !== undefined || field !== 'level') return text;
    const severity = this.json.text(SIGN.severity) ?? '';
    return Object.hasOwn(LEVEL_OF_SEVERITY, severity) ? LEVEL_OF_SEVERITY[severity] : undefined;
  }

  protected override readMoment(): Moment {
    const written = this.timeAsWritten();
    return this.timeKey === 'EventTime'
      ? this.clock.eventTime(written, {
          received: this.json.text(SIGN.receivedTime),
          timestamp: this.json.text(SIGN.timestamp),
          utcTime: this.utcTime(),
        })
      : this.clock.timeCreated(written, this.utcTime(), this.host());
  }

  /** EventType is NXLog's unless Sysmon has one too; then NXLog's stands under another name, or it says AUDIT or INFO. */
  private isOwnEventType(): boolean {
    if (this.hasOwnEventType) return true;
    return !/^(?:AUDIT_SUCCESS|AUDIT_FAILURE|INFO|WARNING|ERROR|DEBUG|CRITICAL)$/.test(
      this.json.text(SIGN.eventType) ?? '',
    );
  }

  /** Sysmon's own time; other providers may name a value so too. */
  private utcTime(): string | undefined {
    return this.provider?.toLowerCase() === 'microsoft-windows-sysmon' ? this.json.text(SIGN.utcTime) : undefined;
  }

  private host(): string {
    return (this.computer ?? '').toLowerCase();
  }
}

/** NXLog hands on one name of Sysmon with the escapes of its XML. */
function unescaped(object: Document): Document {
  const pipe = object['PipeName'];
  if (pipe === '&lt;Anonymous Pipe&gt;') object['PipeName'] = '<Anonymous Pipe>';
  return object;
}
