import type { TomlTable } from '../../base/toml/toml-node.ts';
import type { UnsupportedRule } from './rule-context.ts';

/** Rule types that other engines or later versions run, and why this one does not. */
const TYPES: Readonly<Record<string, string>> = {
  sequence: 'sequences are rules of type "eql"',
  correlation: 'correlations are written as Sigma files',
  esql: 'ES|QL runs only inside Elasticsearch',
  machine_learning: 'machine learning jobs run only inside Elasticsearch',
  threat_match: 'indicator match rules are not run by this version; use a value list in an exception or a query',
  saved_query: 'saved queries live in Kibana and are not in the rule',
};

const LANGUAGES: Readonly<Record<string, string>> = {
  sigma: 'a Sigma rule is a file of its own whose name ends in .yml',
  lucene: 'Lucene queries have no defined meaning outside their index; write the query in KQL',
  esql: 'ES|QL runs only inside Elasticsearch',
};

/**
 * @param rule the table `[rule]`
 * @returns why this version cannot run the rule, or undefined when it can or when its type is a mistake
 */
export function unsupportedRule(rule: TomlTable, file: string): UnsupportedRule | undefined {
  const text = (key: string) => {
    const node = rule.entries.get(key)?.value;
    return node?.kind === 'text' ? node.value : undefined;
  };
  const type = text('type') ?? '';
  const language = text('language') ?? '';
  const typeReason = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  const languageReason = Object.hasOwn(LANGUAGES, language) ? LANGUAGES[language] : undefined;
  // An importer says so itself where type and language would run, but a part of the rule cannot be expressed here.
  const reason = text('unsupported') ?? typeReason ?? languageReason;
  if (reason === undefined) return undefined;
  const id = text('id') ?? text('rule_id') ?? '';
  return { id, name: text('name') ?? id, type: languageReason && !typeReason ? language : type, reason, file };
}
