import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as tokens from '../../../../../test/tools/smb-bytes/auth-tokens.ts';
import { parseAuthToken } from './auth-token.ts';

const parse = (bytes: Buffer) => parseAuthToken(bytes, 0, bytes.length, 256);

test('mechanisms in their order, the token that rides along', () => {
  const token = parse(tokens.spnegoInit(['kerberos', 'ntlm'], tokens.ntlmNegotiate()));
  expect(token).toMatchObject({ mechanisms: ['kerberos', 'ntlm'], ntlm: { type: 1 }, isUnreadable: false });
});

test('a challenge: names, a hash instead of the challenge', () => {
  const names = { 1: 'FS01', 2: 'CORP', 3: 'fs01.corp.example', 4: 'corp.example' };
  const { ntlm } = parse(tokens.spnegoContinue(tokens.ntlmChallenge(names)));
  expect(ntlm).toMatchObject({
    type: 2,
    names: { computer: 'FS01', domain: 'CORP', dnsComputer: 'fs01.corp.example', dnsDomain: 'corp.example' },
    challengeHash: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
  expect(JSON.stringify(ntlm)).not.toContain('0123456789abcdef');
});

test.each<[string, Partial<tokens.AuthenticateParts>, object]>([
  ['NTLMv2', { names: { 9: 'cifs/fs01' } }, { ntlmVersion: 2, isAnonymous: false, names: { target: 'cifs/fs01' } }],
  ['NTLMv1', { ntLength: 24 }, { ntlmVersion: 1, isAnonymous: false }],
  ['nothing', { ntLength: 0, lmLength: 0 }, { ntlmVersion: undefined, isAnonymous: true }],
  ['one zero as LM', { ntLength: 0, lmLength: 1 }, { ntlmVersion: undefined, isAnonymous: true }],
  ['LM alone', { ntLength: 0, lmLength: 24 }, { ntlmVersion: 1, isAnonymous: false }],
])('an answer with %s', (_, parts, expected) => {
  const token = parse(tokens.ntlmAuthenticate({ user: 'alice', domain: 'CORP', workstation: 'WS9', ...parts }));
  expect(token.ntlm).toMatchObject({ type: 3, user: 'alice', domain: 'CORP', workstation: 'WS9', ...expected });
});

test('Kerberos: realm, service, encryption type', () => {
  const request = tokens.kerberosRequest('CORP.EXAMPLE', ['cifs', 'fs01.corp.example'], 23);
  const expected = { kind: 'request', realm: 'CORP.EXAMPLE', spn: 'cifs/fs01.corp.example', ticketEtype: 23 };
  expect(parse(request).kerberos).toMatchObject(expected);
  expect(parse(tokens.spnegoInit(['kerberos'], request)).kerberos).toMatchObject(expected);
});

test('a field that points beyond the token is cut, not followed', () => {
  const bytes = tokens.ntlmAuthenticate({ user: 'alice' });
  bytes.writeUInt32LE(0xfffffff0, 40);
  expect(parse(bytes).ntlm).toMatchObject({ user: undefined, isCut: true });
});

test('elements without end stop at the limit', () => {
  const many = tokens.der(0x30, ...Array.from({ length: 5000 }, () => tokens.der(0x06, Buffer.from([1]))));
  const oid = tokens.der(0x06, Buffer.from('2b0601050502', 'hex'));
  const token = parse(tokens.der(0x60, oid, tokens.der(0xa0, tokens.der(0x30, tokens.der(0xa0, many)))));
  expect(token.isUnreadable).toBe(true);
});

test('nesting without end ends', () => {
  let bytes: Buffer = Buffer.alloc(0);
  for (let i = 0; i < 200; i++) bytes = tokens.der([0x60, 0xa0, 0x30, 0xa2][i % 4]!, bytes);
  expect(() => parse(bytes)).not.toThrow();
});

test('whatever the bytes are, nothing is thrown and nothing outside is read', () => {
  const seeds = [
    tokens.spnegoInit(['kerberos', 'ntlm'], tokens.ntlmNegotiate()),
    tokens.spnegoContinue(tokens.ntlmChallenge({ 1: 'FS01' })),
    tokens.ntlmAuthenticate({ user: 'alice', names: { 9: 'cifs/fs01' } }),
    tokens.kerberosRequest('R', ['cifs', 'h'], 18),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 8 }),
      fc.nat(400),
      (seed, flips, cut) => {
        const bytes = Buffer.from(seed);
        for (const [at, value] of flips) bytes[at % bytes.length] = value;
        parseAuthToken(bytes, 0, Math.min(cut, bytes.length), 256);
      },
    ),
    { numRuns: 2000 },
  );
});
