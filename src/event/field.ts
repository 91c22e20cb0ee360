/**
 * Fields and their numbers. Every field name is interned once to a small integer, so that views, matchers and mappings
 * use arrays where they would otherwise look up strings for each event.
 */
import { didYouMean } from '../base/suggest.ts';
import { CAPTURE_FIELDS } from './catalogue/capture.ts';
import { ECS_FIELDS } from './catalogue/ecs.ts';
import { NETWORK_SENSOR_FIELDS } from './catalogue/network-sensors.ts';
import { SMB_FIELDS } from './catalogue/smb.ts';
import { SMB_WIRE_FIELDS } from './catalogue/smb-wire.ts';
import { WINDOWS_FIELDS } from './catalogue/windows.ts';

/** How values of a field are stored and compared; the names are Elasticsearch's. */
export type FieldType =
  | 'keyword'
  | 'wildcard'
  | 'text'
  | 'long'
  | 'double'
  | 'boolean'
  | 'date'
  | 'ip'
  | 'nested'
  | 'object';

/** Index of a field in {@link fields}. */
export type FieldId = number;

/** One row of the catalogue: dotted name, type, meaning. A name ending in `.*` is a family whose members are made on use. */
export type FieldRow = readonly [name: string, type: FieldType, meaning: string];

/** One field. */
export interface Field {
  readonly id: FieldId;
  /** Dotted name, as ECS writes it. */
  readonly name: string;
  /** The name cut at its dots. */
  readonly path: readonly string[];
  readonly type: FieldType;
  readonly meaning: string;
  /** False for a member of a family such as `winlog.event_data.*`. */
  readonly catalogued: boolean;
}

/**
 * Members of families that get a number because they stand in evidence, and as many because somebody asks for them. Real logs use
 * some hundreds; a document made of invented names must not fill the memory, so beyond this a name that is met is unknown: it
 * stays in documents and cannot be queried. What is asked for has its own number, so that no evidence can use it up.
 */
const MAX_MEMBERS = 50_000;

/** The catalogue: rows as written, fields by name and by number. */
class FieldCatalogue {
  private readonly byName = new Map<string, Field>();
  private readonly byId: Field[] = [];
  private readonly families: FieldRow[] = [];
  private readonly members = { asked: 0, met: 0 };

  constructor(rows: readonly FieldRow[]) {
    for (const row of rows) {
      if (row[0].endsWith('.*')) this.families.push(row);
      else this.intern(row[0], row[1], row[2], true);
    }
  }

  /** Number of interned fields; grows when members of a family are named. */
  get size(): number {
    return this.byId.length;
  }

  /** Catalogued fields in catalogue order, without members of families. */
  get catalogued(): readonly Field[] {
    return this.byId.filter((field) => field.catalogued);
  }

  /** Families such as `winlog.event_data.*`. */
  get familyRows(): readonly FieldRow[] {
    return this.families;
  }

  at(id: FieldId): Field {
    return this.byId[id]!;
  }

  /**
   * A field that somebody asks for.
   *
   * @param name dotted name
   * @returns the field, made on use for members of a family, or undefined for a name outside the catalogue
   */
  find(name: string): Field | undefined {
    return this.byName.get(name) ?? this.member(name, 'asked', MAX_MEMBERS);
  }

  /** A field whose name stands in evidence, which may name anything; see {@link FieldCatalogue.find}. */
  met(name: string): Field | undefined {
    return this.byName.get(name) ?? this.member(name, 'met', MAX_MEMBERS);
  }

  /**
   * A field the program itself names.
   *
   * @throws Error when it is not in the catalogue, which is a bug
   */
  get(name: string): Field {
    const field = this.byName.get(name) ?? this.member(name, 'asked', Infinity);
    if (!field) throw new Error(`field ${name} is not in the catalogue`);
    return field;
  }

  /** ` Did you mean "source.ip"?` or an empty string. */
  suggestion(name: string): string {
    return didYouMean(name, this.byName.keys());
  }

  /** The member of a family that has this name. */
  private member(name: string, why: 'asked' | 'met', limit: number): Field | undefined {
    for (const [pattern, type, meaning] of this.families) {
      const stem = pattern.slice(0, -1);
      if (name.length > stem.length && name.startsWith(stem) && !name.includes('*')) {
        if (this.members[why] >= limit) return undefined;
        this.members[why]++;
        return this.intern(name, type, meaning, false);
      }
    }
    return undefined;
  }

  private intern(name: string, type: FieldType, meaning: string, catalogued: boolean): Field {
    const known = this.byName.get(name);
    if (known) throw new Error(`field ${name} stands twice in the catalogue`);
    const field: Field = { id: this.byId.length, name, path: name.split('.'), type, meaning, catalogued };
    this.byName.set(name, field);
    this.byId.push(field);
    return field;
  }
}

/** The field catalogue of the running program. */
export const fields = new FieldCatalogue([
  ...ECS_FIELDS,
  ...SMB_FIELDS,
  ...CAPTURE_FIELDS,
  ...SMB_WIRE_FIELDS,
  ...WINDOWS_FIELDS,
  ...NETWORK_SENSOR_FIELDS,
]);

/** Number of a field the program itself names; see {@link FieldCatalogue.get}. */
export function fieldId(name: string): FieldId {
  return fields.get(name).id;
}
