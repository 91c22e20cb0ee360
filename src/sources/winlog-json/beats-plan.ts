/**
 * What follows from the shape of a document of Beats and the kind of its event for the document that is made of it: which fields
 * have to be asked for because the document has not got them or they are the record's. Worked out once for all of a shape.
 */
import {
  JSON_KIND,
  type JsonShape,
  leavesOf,
  nodeAt,
  type ShapeLeaf,
  type ShapeNode,
} from '../../base/json/json-shape.ts';
import { derivableOf } from '../../event/derive/derivable.ts';
import { type FieldId, fieldId, fields } from '../../event/field.ts';
import { EXPORTED_FIELDS } from '../windows/windows-facts.ts';
import type { WindowsKind } from '../windows/windows-mapping.ts';
import type { BeatsLayout } from './beats-layout.ts';

/** A field that the document may gain. */
export interface PlannedField {
  readonly id: FieldId;
  readonly name: string;
  /** Whether the document says it itself. */
  readonly isStated: boolean;
  /** The text that the document has there; -1 for none. */
  readonly leaf: number;
}

/** A value of the collector's host, which becomes the observer. */
export interface MovedValue {
  readonly name: string;
  readonly values: readonly ShapeLeaf[];
  readonly isList: boolean;
}

/** See the head of this file. */
export interface BeatsPlan {
  readonly fields: readonly PlannedField[];
  /** Texts of the event's data by their names as fields. */
  readonly data: ReadonlyMap<string, number>;
  readonly moved: readonly MovedValue[];
  readonly removed: readonly string[];
}

const ACTION = fieldId('event.action');

/** Fields that the record decides, whatever a document says. */
export function isOfRecord(id: FieldId): boolean {
  let known = ofRecord[id];
  if (known === undefined) {
    known = OF_RECORD.has(id) || fields.at(id).path[0] === 'winlog';
    ofRecord[id] = known;
  }
  return known;
}

const ofRecord: (boolean | undefined)[] = [];

const OF_RECORD: ReadonlySet<FieldId> = new Set(
  ['@timestamp', 'host.name', 'host.hostname', 'host.domain', 'event.code', 'event.provider'].map((name) =>
    fieldId(name),
  ),
);

const plans = new WeakMap<
  JsonShape,
  Map<WindowsKind, readonly [usual: BeatsPlan | null, forwarded: BeatsPlan | null]>
>();

/**
 * @param isForwarded whether `host` is the collector
 * @returns undefined for documents that have to be made as a whole
 */
export function beatsPlan(
  layout: BeatsLayout,
  shape: JsonShape,
  kind: WindowsKind,
  isForwarded: boolean,
): BeatsPlan | undefined {
  let ofShape = plans.get(shape);
  if (!ofShape) {
    ofShape = new Map();
    plans.set(shape, ofShape);
  }
  let both = ofShape.get(kind);
  if (!both) {
    both = [makePlan(layout, kind, false) ?? null, makePlan(layout, kind, true) ?? null];
    ofShape.set(kind, both);
  }
  return both[isForwarded ? 1 : 0] ?? undefined;
}

function makePlan(layout: BeatsLayout, kind: WindowsKind, isForwarded: boolean): BeatsPlan | undefined {
  const { tree } = layout;
  // These are brought into form, which the bytes are not.
  const texts = [['event', 'category'], ['event', 'type'], ['host']].map((path) => nodeAt(tree, path)?.kind);
  if (texts.includes(JSON_KIND.text)) return undefined;
  const moved = isForwarded && !isSaid(nodeAt(tree, ['observer'])) ? movedValues(nodeAt(tree, ['host'])) : [];
  if (!moved) return undefined;
  const { data } = layout;
  return {
    fields: plannedFields(tree, kind, isForwarded),
    data: new Map(data.names.map((name, i) => [`winlog.event_data.${name}`, data.leaves[i]!])),
    moved,
    removed: isForwarded ? ['host'] : [],
  };
}

function isSaid(node: ShapeNode | undefined): boolean {
  return node !== undefined && node.kind !== JSON_KIND.null;
}

function plannedFields(tree: ShapeNode, kind: WindowsKind, isForwarded: boolean): PlannedField[] {
  const mapped = kind.fields.filter((id) => kind.reads[id] !== undefined);
  const named = [...mapped, ...EXPORTED_FIELDS].map((id) => fields.at(id).name);
  const derivable = new Set(derivableOf([...leavesOf(tree).keys(), ...named]));
  return [...kind.fields, ...EXPORTED_FIELDS].flatMap((id) => {
    const { name, path } = fields.at(id);
    const node = isForwarded && path[0] === 'host' ? undefined : nodeAt(tree, path);
    const isTheirs = node !== undefined && !isOfRecord(id);
    if (isTheirs && id !== ACTION) return [];
    const isPossible = kind.reads[id] !== undefined || EXPORTED_FIELDS.includes(id) || derivable.has(id);
    if (!isPossible && node === undefined) return [];
    return [{ id, name, isStated: node !== undefined, leaf: node?.kind === JSON_KIND.text ? node.leaf : -1 }];
  });
}

/** @returns undefined for a host that holds more than values and lists of values */
function movedValues(host: ShapeNode | undefined): MovedValue[] | undefined {
  const moved: MovedValue[] = [];
  const add = (node: ShapeNode): boolean =>
    node.children.length > 0 &&
    node.children.every((child) => {
      if (child.kind === JSON_KIND.object) return add(child);
      const isList = child.kind === JSON_KIND.array;
      const values = isList ? child.children : [child];
      if (values.length === 0 || values.some(({ leaf, kind }) => leaf < 0 || kind === JSON_KIND.null)) return false;
      const name = ['observer', ...child.name.path.slice(1)].join('.');
      moved.push({ name, isList, values: values.map(({ leaf, kind }) => ({ leaf, kind, isDirect: true })) });
      return true;
    });
  return host && add(host) ? moved : undefined;
}
