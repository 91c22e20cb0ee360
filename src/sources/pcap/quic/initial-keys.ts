/** Keys of Initial packets, which anyone on the way can derive (RFC 9001 §5.2, RFC 9369 §3.3). */
import { createHmac } from 'node:crypto';

/** A version of QUIC that is read. */
export interface QuicVersion {
  readonly number: number;
  readonly name: string;
  readonly salt: Buffer;
  /** Type bits of an Initial packet. */
  readonly initialType: number;
  readonly label: string;
}

/** Versions by the number on the wire. */
export const QUIC_VERSIONS: ReadonlyMap<number, QuicVersion> = new Map(
  [
    {
      number: 0x00000001,
      name: '1',
      salt: Buffer.from('38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 'hex'),
      initialType: 0,
      label: 'quic',
    },
    {
      number: 0x6b3343cf,
      name: '2',
      salt: Buffer.from('0dede3def700a6db819381be6e269dcbf9bd2ed9', 'hex'),
      initialType: 1,
      label: 'quicv2',
    },
  ].map((version) => [version.number, version]),
);

/** What protects the packets of a client before the handshake. */
export interface InitialKeys {
  readonly key: Buffer;
  readonly iv: Buffer;
  readonly headerProtection: Buffer;
}

/** @param destinationId connection id that the client chose for its first packet */
export function clientInitialKeys(version: QuicVersion, destinationId: Uint8Array): InitialKeys {
  const initial = createHmac('sha256', version.salt).update(destinationId).digest();
  const client = expandLabel(initial, 'client in', 32);
  return {
    key: expandLabel(client, `${version.label} key`, 16),
    iv: expandLabel(client, `${version.label} iv`, 12),
    headerProtection: expandLabel(client, `${version.label} hp`, 16),
  };
}

/** HKDF-Expand-Label of TLS 1.3 (RFC 8446 §7.1) without context, up to one block of SHA-256. */
function expandLabel(secret: Buffer, label: string, size: number): Buffer {
  const name = `tls13 ${label}`;
  const info = Buffer.concat([Buffer.from([0, size, name.length]), Buffer.from(name), Buffer.from([0, 1])]);
  return createHmac('sha256', secret).update(info).digest().subarray(0, size);
}
