/** Mail over SMTP: plain text, one message for all recipients. */
import { readFileSync } from 'node:fs';
import { createTransport } from 'nodemailer';
import { SmbError } from '../../base/error.ts';
import { readingReason } from '../../base/system-error.ts';
import type { MailSettings } from '../../config/notify-settings.ts';
import { type Channel, DeliveryError, SILENCE_MS } from './channel.ts';
import { subjectOf, textOf } from './notification.ts';
import { readSecret } from './secret.ts';

/** @throws NOTIFY-SECRET */
export function mailChannel(settings: MailSettings): Channel {
  const { host, port, transport: how, signIn, from, to, name } = settings;
  const auth = signIn && { user: signIn.user, pass: readSecret(signIn.password, name) };
  const transport = createTransport({
    host,
    port,
    secure: how === 'tls',
    requireTLS: how === 'starttls',
    ignoreTLS: how === 'plain',
    tls: { minVersion: 'TLSv1.2', ...trusted(settings.caFile, name) },
    ...(auth && { auth }),
    connectionTimeout: SILENCE_MS,
    greetingTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
    // Nothing of a message is a path or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    settings,
    send: async (notification) => {
      try {
        const { rejected } = await transport.sendMail({
          from,
          to: [...to],
          subject: subjectOf(notification),
          text: textOf(notification),
          messageId: `<${notification.id}@smbastion>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        if (rejected.length > 0) throw new DeliveryError(`the server takes no mail for ${rejected.join(', ')}`, true);
      } catch (error) {
        throw error instanceof DeliveryError ? error : new DeliveryError(reasonOf(error), isRefused(error));
      }
    },
  };
}

/** Certificates that are trusted, read when the server starts. */
export function trusted(caFile: string | undefined, channel: string): { readonly ca?: string } {
  if (caFile === undefined) return {};
  try {
    return { ca: readFileSync(caFile, 'utf8') };
  } catch (cause) {
    throw new SmbError('NOTIFY-SECRET', `${caFile} of [notify.${channel}] cannot be read: ${readingReason(cause)}.`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether the server will not have this message, rather than nobody's. */
function isRefused(error: unknown): boolean {
  const { code, responseCode = 0 } = error as { code?: string; responseCode?: number };
  return responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
}
