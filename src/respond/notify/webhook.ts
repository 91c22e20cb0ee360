/**
 * A webhook: JSON by POST. Who gets it can tell that it is ours, unchanged and fresh: the header `X-Smbastion-Signature` is
 * `v1=` and HMAC-SHA-256 (hexadecimal) over the time, a full stop and the body; the time, in seconds since 1970, is
 * `X-Smbastion-Timestamp`. `X-Smbastion-Delivery` is the same when a message is tried again.
 */
import { createHmac } from 'node:crypto';
import { SmbError } from '../../base/error.ts';
import { PRODUCT } from '../../base/product.ts';
import { parseUrl } from '../../config/config-keys.ts';
import type { WebhookSettings } from '../../config/notify-settings.ts';
import { type Channel, DeliveryError, SILENCE_MS } from './channel.ts';
import { countsByRule, linkOf, listed, type Notification, subjectOf } from './notification.ts';
import { readSecret } from './secret.ts';

/** Statuses that say it is the message that cannot be taken. */
const REFUSED = new Set([400, 413, 422]);

/** @throws NOTIFY-SECRET */
export function webhookChannel(settings: WebhookSettings): Channel {
  const secret = readSecret(settings.secret, settings.name);
  const url = urlOf(settings);
  return {
    settings,
    send: async (notification) => {
      const body = JSON.stringify(bodyOf(notification));
      const timestamp = String(Math.floor(Date.now() / 1000));
      const response = await post(url, body, {
        'content-type': 'application/json',
        'user-agent': `smbastion/${PRODUCT.version}`,
        'x-smbastion-delivery': notification.id,
        'x-smbastion-timestamp': timestamp,
        'x-smbastion-signature': signature(secret, timestamp, body),
      });
      await response.body?.cancel();
      if (response.ok) return;
      throw new DeliveryError(`it answered with ${response.status}`, REFUSED.has(response.status));
    },
  };
}

/** @throws NOTIFY-SECRET when what stands where the URL is read is none; it is not told */
function urlOf({ url, name }: WebhookSettings): string {
  if (typeof url === 'string') return url;
  const parsed = parseUrl(readSecret(url, name).trim());
  if (parsed !== undefined) return parsed;
  const where = 'env' in url ? `The variable ${url.env}` : url.file;
  throw new SmbError('NOTIFY-SECRET', `${where} of [notify.${name}] holds no URL.`, {
    fix: 'it begins with https:// and stands alone',
  });
}

/** @returns what the receiver computes as well, to compare */
export function signature(secret: string, timestamp: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

/** Redirects are not followed: the URL is where the alerts are meant to go. */
async function post(url: string, body: string, headers: Record<string, string>): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      body,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(SILENCE_MS),
    });
  } catch (error) {
    throw new DeliveryError(reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

function bodyOf(notification: Notification): object {
  const { alerts, publicUrl, isTest } = notification;
  const { shown, more } = listed(alerts);
  return {
    version: 1,
    kind: isTest ? 'test' : alerts.length === 1 ? 'alert' : 'digest',
    title: subjectOf(notification),
    count: alerts.length,
    byRule: countsByRule(alerts),
    alerts: shown.map((alert) => ({ ...alert, ...(publicUrl !== undefined && { url: linkOf(publicUrl, alert.id) }) })),
    more,
  };
}
