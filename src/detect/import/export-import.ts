import { shownText } from './shown-text.ts';
import type { Place, SourceText } from '../../base/place.ts';
import { type Document, isDocument } from '../../event/document.ts';
import type { ValueTest } from '../../query/predicate.ts';
import { formatException } from '../exceptions/format-exception.ts';
import { parseExceptions } from '../exceptions/load-exceptions.ts';
import { parseValueList } from '../value-lists/load-value-list.ts';
import { convertExceptionItem } from './elastic-exception.ts';
import { convertList, type ImportedList, listKindOf, listNameOf } from './elastic-list.ts';
import { convertElasticRule, idOf, type ImportedRule } from './elastic-rule.ts';
import type { ImportContext, ImportReport, RefusedPart } from './import-report.ts';
import { NotExpressible } from './not-expressible.ts';
import { type ExportLine, readExportLines } from './read-export.ts';

/** What a line of an export is. */
type LineKind =
  | 'rule'
  | 'exception list'
  | 'exception item'
  | 'value list'
  | 'value list item'
  | 'summary'
  | 'connector';

/** Exception lists that belong to the agent on the hosts and say nothing about rules. */
const LIST_TYPES: readonly unknown[] = ['detection', 'rule_default', undefined];

/** The summary's counts, each with the kind it counts. */
const COUNTS: readonly (readonly [key: string, kind: LineKind])[] = [
  ['exported_rules_count', 'rule'],
  ['exported_exception_list_count', 'exception list'],
  ['exported_exception_list_item_count', 'exception item'],
  ['exported_action_connector_count', 'connector'],
];

/** One export on its way through: value lists first, then exceptions, which name them, then rules, which name those. */
export class ExportImport {
  private readonly refused: RefusedPart[] = [];
  private readonly notes: string[] = [];
  private readonly lines = new Map<LineKind, ExportLine[]>();
  private readonly lists: ImportedList[] = [];
  private readonly listTests: Map<string, ValueTest>;
  /** Names of lists by the id the export gives them. */
  private readonly listNames = new Map<string, string>();
  private readonly exceptionLists: Set<string>;
  private readonly exceptionTexts: string[] = [];
  private readonly rules: ImportedRule[] = [];

  constructor(source: SourceText, context: ImportContext) {
    this.listTests = new Map(context.lists);
    this.exceptionLists = new Set(context.exceptionLists);
    const { lines, bad } = readExportLines(source.file, source.text);
    for (const { reason, place } of bad) this.refuse('line', reason, place);
    for (const line of lines) this.sort(line);
    this.addLists();
    this.addExceptionLists();
    this.addExceptions();
    this.addRules();
    this.checkSummary();
  }

  report(): ImportReport {
    const { rules, lists, refused, notes } = this;
    const exceptions = this.exceptionTexts.join('\n');
    return { rules, exceptions, lists, refused: refused.toSorted(byPlace), notes };
  }

  private refuse(name: string, reason: string, place: Place | undefined): void {
    this.refused.push({ name, reason, place });
  }

  private of(kind: LineKind): readonly ExportLine[] {
    return this.lines.get(kind) ?? [];
  }

  private sort(line: ExportLine): void {
    const kind = kindOf(line.document);
    if (!kind) {
      const keys = Object.keys(line.document).slice(0, 5).join(', ');
      this.refuse('line', `this is no rule, exception, value list or summary (keys: ${keys})`, line.place);
      return;
    }
    const known = this.lines.get(kind) ?? [];
    known.push(line);
    this.lines.set(kind, known);
  }

  private addLists(): void {
    const items = new Map<string, Document[]>();
    for (const { document } of this.of('value list item')) {
      const id = shownText(document['list_id']);
      const known = items.get(id);
      if (known) known.push(document);
      else items.set(id, [document]);
    }
    const found = new Set<string>();
    const fileNames = new Set<string>();
    for (const { document, place } of this.of('value list')) {
      const id = shownText(document['id']);
      const name = `value list "${id}"`;
      const kind = listKindOf(document['type']);
      // Some file systems know no case, and "Partners.txt" would replace "partners.txt".
      const fileName = listNameOf(id).toLowerCase();
      if (this.listNames.has(id) || fileNames.has(fileName)) {
        this.refuse(name, 'there is another value list with this name', place);
        continue;
      }
      found.add(id);
      if (!kind) {
        this.refuse(name, `lists of type ${JSON.stringify(document['type'] ?? null)} are not known here`, place);
        continue;
      }
      const list = convertList(id, document, kind, items.get(id) ?? []);
      this.lists.push(list);
      fileNames.add(fileName);
      this.listNames.set(id, list.name);
      this.listTests.set(list.name, parseValueList(`${list.name}.txt`, list.text).list);
    }
    for (const { document, place } of this.of('value list item')) {
      const id = shownText(document['list_id']);
      if (!found.has(id)) this.refuse('value list item', `its value list "${id}" is not in the file`, place);
    }
  }

  private addExceptionLists(): void {
    for (const { document, place } of this.of('exception list')) {
      const id = shownText(document['list_id']);
      if (LIST_TYPES.includes(document['type'] ?? undefined)) this.exceptionLists.add(id);
      else
        this.refuse(
          `exception list "${id}"`,
          `lists of type "${shownText(document['type'])}" are for the agent on hosts`,
          place,
        );
    }
  }

  private addExceptions(): void {
    const ids = new Set<string>();
    for (const { document, place } of this.of('exception item')) {
      const name = `exception "${shownText(document['name'] ?? document['item_id'])}"`;
      try {
        const list = shownText(document['list_id']);
        if (!this.exceptionLists.has(list)) throw new NotExpressible(`its exception list "${list}" is not in the file`);
        const exception = convertExceptionItem(document, (id) => this.listName(id));
        if (ids.has(exception.id)) throw new NotExpressible(`there is another exception with the id "${exception.id}"`);
        const text = formatException(exception);
        // The loader has the last word: what it would refuse is refused here, with its words.
        const { errors } = parseExceptions([{ file: 'exceptions.toml', text }], { lists: this.listTests, now: 0 });
        if (errors.length > 0) throw new NotExpressible(errors.map((error) => error.message).join(' '));
        ids.add(exception.id);
        this.exceptionTexts.push(text);
      } catch (error) {
        if (!(error instanceof NotExpressible)) throw error;
        this.refuse(name, error.message, place);
      }
    }
  }

  private listName(id: string): string | undefined {
    return this.listNames.get(id) ?? [id, listNameOf(id)].find((name) => this.listTests.has(name));
  }

  private addRules(): void {
    const ids = new Set<string>();
    for (const { document, text, place } of this.of('rule')) {
      const id = idOf(document);
      const name = `rule "${shownText(document['name'] ?? id)}"`;
      const lists = exceptionListsOf(document);
      const missing = lists.filter((list) => !this.exceptionLists.has(list));
      if (ids.has(id)) {
        this.refuse(name, `there is another rule with the id "${id}"`, place);
      } else if (missing.length > 0) {
        const quoted = missing.map((list) => `"${list}"`).join(', ');
        this.refuse(
          name,
          `its exception list ${quoted} is missing; without it the rule would alert on what is excepted`,
          place,
        );
      } else {
        ids.add(id);
        this.rules.push(convertElasticRule({ keys: document, original: text, exceptionLists: lists }));
      }
    }
  }

  private checkSummary(): void {
    const [summary, ...more] = this.of('summary');
    for (const { place } of more) this.refuse('summary', 'there is more than one summary line', place);
    const connectors = this.of('connector').length;
    if (connectors > 0) this.notes.push(`${connectors} action connectors are not taken over`);
    if (!summary) {
      this.notes.push('there is no summary line, so nothing proves that the export is whole');
      return;
    }
    for (const [key, kind] of COUNTS) {
      const said = summary.document[key];
      const counted = this.of(kind).length;
      if (typeof said === 'number' && said !== counted) {
        this.refuse('summary', `it counts ${said} lines of kind "${kind}", the file has ${counted}`, summary.place);
      }
    }
    for (const [key, value] of Object.entries(summary.document)) {
      if (!key.startsWith('missing_') || !Array.isArray(value) || value.length === 0) continue;
      this.refuse(
        'summary',
        `${key}: the export itself says that ${value.length} are missing: ${named(value)}`,
        summary.place,
      );
    }
  }
}

function kindOf(document: Document): LineKind | undefined {
  const has = (...keys: string[]) => keys.every((key) => document[key] !== undefined);
  if (has('exported_count') || has('exported_rules_count')) return 'summary';
  if (has('rule_id') || (has('type', 'name') && (has('severity') || has('query')))) return 'rule';
  if (has('list_id', 'item_id') || has('list_id', 'entries')) return 'exception item';
  if (has('list_id', 'value')) return 'value list item';
  if (has('list_id')) return 'exception list';
  if (has('attributes', 'type')) return 'connector';
  return has('id', 'type', 'name') ? 'value list' : undefined;
}

function exceptionListsOf(rule: Document): string[] {
  const lists = rule['exceptions_list'];
  const ids = (Array.isArray(lists) ? lists : []).map((one: unknown) =>
    isDocument(one) ? shownText(one['list_id']) : shownText(one),
  );
  return [...new Set(ids)];
}

function named(values: readonly unknown[]): string {
  const names = values
    .slice(0, 5)
    .map((one) => (isDocument(one) ? shownText(one['rule_id'] ?? one['list_id'] ?? one['item_id']) : shownText(one)));
  return `${names.join(', ')}${values.length > 5 ? ', …' : ''}`;
}

function byPlace(x: RefusedPart, y: RefusedPart): number {
  return (x.place?.line ?? 0) - (y.place?.line ?? 0);
}
