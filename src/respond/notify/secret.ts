import { readFileSync } from 'node:fs';
import { SmbError } from '../../base/error.ts';
import { readingReason } from '../../base/system-error.ts';
import type { SecretSource } from '../../config/notify-settings.ts';

/**
 * Reads a secret. It is kept in memory alone and is part of no error, log or answer.
 *
 * @param channel that needs it, for the sentence
 * @throws NOTIFY-SECRET when there is none
 */
export function readSecret(source: SecretSource, channel: string): string {
  if ('env' in source) {
    const value = process.env[source.env];
    if (value) return value;
    throw new SmbError('NOTIFY-SECRET', `The variable ${source.env} of [notify.${channel}] is not set.`);
  }
  let text: string;
  try {
    text = readFileSync(source.file, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    const reason = readingReason(cause);
    throw new SmbError('NOTIFY-SECRET', `${source.file} of [notify.${channel}] cannot be read: ${reason}.`);
  }
  if (text !== '') return text;
  throw new SmbError('NOTIFY-SECRET', `${source.file} of [notify.${channel}] is empty.`);
}
