/** Tokens of logons: NTLMSSP, SPNEGO, Kerberos. */
import { join, u16, u32, utf16, zeros } from './bytes.ts';

/** One element of DER. */
export function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = join(...content);
  if (body.length < 0x80) return join(Buffer.from([tag, body.length]), body);
  if (body.length < 0x100) return join(Buffer.from([tag, 0x81, body.length]), body);
  return join(Buffer.from([tag, 0x82, body.length >> 8, body.length & 0xff]), body);
}

const OIDS: Readonly<Record<string, string>> = {
  spnego: '2b0601050502',
  ntlm: '2b06010401823702020a',
  kerberos: '2a864886f712010202',
};
const oid = (name: string): Buffer => der(0x06, Buffer.from(OIDS[name]!, 'hex'));

/** First token of a client. */
export const spnegoInit = (mechanisms: readonly string[], token?: Buffer): Buffer =>
  der(
    0x60,
    oid('spnego'),
    der(
      0xa0,
      der(
        0x30,
        der(0xa0, der(0x30, ...mechanisms.map(oid))),
        token === undefined ? zeros(0) : der(0xa2, der(0x04, token)),
      ),
    ),
  );

/** A later token. */
export const spnegoContinue = (token: Buffer): Buffer => der(0xa1, der(0x30, der(0xa2, der(0x04, token))));

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');

export const ntlmNegotiate = (): Buffer => join(SIGNATURE, u32(1), u32(0x00000207), zeros(16));

/** Pairs of a target info. */
export function targetInfo(pairs: Readonly<Record<number, string>>): Buffer {
  const pieces = Object.entries(pairs).map(([id, text]) => join(u16(Number(id)), u16(utf16(text).length), utf16(text)));
  return join(...pieces, zeros(4));
}

export function ntlmChallenge(names: Readonly<Record<number, string>>, challenge = '0123456789abcdef'): Buffer {
  const info = targetInfo(names);
  return join(
    SIGNATURE,
    u32(2),
    zeros(8),
    u32(0x00888207),
    Buffer.from(challenge, 'hex'),
    zeros(8),
    u16(info.length),
    u16(info.length),
    u32(56),
    zeros(8),
    info,
  );
}

export interface AuthenticateParts {
  readonly user: string;
  readonly domain?: string;
  readonly workstation?: string;
  /** Bytes of the NT response: 0, 24, or absent for NTLMv2. */
  readonly ntLength?: number;
  readonly lmLength?: number;
  /** Names inside an NTLMv2 response. */
  readonly names?: Readonly<Record<number, string>>;
}

export function ntlmAuthenticate(parts: AuthenticateParts): Buffer {
  const domain = utf16(parts.domain ?? 'CORP');
  const user = utf16(parts.user);
  const workstation = utf16(parts.workstation ?? 'WS01');
  const lm = Buffer.alloc(parts.lmLength ?? 24, 1);
  const nt =
    parts.ntLength === undefined
      ? join(
          Buffer.alloc(16, 2),
          Buffer.from([1, 1]),
          zeros(6),
          zeros(8),
          zeros(8),
          zeros(4),
          targetInfo(parts.names ?? {}),
        )
      : Buffer.alloc(parts.ntLength, 2);
  const fields = [lm, nt, domain, user, workstation, zeros(0)];
  let at = 64;
  const heads = fields.map((field) => {
    const head = join(u16(field.length), u16(field.length), u32(at));
    at += field.length;
    return head;
  });
  return join(SIGNATURE, u32(3), ...heads, u32(0x00088207), ...fields);
}

const generalString = (text: string): Buffer => der(0x1b, Buffer.from(text));
const integer = (value: number): Buffer => der(0x02, Buffer.from([value]));

/** An AP-REQ in its GSS wrapper. */
export function kerberosRequest(realm: string, spn: readonly string[], etype: number): Buffer {
  const ticket = der(
    0x61,
    der(
      0x30,
      der(0xa0, integer(5)),
      der(0xa1, generalString(realm)),
      der(0xa2, der(0x30, der(0xa0, integer(2)), der(0xa1, der(0x30, ...spn.map(generalString))))),
      der(0xa3, der(0x30, der(0xa0, integer(etype)), der(0xa2, der(0x04, zeros(40))))),
    ),
  );
  const request = der(
    0x6e,
    der(
      0x30,
      der(0xa0, integer(5)),
      der(0xa1, integer(14)),
      der(0xa2, der(0x03, zeros(5))),
      der(0xa3, ticket),
      der(0xa4, der(0x30, der(0xa0, integer(18)), der(0xa2, der(0x04, zeros(40))))),
    ),
  );
  return der(0x60, oid('kerberos'), Buffer.from([1, 0]), request);
}
