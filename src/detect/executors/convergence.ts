/**
 * Type `convergence`: several legs on one key within a window. Matches are thinned and sorted while the evidence is read,
 * then each key's events go through the machine in order of time (detect/convergence/).
 */
import { type FieldId, fields } from '../../event/field.ts';
import { type EventView, firstText } from '../../event/view.ts';
import { CONVERGENCE_EVENT_CODEC, type ConvergenceEvent } from '../convergence/convergence-event.ts';
import type { ConvergencePart, ConvergenceWay } from '../convergence/convergence-part.ts';
import { Convergence } from '../convergence/convergence.ts';
import { findingAlert } from '../convergence/finding-alert.ts';
import { HeldAnchors } from '../convergence/held-anchors.ts';
import { ShownValues } from '../convergence/shown-values.ts';
import { Sightings } from '../convergence/sightings.ts';
import { Thinning, thinnedInOrder } from '../convergence/thinning.ts';
import { SortedSpill } from '../scan/sorted-spill.ts';
import { hash53 } from '../scan/text-hash.ts';
import type { Executor, ExecutorContext, Match } from './executor.ts';
import { FieldTuple, termText, type Tuple, tupleKey } from './field-tuple.ts';
import { unusedMatches } from './unused-matches.ts';

/** Stretches of events thinned at a time: evidence is nearly in order of time, so more would mostly be over. */
const OPEN_STRETCHES = 2048;

/** Values of one link of one event that are looked up. */
const MAX_LINK_VALUES = 16;

/** Where a way takes its values from. */
interface WayFields {
  readonly way: ConvergenceWay;
  readonly per: FieldTuple;
  readonly same: readonly (FieldId | undefined)[];
  readonly links: readonly (FieldId | undefined)[];
  readonly distinct: readonly (FieldId | undefined)[];
}

/** Type `convergence`: legs that come together. */
export function convergenceExecutor(context: ExecutorContext): Executor {
  const { rule, limits, onLimit, files } = context;
  const part = rule.convergence;
  if (!part) throw new Error(`convergence rule ${rule.id} has no legs`);
  const tell = findingAlert(context, part);
  const shown = new ShownValues(rule);
  const ways = part.ways.map((way) => fieldsOf(way, limits['value-combinations'], onLimit));
  const sightKeys = sightKeysOf(part, ways);
  const sightings = new Sightings(limits['sighted-hours'], () => onLimit('sighted-hours'));
  const events = new SortedSpill<ConvergenceEvent>(CONVERGENCE_EVENT_CODEC, limits['leg-events-in-memory'], files);
  const keepOf = (way: number) => part.ways[way]!.count;
  const thinning = new Thinning(keepOf, OPEN_STRETCHES, (event) => events.add(event));
  const anchors = new HeldAnchors(part, limits['leg-events-in-memory'], files, (event) => thinning.add(event));
  const unused = unusedMatches();

  const isSighted = (key: string, way: number, time: number) => {
    // What an exception silences is judged without the rest: nothing can be said of what was not there.
    if (context.exceptedBy !== undefined) return true;
    const sight = part.ways[way]!.sight;
    return sight === undefined || sightings.isSighted(key, sight, time);
  };

  const takeWay = (match: Match, number: number) => {
    const from = ways[number]!;
    const { view, time, id } = match;
    const isWhole = from.per.each(view, (tuple) => {
      anchors.add({
        way: number,
        key: keyOf(tuple),
        time,
        id,
        same: from.same.map((field) => foldedText(view, field)),
        links: from.links.map((field) => foldedTexts(view, field)),
        object: objectOf(from, view, match),
        weight: 1,
        values: shown.of(view, number),
        provenance: match.provenance(),
      });
    });
    if (!isWhole) unused.noField++;
  };

  /** Most events that pass the gate come here, and nearly all have one key. */
  const takeSight = ({ view, time }: Match, sight: number) => {
    const key = sightKeys[sight]!.single(view);
    if (key !== undefined) sightings.add(key.toLowerCase(), sight, time);
    else sightKeys[sight]!.each(view, (tuple) => sightings.add(keyOf(tuple), sight, time));
  };

  return {
    onMatch: () => {},
    onLeg: (match, leg) => {
      const sight = leg - ways.length;
      if (Number.isNaN(match.time)) {
        if (sight < 0) unused.noTime++;
      } else if (sight < 0) {
        takeWay(match, leg);
      } else {
        takeSight(match, sight);
      }
    },

    finish: () => {
      anchors.end();
      thinning.end();
      let machine: Convergence | undefined;
      let key: string | undefined;
      for (const event of thinnedInOrder(events, keepOf)) {
        if (!machine || event.key !== key) {
          machine?.end();
          ({ key } = event);
          machine = new Convergence(key, {
            part,
            isSighted,
            onFinding: tell,
            maxEvents: limits['events-of-one-key'],
            onLimit: (count) => onLimit('events-of-one-key', count),
            maxGroups: limits['groups-of-one-event'],
            onGroupLimit: (count) => onLimit('groups-of-one-event', count),
          });
        }
        machine.add(event);
      }
      machine?.end();
    },

    unused: () => unused.list(part.per),
  };
}

function idsOf(names: readonly (string | undefined)[]): (FieldId | undefined)[] {
  return names.map((name) => (name === undefined ? undefined : fields.find(name)?.id));
}

function fieldsOf(way: ConvergenceWay, limit: number, onLimit: ExecutorContext['onLimit']): WayFields {
  return {
    way,
    per: new FieldTuple(way.per, limit, (count) => onLimit('value-combinations', count)),
    same: idsOf(way.same),
    links: idsOf(way.links.map(({ field }) => field)),
    distinct: idsOf(way.distinct),
  };
}

/** Fields of the key for each sight: those of the first way it belongs to. */
function sightKeysOf({ ways }: ConvergencePart, fieldsOfWays: readonly WayFields[]): FieldTuple[] {
  const keys: FieldTuple[] = [];
  ways.forEach(({ sight }, way) => {
    if (sight !== undefined) keys[sight] ??= fieldsOfWays[way]!.per;
  });
  return keys;
}

/** Windows tells neither hosts nor accounts nor paths apart by letter case. */
function keyOf(tuple: Tuple): string {
  return tupleKey(tuple.map((value) => value.toLowerCase()));
}

function foldedText(view: EventView, field: FieldId | undefined): string | null {
  const text = field === undefined ? undefined : firstText(view, field);
  return text === undefined ? null : termText(text.toLowerCase());
}

function foldedTexts(view: EventView, field: FieldId | undefined): string[] {
  const value = field === undefined ? undefined : view.get(field);
  if (value === undefined) return [];
  if (typeof value !== 'object') return [termText(String(value).toLowerCase())];
  return [...new Set(value.slice(0, MAX_LINK_VALUES).map((one) => termText(String(one).toLowerCase())))];
}

function objectOf({ way, distinct }: WayFields, view: EventView, { time, id }: Match): number {
  if (distinct.length === 0) return hash53(id);
  let text = way.againMs === undefined ? '' : String(Math.floor(time / way.againMs));
  for (const field of distinct) {
    const value = foldedText(view, field);
    // With its length, so that two values never read like two others.
    text += value === null ? ' -' : ` ${value.length} ${value}`;
  }
  return hash53(text);
}
