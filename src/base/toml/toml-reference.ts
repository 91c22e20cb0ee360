import type { TableKeys } from './toml-reader.ts';

/** One row of a reference page of keys. */
export interface TomlReferenceRow {
  /** Dotted name, such as `networks.internal`; `<id>` stands for a name the writer chooses, `[]` for each of a list. */
  readonly key: string;
  /** What values it takes, in words. */
  readonly type: string;
  readonly required: boolean;
  readonly default: string | undefined;
  readonly meaning: string;
}

/** @returns every key of a kind of file with its type, default and meaning, the outer before the inner ones */
export function tomlReference(keys: TableKeys, prefix = ''): readonly TomlReferenceRow[] {
  return Object.entries(keys).flatMap(([name, { shape, meaning, required, default: initial }]) => {
    const key = `${prefix}${name}`;
    const row = { key, type: shape.type, required: required === true, default: initial, meaning };
    return shape.keys ? [row, ...tomlReference(shape.keys, `${key}${shape.inner ?? ''}.`)] : [row];
  });
}
