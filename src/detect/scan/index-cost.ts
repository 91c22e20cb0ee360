/**
 * How many events a question of the rule index lets through. Only the order of the answers matters: a wrong guess costs
 * time, not matches.
 */
import type { CoverTerm } from '../../query/compile/cover.ts';

/** Share of events that one value of a field lets through, and that have the field at all, counted over mixed evidence. */
const SHARES: Readonly<Record<string, readonly [value: number, any: number]>> = {
  'smb.rpc.interface': [0.005, 0.03],
  'smb.rpc.operation': [0.005, 0.03],
  'smb.rpc.opnum': [0.005, 0.03],
  'smb.pipe.name': [0.005, 0.03],
  'event.code': [0.01, 0.5],
  'smb.share.name': [0.02, 0.06],
  'smb.share.path': [0.02, 0.06],
  'smb.file.path': [0.02, 0.05],
  'smb.file.previous_name': [0.01, 0.01],
  'event.action': [0.02, 0.5],
  'smb.command': [0.03, 0.06],
  'smb.version': [0.03, 0.03],
  'smb.dialect': [0.03, 0.05],
  'smb.auth.guest': [0.01, 0.01],
  'smb.auth.anonymous': [0.01, 0.01],
  'smb.share.admin': [0.03, 0.06],
  'smb.activity': [0.08, 0.15],
  'smb.file.written': [0.02, 0.02],
  'smb.file.name': [0.02, 0.05],
  'smb.client.role': [0.3, 0.4],
  'smb.server.role': [0.3, 0.4],
  'smb.client.place': [0.7, 0.9],
  'smb.server.place': [0.4, 0.9],
  'smb.flow.spoken': [0.2, 0.2],
  'smb.flow.credentials_sent': [0.1, 0.1],
  'event.provider': [0.05, 0.3],
  'server.port': [0.05, 0.9],
  'destination.port': [0.05, 0.9],
  'smb.flow.evidence': [0.05, 0.2],
  'smb.flow.direction': [0.2, 0.9],
  'smb.flow.outcome': [0.2, 0.9],
  'event.outcome': [0.3, 0.9],
  'event.category': [0.4, 1],
  'event.type': [0.4, 1],
  'smb.flow.transport': [0.6, 0.9],
  'network.transport': [0.6, 0.9],
  'winlog.channel': [0.3, 0.5],
};

/** A field that the table does not know. */
const UNKNOWN_SHARE: readonly [value: number, any: number] = [0.05, 0.25];

/** Asking a field costs something even when it lets nothing through. */
const QUESTION_COST = 0.005;

/** What texts of Windows logs are full of; a text that stands in one of these tells little. */
const COMMONPLACE: readonly string[] = [
  'c:\\windows\\system32\\svchost.exe',
  'c:\\windows\\system32\\cmd.exe',
  'c:\\windows\\system32\\windowspowershell\\v1.0\\powershell.exe',
  'c:\\windows\\system32\\services.exe',
  'c:\\windows\\syswow64\\',
  'c:\\windows\\explorer.exe',
  'c:\\windows\\temp\\',
  'c:\\program files (x86)\\',
  'c:\\program files\\',
  'c:\\programdata\\',
  'c:\\users\\public\\appdata\\local\\temp\\',
  '\\appdata\\roaming\\microsoft\\windows\\',
  'hklm\\software\\microsoft\\windows\\currentversion\\',
  'hklm\\system\\currentcontrolset\\services\\',
  'nt authority\\system',
  '.dll',
  'http://',
  'https://',
  'microsoft-windows-',
];
const COMMONPLACE_SHARE = 0.05;

/** A text of three letters occurs in one value of a hundred by chance, and each further letter makes that rarer. */
const CHANCE = 0.01;
const CHANCE_FALLS = 0.7;

/** @returns share of events that answer yes to a question, and the cost of asking; above 1 it is not worth asking */
export function indexCost(term: CoverTerm): number {
  const known = SHARES[term.field.name];
  const [value, any] = known ?? UNKNOWN_SHARE;
  switch (term.kind) {
    case 'any':
      return QUESTION_COST + any;
    case 'values':
      return QUESTION_COST + Math.min(any, value * term.values.size);
    case 'texts': {
      // Of fields with a few values, such as a channel, even a long text is in every third event.
      if (known) return QUESTION_COST + Math.min(any, value * term.texts.size);
      let sum = 0;
      for (const text of term.texts) sum += textShare(text);
      return QUESTION_COST + Math.min(any, sum);
    }
  }
}

function textShare(text: string): number {
  if (COMMONPLACE.some((common) => common.includes(text))) return COMMONPLACE_SHARE;
  return CHANCE * CHANCE_FALLS ** Math.min(text.length - 3, 20);
}
