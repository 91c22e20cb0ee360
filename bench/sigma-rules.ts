/**
 * Writes Sigma rules for benchmarks: our own text, in the proportions of public rule sets. Of a hundred rules some 55 are about
 * processes; most have two to six searches (`endswith` on programs, `contains` lists on command lines) and one filter; one
 * in twelve has a regular expression, one in fifty Base64.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seeded } from './evidence.ts';

/** A rule as a file. */
export interface SigmaRuleFile {
  /** Path below the folder, such as `process_creation/proc_0001.yml`. */
  readonly path: string;
  readonly text: string;
}

/** @returns so many rules, the same for the same seed */
export function sigmaRules(count = 2500, seed = 7): SigmaRuleFile[] {
  const make = new RuleMaker(seed);
  return Array.from({ length: count }, (_, number) => make.rule(number));
}

/** Writes the rules below a folder. @returns bytes written */
export function writeSigmaRules(folder: string, count = 2500, seed = 7): number {
  let bytes = 0;
  for (const { path, text } of sigmaRules(count, seed)) {
    const file = join(folder, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
    bytes += text.length;
  }
  return bytes;
}

const PROGRAMS =
  'cmd powershell pwsh wscript cscript mshta rundll32 regsvr32 certutil bitsadmin wmic net net1 sc schtasks reg psexec psexesvc robocopy xcopy msbuild installutil regasm curl tar 7z rar nltest whoami dsquery adfind ntdsutil vssadmin wevtutil netsh msiexec forfiles esentutl makecab expand diskshadow wbadmin fsutil icacls takeown attrib klist setspn ssh plink winrs wsmprovhost svchost explorer winword excel outlook w3wp sqlservr java python node'.split(
    ' ',
  );
const WORDS =
  'copy move delete create query start stop config export import save load download upload decode encode invoke request address script hidden bypass noprofile window command execute process call shadow backup restore catalog service binpath task system remote share admin pipe network domain trust group user password hash ticket token dump memory lsass registry policy firewall disable enable allow port proxy tunnel session logon event clear trace debug temp public startup profile roaming local cache install update'.split(
    ' ',
  );
const FOLDERS = [
  'C:\\Windows\\System32\\',
  'C:\\Windows\\Temp\\',
  'C:\\ProgramData\\',
  'C:\\Users\\Public\\',
  'C:\\Program Files\\',
  'C:\\Program Files (x86)\\',
  '\\AppData\\Local\\',
  '\\AppData\\Roaming\\',
  'C:\\PerfLogs\\',
  '\\Microsoft\\Windows\\Start Menu\\',
];
const KEYS = [
  '\\Microsoft\\Windows\\CurrentVersion\\Run',
  '\\Control\\Lsa',
  '\\Services\\',
  '\\Policies\\System',
  '\\Image File Execution Options\\',
  '\\Winlogon\\',
];
const TECHNIQUES = 't1021.002 t1059.001 t1059.003 t1105 t1218.011 t1047 t1053.005 t1569.002 t1003.001 t1562.001'.split(
  ' ',
);
const TACTICS = 'lateral-movement execution defense-evasion persistence discovery credential-access'.split(' ');
const LEVELS = ['low', 'medium', 'medium', 'high', 'high', 'critical', 'informational'];
const STATUSES = ['test', 'test', 'test', 'experimental', 'stable'];

/** Kinds of rules with their share in per cent. */
const KINDS = [
  ['process_creation', 55],
  ['registry_set', 9],
  ['file_event', 9],
  ['network_connection', 4],
  ['pipe_created', 3],
  ['image_load', 4],
  ['security', 8],
  ['system', 3],
  ['ps_script', 3],
  ['smbserver-security', 1],
  ['smbclient-connectivity', 1],
] as const;
type Kind = (typeof KINDS)[number][0];

type Lines = readonly string[];

class RuleMaker {
  private readonly random: () => number;

  constructor(seed: number) {
    this.random = seeded(seed);
  }

  rule(number: number): SigmaRuleFile {
    const kind = this.kind();
    const topic = `${this.pick(WORDS)} ${this.pick(WORDS)} by ${this.pick(PROGRAMS)}`;
    const id = `${number.toString(16).padStart(8, '0')}-5a5a-4b4b-8c8c-${Math.floor(this.random() * 2 ** 44)
      .toString(16)
      .padStart(12, '0')}`;
    const isService = !kind.includes('_');
    const { searches, condition } = this.detection(kind);
    const text = [
      `title: Benchmark ${number} ${topic}`,
      `id: ${id}`,
      `status: ${this.pick(STATUSES)}`,
      'description: |',
      `    Made for measuring: ${topic},`,
      `    with ${searches.length} searches.`,
      'references:',
      ...this.times(1, 4, () => `    - https://bench.example/${this.pick(WORDS)}/${this.pick(WORDS)}-${number}`),
      'author: smbastion benchmark',
      `date: 2026-0${1 + Math.floor(this.random() * 9)}-1${Math.floor(this.random() * 9)}`,
      'tags:',
      `    - attack.${this.pick(TACTICS)}`,
      `    - attack.${this.pick(TECHNIQUES)}`,
      'logsource:',
      isService ? `    service: ${kind}` : `    category: ${kind}`,
      '    product: windows',
      'detection:',
      ...searches.flatMap(([name, lines]) => [`    ${name}:`, ...lines.map((line) => `        ${line}`)]),
      `    condition: ${condition}`,
      'falsepositives:',
      '    - Administration that looks the same',
      `level: ${this.pick(LEVELS)}`,
      '',
    ].join('\n');
    return { path: `${kind}/rule_${String(number).padStart(5, '0')}.yml`, text };
  }

  private kind(): Kind {
    let at = this.random() * 100;
    for (const [kind, share] of KINDS) {
      at -= share;
      if (at < 0) return kind;
    }
    return 'process_creation';
  }

  private detection(kind: Kind): { searches: [string, Lines][]; condition: string } {
    // Programs, event ids and folders say little alone, so nobody writes a rule of nothing else.
    const least = kind.includes('pipe') || kind.includes('image') || kind === 'ps_script' ? 1 : 2;
    const searches: [string, Lines][] = this.times(least, kind === 'process_creation' ? 5 : 3, (index) => [
      index === 0 ? 'selection_main' : `selection_opt_${index}`,
      this.search(kind, index),
    ]);
    const filters: [string, Lines][] = this.random() < 0.7 ? [['filter_main_1', this.filter(kind)]] : [];
    const isAny = searches.length > 1 && this.random() < 0.25;
    const joined = isAny ? 'selection_main and 1 of selection_opt_*' : 'all of selection_*';
    return {
      searches: [...searches, ...filters],
      condition: filters.length > 0 ? `${joined} and not 1 of filter_main_*` : joined,
    };
  }

  private search(kind: Kind, index: number): Lines {
    switch (kind) {
      case 'process_creation':
        return index === 0 ? this.programs() : this.commandLine();
      case 'registry_set':
        return index === 0
          ? this.list('TargetObject|contains', 1, 4, () => `${this.pick(KEYS)}${this.name()}`)
          : this.list('Details|contains', 1, 4, () => this.phrase());
      case 'file_event':
        return index === 0
          ? this.list('TargetFilename|startswith', 1, 3, () => this.pick(FOLDERS))
          : this.list(
              'TargetFilename|endswith',
              1,
              6,
              () => `\\${this.name()}.${this.pick(['exe', 'dll', 'ps1', 'vbs', 'lnk', 'tmp'])}`,
            );
      case 'network_connection':
        return index === 0
          ? [...this.list('Image|endswith', 1, 4, () => `\\${this.pick(PROGRAMS)}.exe`), "Initiated: 'true'"]
          : this.random() < 0.5
            ? this.list(
                'DestinationIp|cidr',
                1,
                4,
                () => `${10 + Math.floor(this.random() * 180)}.${Math.floor(this.random() * 250)}.0.0/16`,
              )
            : this.list('DestinationPort', 1, 5, () => 100 + Math.floor(this.random() * 9000));
      case 'pipe_created':
        return this.list('PipeName|startswith', 1, 6, () => `\\${this.name()}`);
      case 'image_load':
        return this.list('ImageLoaded|endswith', 1, 6, () => `\\${this.name()}.dll`);
      case 'security':
        return index === 0
          ? [
              'EventID:',
              ...this.times(
                1,
                2,
                () => `    - ${this.pick(['5145', '5140', '4624', '4688', '4697', '4698', '4776', '4768'])}`,
              ),
            ]
          : this.random() < 0.5
            ? [
                `ShareName|endswith: '\\${this.pick(['ADMIN$', 'C$', 'IPC$'])}'`,
                ...this.list('RelativeTargetName|contains', 1, 5, () => this.name()),
              ]
            : this.list('SubjectUserName|endswith', 1, 3, () => `${this.name()}$`);
      case 'system':
        return index === 0
          ? ["Provider_Name: 'Service Control Manager'", 'EventID: 7045']
          : this.list('ImagePath|contains', 1, 5, () => this.phrase());
      case 'ps_script':
        return this.list(
          'ScriptBlockText|contains',
          2,
          8,
          () => `${this.capital()}-${this.capital()}${this.capital()}`,
          0.3,
        );
      default:
        return [
          `EventID: ${this.pick(['551', '1015', '30803', '31001', '31010'])}`,
          ...this.list('ServerName|contains', 1, 3, () => this.name()),
        ];
    }
  }

  private programs(): Lines {
    const field = this.random() < 0.2 ? 'ParentImage' : 'Image';
    const names = this.times(1, 4, () => this.pick(PROGRAMS));
    const image = [`${field}|endswith:`, ...names.map((name) => `    - '\\${name}.exe'`)];
    if (field !== 'Image' || this.random() < 0.4) return image;
    // Alternatives: the file's name or the one in its header.
    return [`- ${image[0]}`, ...image.slice(1).map((line) => `  ${line}`), `- OriginalFileName: '${names[0]}.exe'`];
  }

  private commandLine(): Lines {
    const kind = this.random();
    if (kind < 0.08) {
      return [
        `CommandLine|re: '(?i)${this.pick(WORDS)}\\s+[-/]{1,2}${this.pick(WORDS)}\\s*=?\\s*[a-z0-9]{${2 + Math.floor(this.random() * 6)},}'`,
      ];
    }
    if (kind < 0.1)
      return this.list(`CommandLine|${this.random() < 0.5 ? 'wide|' : ''}base64offset|contains`, 1, 4, () =>
        this.phrase(),
      );
    if (kind < 0.2) return this.list('CommandLine|contains|windash', 1, 4, () => ` -${this.pick(WORDS)}`);
    if (kind < 0.25) return [`CommandLine|endswith: '${this.pick(WORDS)}.${this.pick(['bat', 'ps1', 'dll'])}'`];
    return this.list('CommandLine|contains', 1, 8, () => this.phrase(), 0.3);
  }

  private filter(kind: Kind): Lines {
    if (kind === 'security') return [`SubjectUserName|endswith: '$'`];
    if (kind === 'system') return [`ImagePath|startswith: '${this.pick(FOLDERS)}'`];
    if (kind === 'ps_script' || kind.startsWith('smb')) return [`Computer|contains: '${this.name()}'`];
    const field = kind === 'process_creation' ? 'ParentImage' : 'Image';
    return this.random() < 0.7
      ? [`${field}: '${this.pick(FOLDERS)}${this.pick(PROGRAMS)}.exe'`]
      : this.list(`${field}|startswith`, 2, 4, () => this.pick(FOLDERS));
  }

  /** A list under a field; with `all` in that share of cases. */
  private list(field: string, least: number, most: number, value: () => string | number, all = 0): Lines {
    const values = this.times(least, most, value);
    const shown = values.map((one) => (typeof one === 'number' ? String(one) : `'${one}'`));
    const key = values.length > 1 && this.random() < all ? `${field}|all` : field;
    return shown.length === 1 ? [`${key}: ${shown[0]!}`] : [`${key}:`, ...shown.map((one) => `    - ${one}`)];
  }

  private phrase(): string {
    const first = this.random() < 0.5 ? ` ${this.pick(['-', '/', '--'])}${this.pick(WORDS)}` : this.name();
    return this.random() < 0.5 ? first : `${first} ${this.name()}`;
  }

  private name(): string {
    return `${this.pick(WORDS)}${this.random() < 0.5 ? '' : this.pick(WORDS)}${this.random() < 0.4 ? Math.floor(this.random() * 100) : ''}`;
  }

  private capital(): string {
    const word = this.pick(WORDS);
    return word.charAt(0).toUpperCase() + word.slice(1);
  }

  private pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)]!;
  }

  private times<T>(least: number, most: number, make: (index: number) => T): T[] {
    const count = least + Math.floor(this.random() * (most - least + 1));
    return Array.from({ length: count }, (_, index) => make(index));
  }
}
