/** Clusters in front of a remote index, and what a life cycle puts there when it moves an index on. */
const MOVED = /^(?:[^:]+:)?(?:(?:partial|restored)-)*(?:shrink-[^-]{4}-)?/;
/** `.ds-NAME-2026.01.31-000001`, without the date before 7.11. */
const BACKING = /^\.ds-(.+?)(?:-\d{4}\.\d{2}\.\d{2})?-\d{6}$/;
/** An index that an alias rolls over: `NAME-000001`, or `NAME-2026.01.31-000001` as Beats before 8 make it. */
const ROLLED = /^([^.].*?)(?:-\d{4}\.\d{2}\.\d{2})?-\d{6}$/;

/**
 * The name that a shipper writes to, of the index that a document was found in: of a data stream or an alias, where the two
 * differ. A date alone stays: indices of two days are two, and may use the same id for two events.
 *
 * @see https://www.elastic.co/guide/en/elasticsearch/reference/8.19/data-streams.html#data-streams-generation
 */
export function writtenIndex(index: string): string {
  const name = index.replace(MOVED, '');
  return (BACKING.exec(name) ?? ROLLED.exec(name))?.[1] ?? name;
}
