/** The elements of a nested field, as JSON that DuckDB reads into a list of structs. */
import { type Document, setPath } from '../../../event/document.ts';
import type { DocumentEvent } from '../../../event/document-event.ts';
import { type NestedColumn, toColumnValue } from '../../../query/compile/sql/catalogue-columns.ts';

/**
 * @param inner any view, which is pointed at the elements
 * @returns the elements, or undefined when the event has none
 */
export function nestedJson(
  view: DocumentEvent,
  { field, members }: NestedColumn,
  inner: DocumentEvent,
): string | undefined {
  const elements = view.elements(field.path);
  if (elements.length === 0 && view.get(field.id) === undefined) return undefined;
  const structs = elements.map((element) => {
    const document: Document = {};
    setPath(document, field.path, element);
    inner.point(document);
    const struct: Record<string, unknown> = {};
    for (const { name, type, field: own } of members) {
      const value = inner.get(own.id);
      const values = value === undefined ? [] : typeof value === 'object' ? value : [value];
      const fitting = values.flatMap((one) => toColumnValue(type, one) ?? []);
      if (fitting.length > 0) struct[name] = fitting.map((one) => (typeof one === 'bigint' ? String(one) : one));
    }
    return struct;
  });
  return JSON.stringify(structs);
}
