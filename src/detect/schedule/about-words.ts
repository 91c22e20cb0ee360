import type { Alert } from '../alert.ts';

/** @returns what an alert is about, for people: fields with values; empty for an alert of a single event */
export function aboutWords({ suppression, group, finding, newTerms, sequence }: Alert): string {
  const terms = suppression?.terms ?? group?.terms ?? finding?.key ?? newTerms ?? sequence?.keys ?? [];
  return terms.map(({ field, value }) => `${field} ${value}`).join(', ');
}
