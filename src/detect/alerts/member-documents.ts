/**
 * The members of an alert of several events as documents of their own, for tools that show one event a row. They are
 * building blocks with the group of their alert, as Elastic Security writes them beside the alert of a sequence.
 */
import { stableId } from '../../base/hash.ts';
import { type Document, isDocument } from '../../event/document.ts';
import type { Alert } from '../alert.ts';
import { toAlertDocument } from './alert-document.ts';

/** @returns one document for each member whose event was kept, in time order; none for the alert of a single event */
export function toMemberDocuments(alert: Alert): Document[] {
  const { sequence, members } = alert;
  if (!sequence) return [];
  return members.flatMap((member, index) => {
    const { id, time, document } = member;
    if (!document) return [];
    const leg = sequence.legs.find(({ event }) => event === id);
    const written = toAlertDocument({
      ...alert,
      id: stableId(['m1', alert.id, String(index), id]),
      document,
      originalTime: time,
      lastTime: time,
      members: [member],
      memberCount: 1,
      reason: leg?.what === undefined ? alert.reason : `${leg.name}: ${leg.what}`,
      sequence: undefined,
      group: undefined,
      suppression: undefined,
      isBuildingBlock: true,
    });
    return [withGroup(written, { id: alert.id, index })];
  });
}

function withGroup(document: Document, group: Document): Document {
  const kibana = isDocument(document['kibana']) ? document['kibana'] : {};
  const alert = isDocument(kibana['alert']) ? kibana['alert'] : {};
  return { ...document, kibana: { ...kibana, alert: { ...alert, group } } };
}
