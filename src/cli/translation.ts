/** Conditions in the language of an engine, and what it cannot decide, for people. */
import { Option } from 'commander';
import { printableLines } from '../base/text/printable.ts';
import { derivations } from '../event/derive/derivations.ts';
import { fields } from '../event/field.ts';
import { compileDsl } from '../query/compile/dsl/compile-dsl.ts';
import { type DslEngine, dslOptions } from '../query/compile/dsl/dsl-options.ts';
import { fieldsOf } from '../query/compile/fields-of.ts';
import type { ResidualLeaf } from '../query/compile/pushdown.ts';
import { CatalogueColumns } from '../query/compile/sql/catalogue-columns.ts';
import { compileSql } from '../query/compile/sql/compile-sql.ts';
import { formatLeaf } from '../query/format-leaf.ts';
import type { Predicate } from '../query/predicate.ts';
import { say } from './terminal/output.ts';

/** Engines that a condition is translated for. */
export const TRANSLATION_TARGETS = ['elasticsearch', 'opensearch', 'sql'] as const;
/** See {@link TRANSLATION_TARGETS}. */
export type TranslationTarget = (typeof TRANSLATION_TARGETS)[number];

interface Translation {
  /** The query: JSON for the search API, or a condition of DuckDB with its parameters. */
  readonly text: string;
  /** What to know of it, in lines. */
  readonly remarks: readonly string[];
}

/** The option that names the engine. */
export function translationOption(flags: string): Option {
  return new Option(flags, 'print the query for an engine').choices(TRANSLATION_TARGETS);
}

/** A condition with its name, where there are several: the steps of a sequence, the legs of a rule. */
export interface NamedCondition {
  readonly name: string;
  readonly predicate: Predicate;
}

/** Writes conditions one after the other, and says on standard error what to know of each unless `quiet`. */
export function writeTranslations(
  conditions: readonly NamedCondition[],
  target: TranslationTarget,
  { write, quiet }: { readonly write: (text: string) => void; readonly quiet: boolean },
): void {
  for (const { name, predicate } of conditions) {
    const { text, remarks } = translate(predicate, target);
    if (conditions.length > 1) say(printableLines(`# ${name}`));
    write(text);
    if (!quiet) for (const remark of remarks) say(remark);
  }
}

function translate(predicate: Predicate, target: TranslationTarget): Translation {
  const { text, leaves } = target === 'sql' ? toSql(predicate) : toDsl(predicate, target);
  return { text, remarks: [...residualRemarks(leaves), ...(target === 'sql' ? [] : fieldRemarks(predicate))] };
}

interface Written {
  readonly text: string;
  readonly leaves: readonly ResidualLeaf[];
}

function toDsl(predicate: Predicate, engine: DslEngine): Written {
  const { query, residualLeaves } = compileDsl(predicate, dslOptions(engine));
  return { text: `${JSON.stringify({ query }, undefined, 2)}\n`, leaves: residualLeaves };
}

function toSql(predicate: Predicate): Written {
  const columns = new CatalogueColumns(fields.catalogued, 'usual');
  const { sql, parameters, residualLeaves } = compileSql(predicate, columns);
  const list = parameters.map((value, i) => `-- ${i + 1}: ${JSON.stringify(value)}\n`).join('');
  return { text: `${sql}\n${list}`, leaves: residualLeaves };
}

/** One line for each reason: the same is said of many conditions. */
function residualRemarks(leaves: readonly ResidualLeaf[]): string[] {
  if (leaves.length === 0) return [];
  const byReason = new Map<string, Set<string>>();
  for (const { leaf, reason } of leaves) {
    byReason.set(reason, (byReason.get(reason) ?? new Set()).add(formatLeaf(leaf)));
  }
  const lines = [...byReason].flatMap(([reason, conditions]) => [
    `  ${reason}:`,
    ...[...conditions].map((condition) => `    ${printableLines(condition)}`),
  ]);
  return ['The query finds everything that matches, and may find more. It does not decide:', ...lines];
}

function fieldRemarks(predicate: Predicate): string[] {
  const own = [...fieldsOf(predicate)].filter(
    ({ id, name }) => derivations[id] !== undefined || name.startsWith('smb.'),
  );
  if (own.length === 0) return [];
  const names = own.map(({ name }) => name).join(', ');
  return [`smbastion works these fields out; documents of other programs lack them or have their own: ${names}`];
}
