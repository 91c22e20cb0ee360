/**
 * Objects of PowerShell's Get-WinEvent, as ConvertTo-Json of Windows PowerShell 5 and of PowerShell 7 writes them. Values have
 * no names (`Properties: [{Value}]`): they are given those of the event's template by their order. Numbers, GUIDs and lists of
 * bytes are written as an event log shows them.
 */
import { isDocument } from '../../event/document.ts';
import type { JsonRecord } from '../json/dialect.ts';
import { type PropertyOrder, propertyOrder, type PropertyType } from '../windows/property-order.ts';
import type { DataSection } from '../windows/windows-record.ts';
import { ColumnRecord } from './column-record.ts';
import { POWERSHELL_COLUMNS, SIGN, type SystemField } from './columns.ts';
import { type DataValues, textsOf } from './data-values.ts';
import type { LocalClock } from './local-clock.ts';
import { type Moment, parseMoment } from './system-values.ts';

/** What a value becomes when ConvertTo-Json goes no deeper. */
const CUT = 'System.Diagnostics.Eventing.Reader.EventProperty';

/** A time of Windows PowerShell 5: milliseconds since 1970 UTC. */
const DATE = /^\/Date\((-?\d{1,16})(?:[+-]\d{4})?\)\/$/;

/** Whole numbers of 64 bits have no more digits. */
const WHOLE = /^-?\d{1,20}$/;

const GUID = /^\{?([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\}?$/i;

/** Parts of System that are GUIDs, which PowerShell writes bare and in lower case. */
const GUIDS: ReadonlySet<SystemField> = new Set(['providerGuid', 'activityId', 'relatedActivityId']);

/** An event as PowerShell shows it. */
export class PowerShellRecord extends ColumnRecord {
  private readonly clock: LocalClock;
  private found: { readonly values: readonly unknown[]; readonly order: PropertyOrder | undefined } | undefined;

  /** @param clock for times that do not name their zone */
  constructor(json: JsonRecord, clock: LocalClock) {
    super(json, POWERSHELL_COLUMNS);
    this.clock = clock;
  }

  override advance(): void {
    super.advance();
    this.found = undefined;
  }

  override get userDataName(): string | undefined {
    return this.properties().order?.userData;
  }

  /** @returns why values of the event are not told by name; undefined when all are */
  problem(): { readonly code: string; readonly message: string } | undefined {
    const { values, order } = this.properties();
    if (this.isCut()) {
      const message = 'ConvertTo-Json cut the values of this event: export it again with -Depth 4, or as .evtx';
      return { code: 'winlog.cut', message };
    }
    if (order !== undefined || values.length === 0) return undefined;
    const kind = `${this.provider ?? this.channel ?? 'no provider'} ${this.eventId}`;
    const message = `no order of ${values.length} values is known for ${kind}; they stand below Data without names`;
    return { code: 'winlog.unnamed', message };
  }

  protected override fill(data: DataValues): void {
    const { values, order } = this.properties();
    const section: DataSection = order?.userData === undefined ? 'event_data' : 'user_data';
    values.forEach((value, i) => {
      const { name, type } = order?.properties[i] ?? { name: 'Data', type: 'text' };
      data.add(name, propertyTexts(value, type), section);
    });
  }

  protected override system(field: SystemField): string | undefined {
    const text = super.system(field);
    return text !== undefined && GUIDS.has(field) ? guidText(text) : text;
  }

  protected override keywordTexts(): readonly string[] | undefined {
    return super.keywordTexts() ?? (this.json.has(SIGN.keywordNames) ? this.json.list(SIGN.keywordNames) : undefined);
  }

  protected override readMoment(): Moment {
    const text = this.timeAsWritten();
    const date = momentOfDate(text);
    if (date) return date;
    const moment = parseMoment(text);
    return moment.hasZone ? moment : this.clock.eventTime(text, NO_WITNESSES);
  }

  private properties() {
    if (!this.found) {
      const list = this.object()['Properties'];
      const values = Array.isArray(list) && !this.isCut() ? list.map(valueOf) : [];
      this.found = { values, order: propertyOrder(this.provider, this.eventId, values.length) };
    }
    return this.found;
  }

  private isCut(): boolean {
    const list: unknown = this.object()['Properties'];
    const first: unknown = Array.isArray(list) ? list[0] : list;
    return typeof first === 'string' && first.startsWith(CUT);
  }
}

const NO_WITNESSES = { received: undefined, timestamp: undefined, utcTime: undefined };

/** The value of `{Value}`; what was written without that object is the value itself. */
function valueOf(property: unknown): unknown {
  return isDocument(property) && Object.hasOwn(property, 'Value') ? property['Value'] : property;
}

/** @returns the text of an object of .NET: a SID has it as `Value`, a time or a pointer as `value` */
function innerText(object: unknown): string | undefined {
  if (!isDocument(object)) return undefined;
  const inner = object['Value'] ?? object['value'];
  return typeof inner === 'string' || typeof inner === 'number' ? String(inner) : undefined;
}

function propertyTexts(value: unknown, type: PropertyType): readonly string[] {
  if (Array.isArray(value)) return isBytes(value) ? [hexOfBytes(value)] : textsOf(value);
  const plain = innerText(value) ?? value;
  const digits = typeof plain === 'number' ? String(plain) : plain;
  if (typeof digits === 'string' && WHOLE.test(digits)) {
    if (type === 'x32') return [hex(digits, 32)];
    if (type === 'x64') return [hex(digits, 64)];
  }
  if (typeof plain !== 'string') return textsOf(plain);
  if (type === 'guid') return [guidText(plain)];
  const date = momentOfDate(plain);
  return [date ? new Date(date.ms).toISOString() : plain];
}

function momentOfDate(text: string | undefined): Moment | undefined {
  const match = text === undefined ? null : DATE.exec(text);
  if (!match) return undefined;
  const ms = Number(match[1]);
  return Math.abs(ms) <= 8.64e15
    ? { ms, decimals: new Date(ms).toISOString().slice(-5, -1), hasZone: true }
    : undefined;
}

/** Of a number with or without sign, as .NET has it: `0xc000006d` is -1073741715 there. */
function hex(digits: string, bits: 32 | 64): string {
  return `0x${BigInt.asUintN(bits, BigInt(digits)).toString(16)}`;
}

function guidText(text: string): string {
  const match = GUID.exec(text);
  return match ? `{${match[1]!.toUpperCase()}}` : text;
}

function isBytes(list: readonly unknown[]): list is readonly number[] {
  return list.every((one) => typeof one === 'number' && Number.isInteger(one) && one >= 0 && one <= 255);
}

function hexOfBytes(bytes: readonly number[]): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}
