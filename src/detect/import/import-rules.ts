/**
 * Takes over a user's own Elastic rules: a rule file in TOML, or what Kibana exports (rules, exception lists and items,
 * value lists, a summary line). The report says for every line what became of it; nothing is left out silently, and the
 * same input gives the same bytes.
 */
import { readFileSync } from 'node:fs';
import { SmbError } from '../../base/error.ts';
import { type Place, placeOf, type SourceText } from '../../base/place.ts';
import { parseToml } from '../../base/toml/parse-toml.ts';
import { type Document, isDocument } from '../../event/document.ts';
import { convertElasticRule, idOf } from './elastic-rule.ts';
import { ExportImport } from './export-import.ts';
import type { ImportContext, ImportReport } from './import-report.ts';
import { tomlToDocument } from './write-rule-toml.ts';

/**
 * Imports a file.
 *
 * @param path rule file in TOML, or NDJSON as Kibana exports it
 * @returns the report; a file that cannot be read is its only refused part
 */
export function importRules(path: string, context: ImportContext = {}): ImportReport {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { ...NOTHING, refused: [{ name: path, reason: `the file cannot be read: ${reason}`, place: undefined }] };
  }
  return importRuleText({ file: path, text }, context);
}

/**
 * Imports a text; see {@link importRules}.
 *
 * @param source NDJSON when its first character is `{`, else TOML
 */
export function importRuleText(source: SourceText, context: ImportContext = {}): ImportReport {
  const isJson = /^\uFEFF?\s*\{/.test(source.text);
  return isJson ? new ExportImport(source, context).report() : importToml(source);
}

const NOTHING: ImportReport = { rules: [], exceptions: '', lists: [], refused: [], notes: [] };

function importToml(source: SourceText): ImportReport {
  const refuse = (name: string, reason: string, place: Place | undefined): ImportReport => ({
    ...NOTHING,
    refused: [{ name, reason, place }],
  });
  let document: unknown;
  try {
    document = tomlToDocument(parseToml(source).root);
  } catch (error) {
    if (!(error instanceof SmbError)) throw error;
    return refuse(source.file, error.message, error.place);
  }
  const { rule, metadata, ...others } = isDocument(document) ? document : {};
  if (!isDocument(rule)) return refuse(source.file, 'there is no [rule] in the file', placeOf(source, 0, 0));
  if (!isElastic(rule)) {
    return refuse(
      `rule "${idOf(rule)}"`,
      'this is a rule file of ours already; put it into a rule folder',
      placeOf(source, 0, 0),
    );
  }
  const meta = isDocument(metadata) ? metadata : {};
  const isDeprecated = meta['maturity'] === 'deprecated';
  const imported = convertElasticRule({
    keys: isDeprecated ? { ...rule, enabled: false } : rule,
    original: source.text,
    exceptionLists: [],
  });
  const notes = [...imported.notes, ...tomlNotes(rule, meta, others, isDeprecated)];
  return { ...NOTHING, rules: [{ ...imported, notes }] };
}

/** Rule files of ours have an `id`, those of Elastic a `rule_id`. */
function isElastic(rule: Document): boolean {
  return rule['rule_id'] !== undefined || rule['id'] === undefined;
}

function tomlNotes(rule: Document, metadata: Document, others: Document, isDeprecated: boolean): string[] {
  const notes: string[] = [];
  if (isDeprecated) notes.push('its maturity is "deprecated", so it is switched off');
  const rest = Object.keys(metadata).filter((key) => !(key === 'maturity' && isDeprecated));
  if (rest.length > 0) notes.push(`[metadata] is not kept: ${rest.join(', ')}`);
  const tables = Object.keys(others);
  if (tables.length > 0) notes.push(`not taken over: ${tables.map((name) => `[${name}]`).join(', ')}`);
  if (Array.isArray(rule['exceptions_list']) && rule['exceptions_list'].length > 0) {
    notes.push('its exception lists are not in a TOML file; import the export that holds them');
  }
  return notes;
}
