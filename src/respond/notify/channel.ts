import type { ChannelSettings } from '../../config/notify-settings.ts';
import type { Notification } from './notification.ts';

/** A way to tell people or programs of alerts. */
export interface Channel {
  readonly settings: ChannelSettings;
  /**
   * Sends a message; the receiver has it when the promise is fulfilled, as far as the protocol tells.
   *
   * @throws DeliveryError
   */
  send(notification: Notification): Promise<void>;
}

/** Why a message was not delivered. */
export class DeliveryError extends Error {
  /** Whether it is this message that is refused, so that trying again is in vain. */
  readonly isFinal: boolean;

  constructor(message: string, isFinal = false) {
    super(message);
    this.name = 'DeliveryError';
    this.isFinal = isFinal;
  }
}

/** How long a server may be silent. */
export const SILENCE_MS = 15_000;
