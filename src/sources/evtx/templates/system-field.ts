/** Values of the System part of an event (and the message beside it), numbered, with the places they stand in. */

/** Number of a System value. */
export const SYSTEM = {
  provider: 0,
  providerGuid: 1,
  eventSource: 2,
  eventId: 3,
  qualifiers: 4,
  version: 5,
  level: 6,
  task: 7,
  opcode: 8,
  keywords: 9,
  time: 10,
  recordId: 11,
  activityId: 12,
  relatedActivityId: 13,
  processId: 14,
  threadId: 15,
  channel: 16,
  computer: 17,
  userSid: 18,
  message: 19,
} as const;

/** How many there are. */
export const SYSTEM_FIELDS = 20;

/** Places below System: `Element` or `Element@Attribute`. */
export const SYSTEM_PLACES: ReadonlyMap<string, number> = new Map([
  ['Provider@Name', SYSTEM.provider],
  ['Provider@Guid', SYSTEM.providerGuid],
  ['Provider@EventSourceName', SYSTEM.eventSource],
  ['EventID', SYSTEM.eventId],
  ['EventID@Qualifiers', SYSTEM.qualifiers],
  ['Version', SYSTEM.version],
  ['Level', SYSTEM.level],
  ['Task', SYSTEM.task],
  ['Opcode', SYSTEM.opcode],
  ['Keywords', SYSTEM.keywords],
  ['TimeCreated@SystemTime', SYSTEM.time],
  ['EventRecordID', SYSTEM.recordId],
  ['Correlation@ActivityID', SYSTEM.activityId],
  ['Correlation@RelatedActivityID', SYSTEM.relatedActivityId],
  ['Execution@ProcessID', SYSTEM.processId],
  ['Execution@ThreadID', SYSTEM.threadId],
  ['Channel', SYSTEM.channel],
  ['Computer', SYSTEM.computer],
  ['Security@UserID', SYSTEM.userSid],
]);
