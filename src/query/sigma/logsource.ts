/** A logsource as conditions on events, each with the meaning of field names there. */
import { didYouMean } from '../../base/suggest.ts';
import { fields } from '../../event/field.ts';
import { and, or, type Predicate } from '../predicate.ts';
import { FieldView } from './field-view.ts';
import {
  type EventCondition,
  type FieldTable,
  type LogsourceLine,
  logsourceCatalogue,
  type ProductLogs,
  tableOf,
} from './logsource-catalogue.ts';
import type { SigmaLogsource } from './sigma-document.ts';

/** One kind of event a logsource means. */
export interface LogsourceVariant {
  readonly condition: Predicate;
  readonly view: FieldView;
}

/** The kinds of events, or why there are none here. */
export type ResolvedLogsource = { readonly variants: readonly LogsourceVariant[] } | { readonly missing: string };

const cache = new Map<string, ResolvedLogsource>();

/** Logsources that are remembered; public rule sets have some two hundred. */
const MAX_CACHED = 5000;

/** @returns the kinds of events that a logsource means, the same object for the same words */
export function resolveLogsource({ category, product, service }: SigmaLogsource): ResolvedLogsource {
  const key = JSON.stringify([category, product, service]);
  let resolved = cache.get(key);
  if (!resolved) {
    resolved = resolve(category, product, service);
    if (cache.size < MAX_CACHED) cache.set(key, resolved);
  }
  return resolved;
}

/** @returns the logsource in words, as people write it */
export function formatLogsource({ category, product, service }: SigmaLogsource): string {
  const parts = { product, category, service };
  return Object.entries(parts)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]))
    .join(', ');
}

function resolve(
  category: string | undefined,
  product: string | undefined,
  service: string | undefined,
): ResolvedLogsource {
  const catalogue = logsourceCatalogue();
  const logsource: SigmaLogsource = { category, product, service, definition: '' };
  const variants: LogsourceVariant[] = [];
  if (product === undefined && category !== undefined) {
    const lines =
      service === undefined
        ? catalogue.categories.get(category)
        : catalogue.categoriesWithService.get(`${category}/${service}`);
    for (const line of lines ?? []) variants.push(generalVariant(line));
  }
  for (const [name, logs] of catalogue.products) {
    if (product === undefined || product === name)
      variants.push(...productVariants(name, logs, category, service, product === name));
  }
  if (variants.length > 0) return { variants };
  return { missing: `no data source here for ${formatLogsource(logsource)}.${near(logsource)}` };
}

function near({ category, product, service }: SigmaLogsource): string {
  const { products, categories } = logsourceCatalogue();
  const logs = product === undefined ? undefined : products.get(product);
  if (product !== undefined && !logs) return didYouMean(product, products.keys());
  const known = logs ? [logs] : [...products.values()];
  const categoryNames = [...known.flatMap((one) => Object.keys(one.categories)), ...categories.keys()];
  if (isNew(category, categoryNames)) return didYouMean(category!, categoryNames);
  const serviceNames = known.flatMap((one) => Object.keys(one.services));
  return isNew(service, serviceNames) ? didYouMean(service!, serviceNames) : '';
}

function isNew(name: string | undefined, names: readonly string[]): boolean {
  return name !== undefined && !names.includes(name);
}

function generalVariant({ when, fields: table }: LogsourceLine): LogsourceVariant {
  const tables = typeof table === 'string' ? [tableNamed(table)] : [];
  return { condition: conditionOf(when), view: new FieldView({ isWindows: false, tables }) };
}

function tableNamed(name: string): FieldTable {
  const table = logsourceCatalogue().tables.get(name);
  if (!table) throw new Error(`content/sigma/fields.json has no table ${name}`);
  return table;
}

/** @param isNamed whether the logsource names the product, which then may have services that are not listed */
function productVariants(
  product: string,
  logs: ProductLogs,
  category: string | undefined,
  service: string | undefined,
  isNamed: boolean,
): LogsourceVariant[] {
  const lines: readonly LogsourceLine[] | undefined =
    category === undefined ? [{ when: {} }] : own(logs.categories, category);
  const ofService = service === undefined ? {} : serviceCondition(logs, service, isNamed);
  if (!lines || !ofService) return [];
  const { tables } = logsourceCatalogue();
  const ownTables = [service === undefined ? product : `${product}/${service}`, product].flatMap((name) => {
    return tables.get(name) ?? [];
  });
  return lines.map(({ when, fields: renamed }) => ({
    // The product's own condition is implied by a channel or dataset.
    condition: and([
      ...(category === undefined && service === undefined ? [conditionOf(logs.when)] : []),
      conditionOf(when),
      conditionOf(ofService),
    ]),
    view: new FieldView({
      renamed: typeof renamed === 'object' ? tableOf(renamed) : undefined,
      isWindows: product === 'windows',
      tables: [...new Set(ownTables)],
      otherNames: logs.otherServices !== undefined && service !== undefined ? datasetOf(logs, service) : undefined,
    }),
  }));
}

function serviceCondition(logs: ProductLogs, service: string, isNamed: boolean): EventCondition | undefined {
  const known = own(logs.services, service);
  if (known) return known;
  if (!isNamed || logs.otherServices === undefined || !/^[a-z][a-z0-9_-]*$/.test(service)) return undefined;
  return { 'event.dataset': `${logs.otherServices}${service}` };
}

/** Names without a row of a table are columns below the dataset. */
function datasetOf(logs: ProductLogs, service: string): string | undefined {
  const dataset = serviceCondition(logs, service, true)?.['event.dataset'];
  return typeof dataset === 'string' ? `${dataset}.` : undefined;
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function conditionOf(when: EventCondition): Predicate {
  return and(
    Object.entries(when).map(([name, value]): Predicate => {
      const field = fields.get(name);
      if (value === '*') return { kind: 'exists', field };
      // Names of channels and providers differ in letter case between Windows versions and exporters.
      const fold = name !== 'event.code' && name !== 'event.dataset';
      const values = typeof value === 'string' ? [value] : value;
      return or(
        values.length === 1
          ? [{ kind: 'equals', field, value: values[0]!, fold }]
          : [{ kind: 'oneOf', field, values, fold }],
      );
    }),
  );
}
