/** Where each value of the configuration comes from: the file, with its line, or the program's defaults. */
import { parseToml } from '../base/toml/parse-toml.ts';
import { placeOfToml, type TomlFile, type TomlNode, type TomlTable } from '../base/toml/toml-node.ts';
import type { SourceText } from '../base/place.ts';
import { hideUrls } from './hidden-url.ts';
import { configReference } from './config-keys.ts';

/** A key with what it is set to. */
export interface ConfigOrigin {
  /** Dotted. */
  readonly key: string;
  /** As TOML writes it; of URLs only scheme and host. */
  readonly value: string;
  /** `default`, or file and line. */
  readonly origin: string;
}

/**
 * @param source the file; undefined when there is none
 * @returns every key that is set, and every key that has a default, in the order of the reference
 */
export function configOrigins(source: SourceText | undefined): readonly ConfigOrigin[] {
  const file = source && parseToml(source);
  const written = file ? leaves(file, file.root, '') : [];
  const reference = configReference();
  const names = new Set(written.map(({ key }) => key));
  const defaults = reference
    .filter((row) => row.default !== undefined && !names.has(row.key))
    .map((row): ConfigOrigin => ({ key: row.key, value: row.default!, origin: 'default' }));
  const order = new Map(reference.map(({ key }, i) => [key, i]));
  // Keys that the writer chose have no place in the reference; they stand behind the key that they are part of.
  const placeOf = (key: string): number =>
    order.get(key) ?? (key.includes('.') ? placeOf(key.replace(/\.[^.]*$/, '')) : 0);
  return [...written, ...defaults].sort((a, b) => placeOf(a.key) - placeOf(b.key));
}

function leaves(file: TomlFile, table: TomlTable, prefix: string): ConfigOrigin[] {
  return [...table.entries.values()].flatMap(({ key, value }) => {
    const name = `${prefix}${/^[\w-]+$/.test(key) ? key : JSON.stringify(key)}`;
    if (value.kind === 'table') return leaves(file, value, `${name}.`);
    const { line } = placeOfToml(file, value);
    return [{ key: name, value: hideUrls(textOf(file, value)), origin: `${file.source.file}:${line}` }];
  });
}

/** The value as it was written, on one line. */
function textOf({ source }: TomlFile, { start, end }: TomlNode): string {
  return source.text.slice(start, end).replace(/\s*\n\s*/g, ' ');
}
