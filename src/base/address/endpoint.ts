/** @returns `10.0.0.5:445`, an IPv6 address in brackets as URLs write it (RFC 3986 §3.2.2) */
export function formatEndpoint(address: string, port: string): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
