/**
 * What the field names of a rule mean for one kind of event. A name is, in this order: a field of the catalogue; a name
 * that these events spell differently; a value that Windows events carry, under its raw name; a row of the tables.
 */
import { nearestName } from '../../base/suggest.ts';
import { type Field, fields } from '../../event/field.ts';
import { type FieldMeaning, type FieldTable, foldName, logsourceCatalogue } from './logsource-catalogue.ts';

/** Fields a name stands for, any of which may hold the value. */
export interface ResolvedName {
  readonly fields: readonly Field[];
  /** What the field holds for what rules say, by folded text. */
  readonly values: ReadonlyMap<string, string> | undefined;
}

/** What a view is made of. */
export interface FieldViewParts {
  /** Names these events spell differently. */
  readonly renamed?: FieldTable | undefined;
  /** Whether the raw names of Windows events count. */
  readonly isWindows: boolean;
  /** Tables in the order in which they are asked. */
  readonly tables: readonly FieldTable[];
  /** Start of the field for names that stand nowhere, such as `zeek.http.`. */
  readonly otherNames?: string | undefined;
}

/** The meaning of names for one kind of event. */
export class FieldView {
  private readonly parts: FieldViewParts;
  private readonly known = new Map<string, ResolvedName | undefined>();

  constructor(parts: FieldViewParts) {
    this.parts = parts;
  }

  /** @returns undefined for a name that no event here has */
  resolve(name: string): ResolvedName | undefined {
    if (this.known.has(name)) return this.known.get(name);
    const resolved = this.find(name);
    this.known.set(name, resolved);
    return resolved;
  }

  /** ` Did you mean "CommandLine"?` or an empty string. */
  suggestion(name: string): string {
    const { tables, renamed, isWindows } = this.parts;
    const names = isWindows ? [...logsourceCatalogue().windowsNames.values()] : [];
    for (const table of renamed ? [renamed, ...tables] : tables) names.push(...table.keys());
    const near = nearestName(name, names);
    const said = near === undefined ? '' : ` Did you mean "${near}"?`;
    // A name with dots is rather meant to be one of the catalogue, unless the tables have such names.
    return name.includes('.') && !near?.includes('.')
      ? fields.suggestion(name) || said
      : said || fields.suggestion(name);
  }

  private find(name: string): ResolvedName | undefined {
    const catalogued = /[.@]/.test(name) || name === 'message' ? fields.find(name) : undefined;
    if (catalogued) return catalogued.type === 'object' || catalogued.type === 'nested' ? undefined : only(catalogued);
    const folded = foldName(name);
    const renamed = this.parts.renamed?.get(folded);
    if (renamed) return toResolved(renamed);
    const raw = this.parts.isWindows ? rawField(folded) : undefined;
    if (raw) return only(raw);
    for (const table of this.parts.tables) {
      const row = table.get(folded);
      if (row) return toResolved(row);
    }
    const { otherNames } = this.parts;
    const other = otherNames !== undefined && /^[\w.-]{1,200}$/.test(name) ? fields.find(otherNames + name) : undefined;
    return other && only(other);
  }
}

function rawField(folded: string): Field | undefined {
  const spelled = logsourceCatalogue().windowsNames.get(folded);
  return spelled === undefined ? undefined : fields.find(`winlog.event_data.${spelled}`);
}

function only(field: Field): ResolvedName {
  return { fields: [field], values: undefined };
}

/** A name without a dot is that of a raw Windows value. */
function toResolved({ fields: names, values }: FieldMeaning): ResolvedName | undefined {
  if (names.length === 0) return undefined;
  const found = names.map((name) =>
    fields.get(/[.@]/.test(name) || name === 'message' ? name : `winlog.event_data.${name}`),
  );
  return { fields: found, values };
}
