/** Message counts against an independent dissector: on undamaged captures both see the same messages. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readCapture } from '../../../../test/tools/read-capture.ts';
import { smb2CommandName } from './smb2/smb2-commands.ts';
import { evidencePath } from '../../../../test/tools/evidence-folder.ts';

const FOLDER = evidencePath('pcap');
const hasData = existsSync(FOLDER);
const TSHARK = 'tshark';
const hasTshark = spawnSync(TSHARK, ['-v']).error === undefined;
const note = `${hasData ? '' : ' (skipped: no captures here)'}${hasTshark ? '' : ' (skipped: tshark is not installed)'}`;
const files = hasData
  ? ['lab', 'public'].flatMap((folder) =>
      readdirSync(`${FOLDER}/${folder}`)
        .filter((name) => /\.pcap(?:ng)?$/.test(name))
        .map((name) => `${folder}/${name}`),
    )
  : // A file without a test would be a failure, and nobody would see that something was skipped.
    ['captures'];

/** Values of a field, as often as they occur; several messages of a packet stand in one line. */
function valuesOf(file: string, filter: string, field: string): readonly string[] {
  const args = ['-r', `${FOLDER}/${file}`, '-Y', filter, '-T', 'fields', '-e', field];
  const { stdout } = spawnSync(TSHARK, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  return stdout.split(/[,\n]/).filter((value) => value !== '');
}

function counted(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Counts of a family of fields over all connections. */
function ours(file: string, family: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const flow of readCapture(`${FOLDER}/${file}`).of('smb.flow')) {
    for (const [name, value] of Object.entries(flow)) {
      if (!name.startsWith(`${family}.`)) continue;
      const command = name.slice(family.length + 1);
      counts[command] = (counts[command] ?? 0) + Number(value);
    }
  }
  return counts;
}

test.skipIf(note !== '').each(files)(`%s: as many messages of each command as tshark${note}`, (file) => {
  const commands = valuesOf(file, 'smb2 and tcp', 'smb2.cmd').map((value) => smb2CommandName(Number(value)));
  expect(ours(file, 'smb.facts.commands')).toEqual(counted(commands));
});

/** Here segments come out of order, which tshark by default does not mend; both runs of the exploit send sixteen pieces. */
const FEWER: Readonly<Record<string, number>> = { 'public/eternalblue-success-unpatched-win7.pcap': 1 };

test.skipIf(note !== '').each(files)(`%s: as many messages of SMB1 as tshark${note}`, (file) => {
  const total = Object.values(ours(file, 'smb.facts.smb1_commands')).reduce((sum, count) => sum + count, 0);
  expect(total).toBe(valuesOf(file, 'smb and tcp', 'smb.mid').length + (FEWER[file] ?? 0));
});
