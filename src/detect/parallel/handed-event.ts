/**
 * How events go from the thread that read them to the one that runs the rules: as one line of JSON each. Of most that a rule
 * wants it takes a few values only (the legs of a convergence match every other start of a process), so these are all that
 * is sent; the whole document costs several times as much on either side.
 */
import type { Document, FieldValue } from '../../event/document.ts';
import type { EventFacts } from '../../event/event-facts.ts';
import { type Field, type FieldId, fields } from '../../event/field.ts';
import type { Networks } from '../../event/networks.ts';
import type { EventView, Provenance } from '../../event/view.ts';
import { Dedupe } from '../scan/dedupe.ts';
import { EventFilter } from '../scan/event-filter.ts';
import type { Question } from '../scan/rule-predicates.ts';
import type { Scan } from '../scan/scan.ts';
import { ForwardedEvent } from './forwarded-event.ts';

/** What counting an event takes. */
const ALWAYS = ['@timestamp', 'event.dataset'];

/** Sets of questions whose fields are remembered; a few dozen come up. */
const MAX_SETS = 1000;

/** Events remembered as sent; beyond it memory begins anew, and some are sent twice. 4 MiB. */
const MAX_SENT = 262_144;

/** A line: identity, where it was read, numbers of the questions met (null: unknown), and the values or the document. */
type Handed = readonly [
  id: string,
  provenance: Provenance,
  met: readonly number[] | null,
  content: readonly (Exclude<FieldValue, undefined> | null)[] | Document,
];

/** Fields by their places in a line. */
interface Taken {
  /** Undefined for a name that no field has here. */
  readonly ids: readonly (FieldId | undefined)[];
  readonly places: ReadonlyMap<FieldId, number>;
}

/** What some questions take from an event together. Both sides work it out from the same questions. */
class TakenFields {
  private readonly questions: readonly Question[];
  private readonly bySet = new Map<string, Taken | undefined>();

  constructor(questions: readonly Question[]) {
    this.questions = questions;
  }

  /** @returns undefined when one of them may want the whole event */
  of(met: readonly number[]): Taken | undefined {
    const name = met.join(' ');
    if (this.bySet.has(name)) return this.bySet.get(name);
    const taken = this.takenBy(met);
    if (this.bySet.size < MAX_SETS) this.bySet.set(name, taken);
    return taken;
  }

  private takenBy(met: readonly number[]): Taken | undefined {
    const names = new Set(ALWAYS);
    for (const number of met) {
      const { takes } = this.questions[number]!;
      if (!takes) return undefined;
      for (const name of takes) names.add(name);
    }
    const ids = [...names].map((name) => fields.find(name)?.id);
    return { ids, places: new Map(ids.flatMap((id, place) => (id === undefined ? [] : [[id, place]]))) };
  }
}

/** Makes lines of the events that matter to a scan. */
export class EventSender {
  private readonly filter: EventFilter;
  private readonly taken: TakenFields;
  private sent = newMemory();

  /** @param questions of the scan that will take the events */
  constructor(questions: readonly Question[]) {
    this.filter = new EventFilter(questions);
    this.taken = new TakenFields(questions);
  }

  /** @returns false when no event with these facts can matter */
  admits(facts: EventFacts): boolean {
    return this.filter.admits(facts);
  }

  /** @returns undefined for an event that matters to no rule, or was sent before: it would only be dropped as read twice */
  lineOf(event: EventView): string | undefined {
    const met = this.filter.questionsMet(event);
    if (met?.length === 0) return undefined;
    const id = event.id();
    if (this.sent.size >= MAX_SENT) this.forget();
    if (!this.sent.add(id, 0)) return undefined;
    const taken = met && this.taken.of(met);
    const content = taken
      ? taken.ids.map((field) => (field === undefined ? null : (event.get(field) ?? null)))
      : event.document();
    return JSON.stringify([id, event.provenance(), met ?? null, content] satisfies Handed);
  }

  /** Nothing was sent yet, as far as this knows. */
  forget(): void {
    this.sent = newMemory();
  }
}

function newMemory(): Dedupe {
  return new Dedupe(MAX_SENT, () => {});
}

/** Hands events to a scan, from lines. */
export class EventReceiver {
  private readonly scan: Scan;
  private readonly taken: TakenFields;
  private readonly whole: ForwardedEvent;
  private readonly part: PartOfEvent;

  constructor(scan: Scan, questions: readonly Question[], networks: Networks) {
    this.scan = scan;
    this.taken = new TakenFields(questions);
    this.whole = new ForwardedEvent(networks);
    this.part = new PartOfEvent(networks);
  }

  /** @param line of an {@link EventSender} with the same questions */
  take(line: string): void {
    const [id, provenance, met, content] = JSON.parse(line) as Handed;
    const taken = met ? this.taken.of(met) : undefined;
    if (taken) {
      this.part.show(id, provenance, taken, content as readonly FieldValue[]);
      this.scan.onMet(this.part, met!, false);
      return;
    }
    this.whole.show({ id, provenance, document: content as Document });
    if (met) this.scan.onMet(this.whole, met, true);
    else this.scan.onEvent(this.whole);
  }
}

/** Some values of an event. To ask for others is a bug: nobody could answer. */
class PartOfEvent implements EventView {
  readonly networks: Networks;
  private identity = '';
  private place!: Provenance;
  private taken!: Taken;
  private values: readonly FieldValue[] = [];

  constructor(networks: Networks) {
    this.networks = networks;
  }

  show(id: string, provenance: Provenance, taken: Taken, values: readonly FieldValue[]): void {
    this.identity = id;
    this.place = provenance;
    this.taken = taken;
    this.values = values;
  }

  get(field: FieldId): FieldValue {
    const place = this.taken.places.get(field);
    if (place === undefined) throw notTaken(fields.at(field).name);
    return this.values[place] ?? undefined;
  }

  elements(path: readonly string[]): readonly Document[] {
    throw notTaken(path.join('.'));
  }

  each(_visit: (field: Field, value: Exclude<FieldValue, undefined>) => void): void {
    throw notTaken('every field');
  }

  document(): Document {
    throw notTaken('its document');
  }

  id(): string {
    return this.identity;
  }

  provenance(): Provenance {
    return this.place;
  }
}

function notTaken(what: string): Error {
  return new Error(`${what} of an event is asked for, but no question said so`);
}
