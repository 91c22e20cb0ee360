import type { ChannelSettings } from '../../config/notify-settings.ts';
import type { Channel } from './channel.ts';
import { mailChannel } from './mail.ts';
import { syslogChannel } from './syslog.ts';
import { webhookChannel } from './webhook.ts';

/**
 * @returns a channel, its secrets read
 * @throws NOTIFY-SECRET
 */
export function openChannel(settings: ChannelSettings): Channel {
  switch (settings.type) {
    case 'webhook':
      return webhookChannel(settings);
    case 'mail':
      return mailChannel(settings);
    case 'syslog':
      return syslogChannel(settings);
  }
}
