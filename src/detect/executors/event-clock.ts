import type { FieldValue, Scalar } from '../../event/document.ts';
import { type FieldId, fields } from '../../event/field.ts';
import { type ClockFields, EVENT_ORDER } from '../rule.ts';
import type { Match, Unused } from './executor.ts';

/** Reads what puts the events of a rule in order. */
export class EventClock {
  /** Undefined: the time that every event is read with. */
  private readonly timestamp: FieldId | undefined;
  private readonly tiebreaker: FieldId | undefined;
  private readonly name: string;
  private newest = Number.NaN;
  private noTime = 0;

  constructor({ timestamp, tiebreaker }: ClockFields = EVENT_ORDER) {
    this.name = timestamp;
    this.timestamp = timestamp === EVENT_ORDER.timestamp ? undefined : fields.get(timestamp).id;
    this.tiebreaker = fields.find(tiebreaker)?.id;
  }

  /** @returns undefined for an event without time, which cannot be put in order and is counted */
  orderOf({ id, time: usual, view }: Match): { time: number; tiebreaker: Scalar | undefined; id: string } | undefined {
    const time = this.timestamp === undefined ? usual : firstOf(view.get(this.timestamp));
    if (typeof time !== 'number' || Number.isNaN(time)) {
      this.noTime++;
      return undefined;
    }
    if (!(time <= this.newest)) this.newest = time;
    return { time, tiebreaker: this.tiebreaker === undefined ? undefined : firstOf(view.get(this.tiebreaker)), id };
  }

  /**
   * @param evidence newest @timestamp of all the evidence, milliseconds
   * @returns how far time has gone; where another field is the clock only events of the rule tell
   */
  watermark(evidence: number): number {
    return this.timestamp === undefined ? evidence : this.newest;
  }

  /** @returns events that could not be used, for the summary */
  unused(): readonly Unused[] {
    if (this.noTime === 0) return [];
    return [{ name: 'without time', count: this.noTime, hint: `events without ${this.name} cannot be put in order` }];
  }
}

function firstOf(value: FieldValue): Scalar | undefined {
  return typeof value === 'object' ? value[0] : value;
}
