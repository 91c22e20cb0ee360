import { Type } from 'typebox';
import { SmbError } from '../../base/error.ts';
import { didYouMean } from '../../base/suggest.ts';
import { callerOf } from '../access/access-hook.ts';
import { ACCESS } from '../access/caller.ts';
import type { RouteGroup } from '../http/app-types.ts';
import { ChannelRetried, ChannelsAnswer, ChannelTested } from '../contract/notifications.ts';

const ByName = Type.Object({ name: Type.String() });

/** `/api/v1/notifications`: whom the server tells of alerts, and whether it arrives. */
export const notificationRoutes: RouteGroup = {
  name: 'notifications',
  register: (app, { notifier, config: settings, store }) => {
    const known = (name: string) => {
      const names = settings.notify.map((channel) => channel.name);
      if (names.includes(name)) return;
      throw new SmbError('API-NOT-FOUND', `There is no channel "${name}".${didYouMean(name, names)}`, {
        fix: 'channels are [notify.NAME] in smbastion.toml',
      });
    };
    const audit = (by: string, action: string, channel: string) =>
      store.audit.append({ atMs: Date.now(), by, action, details: { channel } });

    app.get(
      '/api/v1/notifications',
      {
        config: { access: ACCESS.read },
        schema: { summary: 'How the channels do', response: { 200: ChannelsAnswer } },
      },
      async () => ({ channels: await notifier.report() }),
    );

    app.post(
      '/api/v1/notifications/:name/test',
      {
        config: { access: ACCESS.engineer },
        schema: { summary: 'Send a test message', params: ByName, response: { 200: ChannelTested } },
      },
      async (request) => {
        const { name } = request.params;
        known(name);
        await audit(callerOf(request).name, 'notify.test', name);
        return { problem: await notifier.test(name) };
      },
    );

    app.post(
      '/api/v1/notifications/:name/retry',
      {
        config: { access: ACCESS.engineer },
        schema: { summary: 'Try failed messages again', params: ByName, response: { 200: ChannelRetried } },
      },
      async (request) => {
        const { name } = request.params;
        known(name);
        const delivered = await notifier.retryFailed(name);
        if (delivered === undefined) {
          throw new SmbError('API-CONFLICT', 'No server runs that could send.', { fix: 'start it: smbastion serve' });
        }
        await audit(callerOf(request).name, 'notify.retry', name);
        return { delivered };
      },
    );
  },
};
