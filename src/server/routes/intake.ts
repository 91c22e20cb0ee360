import { Type } from 'typebox';
import { prepareDialects } from '../../sources/json/record-reader.ts';
import { jsonDialects } from '../../sources/registry.ts';
import { callerOf } from '../access/access-hook.ts';
import { ACCESS } from '../access/caller.ts';
import type { RouteGroup } from '../http/app-types.ts';
import { DeadLetterPage, IntakeAnswer, ReplayAnswer } from '../contract/intake.ts';
import { replayDeadLetters } from '../ingest/replay.ts';

/** Dead letters of a page, and of one step of reading them again. */
const PAGE = 500;

const Page = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE })),
  after: Type.Optional(Type.String({ description: '`next` of the page before' })),
});

/** `/api/v1/intake` and `/api/v1/dead-letters`: who sends what, and what could not be read of it. */
export const intakeRoutes: RouteGroup = {
  name: 'intake',
  register: (app, { intake, store }) => {
    app.get(
      '/api/v1/intake',
      { config: { access: ACCESS.read }, schema: { summary: 'Who sends what', response: { 200: IntakeAnswer } } },
      async () => {
        const { heldBytes, heldEvents, refused, writes, failedWrites } = intake.figures();
        const senders = intake.senders.list().map((sender) => ({
          name: sender.name,
          events: sender.events,
          duplicates: sender.duplicates,
          bytes: sender.bytes,
          unreadable: sender.unreadable,
          dropped: sender.dropped,
          ...(sender.lastMs > 0 && { lastMs: sender.lastMs }),
          datasets: [...sender.datasets].map(([dataset, figures]) => ({ dataset, ...figures })),
          empty: [...sender.empties].map(([reason, count]) => ({ reason, count })),
        }));
        return { heldBytes, heldEvents, refused, writes, failedWrites, senders };
      },
    );

    app.get(
      '/api/v1/dead-letters',
      {
        config: { access: ACCESS.read },
        schema: {
          summary: 'What could not be read, the newest first',
          querystring: Page,
          response: { 200: DeadLetterPage },
        },
      },
      async (request) => {
        const { limit = 100, after } = request.query;
        const [page, counts] = await Promise.all([store.deadLetters.list(limit, after), store.deadLetters.count()]);
        return {
          letters: page.letters.map(({ origin, ...letter }) => ({ ...letter, canReplay: origin?.isWhole !== false })),
          ...(page.next !== undefined && { next: page.next }),
          ...counts,
        };
      },
    );

    app.post(
      '/api/v1/dead-letters/replay',
      {
        config: { access: ACCESS.engineer },
        schema: { summary: 'Reads dead letters again', response: { 200: ReplayAnswer } },
      },
      async (request) => {
        const dialects = prepareDialects(jsonDialects);
        const total = { read: 0, unreadable: 0, left: 0 };
        let after: string | undefined;
        do {
          const { letters, next } = await store.deadLetters.list(PAGE, after);
          const { read, unreadable, left } = await replayDeadLetters(letters, intake, store, dialects);
          total.read += read;
          total.unreadable += unreadable;
          total.left += left;
          after = next;
        } while (after !== undefined);
        await store.audit.append({
          atMs: Date.now(),
          by: callerOf(request).name,
          action: 'dead-letters.replay',
          details: { ...total },
        });
        return total;
      },
    );
  },
};
