/** Queries of a user's rules in EQL: they are taken over as they stand, since the language is the same. */
import { SmbError } from '../../base/error.ts';
import { fields } from '../../event/field.ts';
import { compileEql } from '../../query/eql/compile-eql.ts';
import type { ForeignRule } from './foreign-rule.ts';
import { filterToKql } from './kibana-filter.ts';
import { NotExpressible } from './not-expressible.ts';

/**
 * @returns the query as it was written
 * @throws NotExpressible when it cannot be run whole
 */
export function eqlQueryOf(from: ForeignRule): string {
  const query = (from.text('query') ?? '').trim();
  const filters = from.take('filters');
  if (Array.isArray(filters) && filters.some((filter) => filterToKql(filter) !== undefined)) {
    throw new NotExpressible("Kibana's filters beside EQL are not supported; write them into the query");
  }
  if (query.includes('${')) throw new NotExpressible('its query holds ${, which stands for a parameter here');
  const category = fields.find(from.text('event_category_override') ?? from.text('event_category_field') ?? '');
  try {
    const { diagnostics } = compileEql({ file: 'query', text: query }, { now: 0, categoryField: category });
    for (const { message } of diagnostics) from.notes.push(`query: ${message}`);
    return query;
  } catch (error) {
    if (!(error instanceof SmbError)) throw error;
    const where = error.place ? ` (line ${error.place.line}, column ${error.place.column} of the query)` : '';
    throw new NotExpressible(`its query cannot be read: ${error.message}${where}`);
  }
}
