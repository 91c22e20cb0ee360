/** Certificates for servers of tests. */
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** Certificate and key in PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

const SEQUENCE = 0x30;
/** ecdsa-with-SHA256, 1.2.840.10045.4.3.2. */
const ALGORITHM = der(SEQUENCE, Buffer.from('06082a8648ce3d040302', 'hex'));
/** commonName 2.5.4.3, subjectAltName 2.5.29.17. */
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const ALT_NAME = Buffer.from('0603551d11', 'hex');

/**
 * @param host name that it is for
 * @returns a certificate that signs itself
 */
export function selfSigned(host: string): TestCertificate {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return write(host, keys, { name: host, key: keys.privateKey }, 49);
}

/**
 * @param host name that it is for
 * @param endYear its last year, the two digits behind 20
 * @returns a certificate that an authority signed, whose own one nobody has
 */
export function signedByAuthority(host: string, endYear = 49): TestCertificate {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return write(host, keys, { name: 'Site CA', key: authority.privateKey }, endYear);
}

/** Writes X.509 version 3 (RFC 5280 §4.1) with its one name, valid from 2020. */
function write(
  host: string,
  { privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject },
  issuer: { name: string; key: KeyObject },
  endYear: number,
): TestCertificate {
  const name = nameOf(host);
  const validity = der(
    SEQUENCE,
    der(0x17, Buffer.from('200101000000Z')),
    der(0x17, Buffer.from(`${endYear}1231235959Z`)),
  );
  const names = der(SEQUENCE, der(0x82, Buffer.from(host)));
  const extensions = der(0xa3, der(SEQUENCE, der(SEQUENCE, ALT_NAME, der(0x04, names))));
  const version = der(0xa0, der(0x02, Buffer.from([2])));
  const serial = der(0x02, Buffer.from([1]));
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const body = der(SEQUENCE, version, serial, ALGORITHM, nameOf(issuer.name), validity, name, spki, extensions);
  const certificate = der(SEQUENCE, body, ALGORITHM, der(0x03, Buffer.from([0]), signed(body, issuer.key)));
  const lines = certificate.toString('base64').replace(/.{64}/g, '$&\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function nameOf(commonName: string): Buffer {
  return der(SEQUENCE, der(0x31, der(SEQUENCE, COMMON_NAME, der(0x0c, Buffer.from(commonName)))));
}

function signed(body: Buffer, key: KeyObject): Buffer {
  return createSign('sha256').update(body).sign(key);
}

/** Tag, length and content (X.690 §8.1). */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
