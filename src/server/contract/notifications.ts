import { type Static, Type } from 'typebox';
import { maybe, rows } from './shapes.ts';

/** How channels do that tell of alerts. */
export const ChannelsAnswer = Type.Object({
  channels: rows(
    Type.Object({
      name: Type.String(),
      type: Type.String(),
      waiting: Type.Integer({ description: 'Alerts held back, or not taken by the receiver' }),
      sent: Type.Integer({ description: 'Messages since the start of the server' }),
      lastSentMs: maybe(Type.Integer()),
      problem: maybe(Type.String({ description: 'Why the last try failed' })),
      failed: rows(
        Type.Object({
          id: Type.String(),
          atMs: Type.Integer(),
          reason: Type.String(),
          alertIds: rows(Type.String()),
        }),
      ),
      discarded: Type.Integer({ description: 'Failed messages that are no longer kept' }),
    }),
  ),
});
/** See {@link ChannelsAnswer}. */
export type ChannelsAnswer = Static<typeof ChannelsAnswer>;

/** Whether a test message arrived. */
export const ChannelTested = Type.Object({
  problem: maybe(Type.String({ description: 'Absent when it was delivered' })),
});
/** See {@link ChannelTested}. */
export type ChannelTested = Static<typeof ChannelTested>;

/** What became of messages that had failed. */
export const ChannelRetried = Type.Object({ delivered: Type.Integer() });
/** See {@link ChannelRetried}. */
export type ChannelRetried = Static<typeof ChannelRetried>;
