/** Syslog: a datagram an alert (RFC 5426), or frames with their length over TCP (RFC 6587 §3.4.1) and TLS (RFC 5425). */
import { createSocket } from 'node:dgram';
import { connect as connectTcp, isIP, isIPv6, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { SyslogSettings } from '../../config/notify-settings.ts';
import { toSyslogLine } from './cef.ts';
import { type Channel, DeliveryError, SILENCE_MS } from './channel.ts';
import { trusted } from './mail.ts';

/** @throws NOTIFY-SECRET when certificates cannot be read */
export function syslogChannel(settings: SyslogSettings): Channel {
  const ca = trusted(settings.caFile, settings.name);
  return {
    settings,
    send: async ({ alerts, publicUrl }) => {
      const lines = alerts.map((alert) => Buffer.from(toSyslogLine(alert, publicUrl, Date.now())));
      try {
        if (settings.transport === 'udp') await sendDatagrams(settings, lines);
        else await sendFrames(settings, ca, lines);
      } catch (error) {
        throw new DeliveryError(error instanceof Error ? error.message : String(error));
      }
    },
  };
}

async function sendDatagrams({ host, port }: SyslogSettings, lines: readonly Buffer[]): Promise<void> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  try {
    for (const line of lines) {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.send(line, port, host, (error) => (error ? reject(error) : resolve()));
      });
    }
  } finally {
    socket.close();
  }
}

/** One connection a message: alerts are rare, and what the other side closed meanwhile would be lost unnoticed. */
function sendFrames(
  { host, port, transport }: SyslogSettings,
  ca: { readonly ca?: string },
  lines: readonly Buffer[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const write = () => {
      for (const line of lines) socket.write(Buffer.concat([Buffer.from(`${line.length} `), line]));
      socket.end();
    };
    const socket: Socket =
      transport === 'tls'
        ? connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }), minVersion: 'TLSv1.2', ...ca }, write)
        : connectTcp({ host, port }, write);
    socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error('it is silent')));
    socket.on('error', reject);
    // Receivers say nothing; what they do say must be read, or the connection never ends.
    socket.resume();
    socket.on('close', (hadError) => (hadError ? undefined : resolve()));
  });
}
