import type { Fact } from '../../assess/links/fact.ts';
import { type Link, LINK_FACTS, LINK_NAMES } from '../../assess/links/link.ts';
import { LinkSummary } from '../../assess/links/links.ts';
import { formatBytes, formatTime } from '../../base/text/figures.ts';
import { printable } from '../../base/text/printable.ts';
import { wrapColumns } from '../../base/text/text-width.ts';
import type { CliCommand } from '../command.ts';
import { readConfiguration } from '../configuration.ts';
import { addEvidenceOptions, type EvidenceOptions, readEvidence, readingExitCode, sayProblems } from '../evidence.ts';
import { type Output, openOutput, say, terminalWidth } from '../terminal/output.ts';
import { type RowColumn, rowFormatOption, writeRows } from '../terminal/rows.ts';

interface LinkFlags extends EvidenceOptions {
  readonly format?: string;
  readonly output?: string;
}

const COLUMNS: readonly RowColumn<Link>[] = [
  { name: 'client', value: ({ client }) => client },
  { name: 'server', value: ({ server }) => server },
  { name: 'ports', value: ({ ports }) => [...ports].toSorted((a, b) => a - b) },
  { name: 'client_place', value: ({ clientPlace }) => clientPlace ?? null },
  { name: 'server_place', value: ({ serverPlace }) => serverPlace ?? null },
  { name: 'outcome', value: ({ outcome }) => outcome },
  ...LINK_FACTS.map((name): RowColumn<Link> => ({ name, value: ({ facts }) => facts[name] })),
  ...LINK_NAMES.map((name): RowColumn<Link> => ({ name, value: ({ names }) => names[name].list() })),
  { name: 'bytes_client', value: ({ hasBytes, bytesClient }) => (hasBytes ? bytesClient : null) },
  { name: 'bytes_server', value: ({ hasBytes, bytesServer }) => (hasBytes ? bytesServer : null) },
  { name: 'events', value: ({ events }) => events },
  { name: 'first', timeMs: ({ first }) => first },
  { name: 'last', timeMs: ({ last }) => last },
];

/** Names of one kind as people read them: the first few, and how many more there are. */
function some(word: string, list: readonly string[], most: number): string {
  if (list.length === 0) return '';
  const more = list.length > most ? ` and ${list.length - most} more` : '';
  return `${word} ${list.slice(0, most).join(', ')}${more}`.trimStart();
}

/** "ntlm" says nothing beside "NTLM V2". */
function withoutFamilies(mechanisms: readonly string[]): readonly string[] {
  return mechanisms.some((name) => name.startsWith('NTLM V'))
    ? mechanisms.filter((name) => name !== 'ntlm')
    : mechanisms;
}

/** What was seen, and who demanded it: "signed: partly, required by the client". */
function safety(word: string, seen: Fact, demanded: readonly (readonly [string, Fact])[]): string {
  const by = demanded.flatMap(([side, fact]) => (fact === 'yes' || fact === 'partly' ? [side] : []));
  return `${word}: ${seen}${by.length === 0 ? '' : `, required by the ${by.join(' and the ')}`}`;
}

/** One link for the terminal: who and what became of it, how safely, what was used. */
function describe(link: Link): readonly string[] {
  const { names, facts, ports } = link;
  const port = ports.size === 0 ? '' : ` port ${[...ports].toSorted((a, b) => a - b).join(', ')}`;
  const { signing_required_client: byClient, signing_required_server: byServer } = facts;
  const lines = [
    [
      `${link.client} to ${link.server}${port}: ${link.outcome}`,
      link.hasBytes ? `${formatBytes(link.bytesClient)} up, ${formatBytes(link.bytesServer)} down` : '',
    ],
    [
      some('', names.dialects.list(), 3),
      facts.smb1_used === 'yes' || facts.smb1_used === 'partly' ? 'SMB1 used' : '',
      safety('signed', facts.signing_seen, [
        ['client', byClient],
        ['server', byServer],
      ]),
      safety('encrypted', facts.encryption_seen, [['server', facts.encryption_required_server]]),
    ],
    [
      some('', withoutFamilies(names.authentication.list()), 3),
      facts.guest === 'yes' || facts.guest === 'partly' ? 'GUEST' : '',
      facts.anonymous === 'yes' || facts.anonymous === 'partly' ? 'ANONYMOUS' : '',
      some('', names.users.list(), 3),
      some('shares', names.shares.list(), 5),
      some('pipes', names.pipes.list(), 4),
      Number.isNaN(link.last) ? '' : `last ${formatTime(link.last)}`,
    ],
  ];
  return lines.map((parts) => parts.filter((part) => part !== '').join('; ')).filter((line) => line !== '');
}

function writeLinks(output: Output, links: readonly Link[]): void {
  const width = terminalWidth();
  for (const link of links) {
    const [head = '', ...rest] = describe(link).map((line) => printable(line));
    const indented = rest.flatMap((line) => wrapColumns(line, width - 4)).map((line) => `    ${line}\n`);
    output.write(`${wrapColumns(head, width).join('\n    ')}\n${indented.join('')}`);
  }
}

/** `smbastion links PATH...`: who speaks SMB with whom, and how safely. */
export const linksCommand: CliCommand = {
  id: 'links',
  register: (program) => {
    addEvidenceOptions(program.command('links'))
      .description('who speaks SMB with whom, and how safely: dialect, signing, encryption, logon, shares, bytes')
      .addOption(rowFormatOption())
      .option('-o, --output <file>', 'write to a file')
      .action(async (paths: string[], flags: LinkFlags) => {
        const config = readConfiguration(flags);
        const links = new LinkSummary();
        const output = openOutput(flags.output);
        const summary = await readEvidence(paths, flags, config, (event) => links.add(event));
        const rows = links.list();
        if ((flags.format ?? (output.isTerminal ? 'table' : 'jsonl')) === 'table') writeLinks(output, rows);
        else writeRows(output, flags.format, COLUMNS, rows);
        output.close();
        sayProblems(summary, flags);
        if (!flags.quiet && links.unplaced > 0) say(`${links.unplaced} events of SMB name no client or no server.`);
        if (!flags.quiet && rows.length === 0) say(`No SMB between two machines in ${summary.events} events.`);
        process.exitCode = readingExitCode(summary);
      });
  },
};
