import { X509Certificate } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { SmbError } from '../base/error.ts';
import { systemReason } from '../base/system-error.ts';

/** A request to the server. */
export interface Ask {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body?: string | Buffer;
  readonly contentType?: string;
}

/** What was answered. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Which server is asked, and as whom. */
export interface Target {
  readonly url: string;
  readonly authorization: string | undefined;
  /** Certificate in PEM, its chain behind it, of a server on this machine; whoever signed it, only that one is trusted. */
  readonly certificate?: string | undefined;
}

/** What keeps a server from answering, in words. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  ECONNRESET: 'it cut the connection',
  EPROTO: 'it does not speak TLS there',
};
const TRUST = 'NODE_EXTRA_CA_CERTS=FILE names a certificate to trust';
/** What can be done about it. */
const FIXES: Readonly<Record<string, string>> = {
  ECONNRESET: 'a server with TLS is asked by https://',
  EPROTO: 'a server without TLS is asked by http://',
  DEPTH_ZERO_SELF_SIGNED_CERT: TRUST,
  SELF_SIGNED_CERT_IN_CHAIN: TRUST,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: TRUST,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: TRUST,
};

/** How long a server may be silent. */
const SILENCE_MS = 120_000;

/**
 * Asks a server over HTTP. Node's own client rather than `fetch`, which cannot be told to trust one certificate.
 *
 * @throws SERVER-UNREACHABLE when it does not answer; USAGE when the URL is none
 */
export function askHttp(target: Target, { method, path, body, contentType }: Ask): Promise<Answer> {
  if (!URL.canParse(target.url)) {
    throw new SmbError('USAGE', `"${target.url}" is no URL of a server.`, { fix: 'such as https://host:8445' });
  }
  const base = new URL(target.url);
  const url = `${base.origin}${base.pathname.replace(/\/$/, '')}${path}`;
  const request = base.protocol === 'https:' ? httpsRequest : httpRequest;
  const { certificate } = target;
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
      const reason = systemReason(cause, REASONS);
      const fix = FIXES[code];
      reject(
        new SmbError(
          'SERVER-UNREACHABLE',
          `${base.origin} does not answer: ${reason}.`,
          fix === undefined ? {} : { fix },
        ),
      );
    };
    const sent = request(
      url,
      {
        method,
        headers: {
          accept: 'application/json',
          ...(target.authorization !== undefined && { authorization: target.authorization }),
          ...(contentType !== undefined && { 'content-type': contentType }),
          ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
        },
        timeout: SILENCE_MS,
        ...(certificate !== undefined && { createConnection: connectPinned(certificate) }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', fail);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            contentType: response.headers['content-type'] ?? '',
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('it is silent')));
    sent.on('error', fail);
    sent.end(body);
  });
}

/**
 * Connections to whoever shows one certificate. It is compared rather than verified: an authority of the site need not be known
 * here, and commands must reach a server whose certificate has run out.
 */
function connectPinned(certificate: string): NonNullable<RequestOptions['createConnection']> {
  const expected = new X509Certificate(certificate).fingerprint256;
  return (options, connected) => {
    const socket = connectTls({ ...(options as ConnectionOptions), rejectUnauthorized: false });
    socket.once('error', (cause) => connected(cause, socket));
    socket.once('secureConnect', () => {
      if (socket.getPeerX509Certificate()?.fingerprint256 === expected) return connected(null, socket);
      socket.destroy(new Error('another program shows a certificate of its own there'));
    });
    return undefined;
  };
}
