import { SmbError } from '../base/error.ts';
import { formatListenAddress, type ServerSettings } from '../config/server-settings.ts';

/**
 * Passwords, keys and evidence must not cross a network readable: an address that others can reach is only taken with TLS,
 * or when the configuration says that a proxy does it.
 *
 * @throws SERVER-ADDRESS when nobody would encrypt
 */
export function checkListenAddress(settings: Pick<ServerSettings, 'listen' | 'tls' | 'isBehindProxy'>): void {
  const { listen, tls, isBehindProxy } = settings;
  if (tls !== undefined || isBehindProxy || isLoopback(listen.host)) return;
  const address = formatListenAddress(listen);
  throw new SmbError('SERVER-ADDRESS', `Others can reach ${address}, and nothing there would be encrypted.`, {
    fix: 'give certificate and key in [server.tls], or set behind_proxy = true in [server] when a proxy does TLS',
  });
}

/** @returns whether only this machine reaches an address; names other than localhost may lead anywhere */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
