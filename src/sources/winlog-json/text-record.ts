/** What all shapes share: System read as text, values filled when somebody asks for one. */
import type { FieldValue } from '../../event/document.ts';
import { type FieldId, fieldId } from '../../event/field.ts';
import type { DataName } from '../windows/data-name.ts';
import type { DataSection, WindowsRecord } from '../windows/windows-record.ts';
import type { SystemField } from './columns.ts';
import { DataValues } from './data-values.ts';
import { channelOf, providerOf, usualChannel } from './provider-of.ts';
import {
  keywordsHex,
  levelNumber,
  type Moment,
  momentText,
  opcodeNumber,
  parseMoment,
  wholeNumber,
} from './system-values.ts';

const TIMEZONE = fieldId('event.timezone');

/** A Windows event of one shape; shows the current object of a reader. */
export abstract class TextRecord implements WindowsRecord {
  private readonly values = new DataValues();
  private isFilled = false;
  private knownMoment: Moment | undefined;
  /** What nearly every field asks for; null: not asked yet. */
  private knownChannel: string | undefined | null = null;
  private knownProvider: string | undefined | null = null;
  private knownEventId: number | null = null;
  private knownKeywords: string | undefined | null = null;

  /** Text of a part of System as written. */
  protected abstract system(field: SystemField): string | undefined;
  /** Puts the event's data in. */
  protected abstract fill(values: DataValues): void;

  /** The reader now shows another object. */
  advance(): void {
    this.isFilled = false;
    this.knownMoment = undefined;
    this.knownChannel = null;
    this.knownProvider = null;
    this.knownEventId = null;
    this.knownKeywords = null;
  }

  get channel(): string | undefined {
    if (this.knownChannel === null) {
      const name = this.part('channel');
      this.knownChannel = name === undefined ? channelOf(this.part('provider')) : usualChannel(name);
    }
    return this.knownChannel;
  }

  get provider(): string | undefined {
    if (this.knownProvider === null) {
      this.knownProvider = this.part('provider') ?? providerOf(this.channel, this.eventId);
    }
    return this.knownProvider;
  }

  get providerGuid(): string | undefined {
    return this.part('providerGuid');
  }

  /** NaN when the object has none. */
  get eventId(): number {
    this.knownEventId ??= wholeNumber(this.part('eventId')) ?? Number.NaN;
    return this.knownEventId;
  }

  get version(): number | undefined {
    return wholeNumber(this.part('version'));
  }

  get computer(): string | undefined {
    return this.part('computer');
  }

  get recordId(): string | undefined {
    const text = this.part('recordId')?.trim();
    return text !== undefined && /^\d{1,20}$/.test(text) ? text : undefined;
  }

  get time(): number {
    return this.moment().ms;
  }

  get timeText(): string | undefined {
    return momentText(this.moment());
  }

  get level(): number | undefined {
    return levelNumber(this.part('level'), this.channel?.toLowerCase() === 'security');
  }

  get task(): number | undefined {
    return wholeNumber(this.part('task'));
  }

  get opcode(): number | undefined {
    return opcodeNumber(this.part('opcode'));
  }

  get keywords(): string | undefined {
    if (this.knownKeywords === null) this.knownKeywords = keywordsHex(this.keywordTexts());
    return this.knownKeywords;
  }

  get activityId(): string | undefined {
    return this.part('activityId');
  }

  get relatedActivityId(): string | undefined {
    return this.part('relatedActivityId');
  }

  get processId(): number | undefined {
    return wholeNumber(this.part('processId'));
  }

  get threadId(): number | undefined {
    return wholeNumber(this.part('threadId'));
  }

  get userSid(): string | undefined {
    return this.part('userSid');
  }

  get message(): string | undefined {
    return this.system('message');
  }

  get userDataName(): string | undefined {
    return undefined;
  }

  data(name: DataName): string | undefined {
    return this.filled().first(name);
  }

  dataList(name: DataName): readonly string[] | undefined {
    return this.filled().all(name);
  }

  eachData(visit: (name: string, values: readonly string[], section: DataSection) => void): void {
    this.filled().each(visit);
  }

  /** @returns whether the clock of the source is unknown, so that the time may be wrong by hours */
  get isTimeUncertain(): boolean {
    return this.moment().isUncertain === true;
  }

  /** A field that only this shape gives; none unless overridden. */
  extra(field: FieldId): FieldValue {
    return field === TIMEZONE && this.isTimeUncertain ? 'unknown' : undefined;
  }

  /** @returns the time as written, for the fault that says it cannot be read */
  timeAsWritten(): string | undefined {
    return this.system('time');
  }

  protected keywordTexts(): readonly string[] | undefined {
    const text = this.part('keywords');
    return text === undefined ? undefined : [text];
  }

  protected readMoment(): Moment {
    return parseMoment(this.part('time'));
  }

  private moment(): Moment {
    this.knownMoment ??= this.readMoment();
    return this.knownMoment;
  }

  /** A part of System; `-` and nothing are absent. */
  private part(field: SystemField): string | undefined {
    const text = this.system(field);
    return text === undefined || text === '' || text === '-' ? undefined : text;
  }

  private filled(): DataValues {
    if (!this.isFilled) {
      this.isFilled = true;
      this.values.clear();
      this.fill(this.values);
    }
    return this.values;
  }
}
