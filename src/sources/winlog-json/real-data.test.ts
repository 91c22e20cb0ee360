/** Real exports: nothing is lost, nothing is a fault, and the same event from an event log and from JSON is one. */
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Document } from '../../event/document.ts';
import { valueAt } from '../../event/document-event.ts';
import { readAll } from '../../../test/conformance/sources.ts';
import { jsonSource } from '../json/reader.ts';
import { ecsDialect } from '../ecs/dialect.ts';
import { zipMembers } from '../input/zip.ts';
import { winlogDialect } from './dialect.ts';

const FOLDER = '../shared/data/winlog-json';
const source = jsonSource([winlogDialect, ecsDialect]);
const at = (document: Document, name: string): unknown => valueAt(document, name.split('.'));

async function unzipped(name: string): Promise<Buffer> {
  const file = readdirSync(FOLDER).find((one) => one.startsWith(name))!;
  const chunks: Buffer[] = [];
  for await (const member of zipMembers(`${FOLDER}/${file}`)) {
    for await (const chunk of member.chunks) chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

describe.skipIf(!existsSync(FOLDER))('exports of NXLog', () => {
  test.each([
    ['covenant', 506],
    ['empire', 4348],
  ])('%s: every line is an event of its own, on its own computer, at its own time', async (name, lines) => {
    const bytes = await unzipped(name);
    expect(bytes.toString('utf8').trim().split('\n')).toHaveLength(lines);
    const { events, faults, skipped } = readAll(source, bytes, { chunk: 65_536 });
    expect(faults).toEqual([]);
    expect(skipped).toEqual({});
    expect(events).toHaveLength(lines);
    expect(new Set(events.map(({ id }) => id)).size).toBe(lines);
    for (const { document, provenance } of events) {
      expect(provenance.format).toBe('winlog-json/nxlog');
      expect(at(document, 'host.name')).not.toContain('cloudapp');
      expect(at(document, 'event.timezone')).toBeUndefined();
      // Sysmon states UTC itself: the recovered time is the same moment.
      const utcTime = at(document, 'winlog.event_data.UtcTime');
      if (typeof utcTime !== 'string') continue;
      const difference = Date.parse(document['@timestamp'] as string) - Date.parse(`${utcTime.replace(' ', 'T')}Z`);
      expect(Math.abs(difference)).toBeLessThan(10_000);
    }
  });

  test('a file copied over SMB: session, share and file by name', async () => {
    const { events } = readAll(source, await unzipped('covenant'));
    const opens = events
      .filter(({ document }) => at(document, 'event.code') === '5145')
      .map(({ document }) => document);
    expect(opens.map((open) => [at(open, 'source.ip'), at(open, 'smb.share.name'), at(open, 'user.name')])).toEqual(
      Array(opens.length).fill(['172.18.39.5', 'C$', 'pgustavo']),
    );
    const logons = events.filter(({ document }) => at(document, 'winlog.logon.id') === '0x4e13b2e');
    // Special privileges are logged before the logon they belong to.
    expect(logons.slice(0, 3).map(({ document }) => at(document, 'event.code'))).toEqual(['4672', '4624', '4627']);
  });

  test('a service made from afar: the installer is the user, the log on is his', async () => {
    const { events } = readAll(source, await unzipped('empire'));
    const installed = events.filter(({ document }) => ['4697', '7045'].includes(String(at(document, 'event.code'))));
    expect(installed.map(({ document }) => [at(document, 'service.name'), at(document, 'user.id')])).toEqual(
      Array(2).fill(['Updater', 'S-1-5-21-4228717743-1032521047-1810997296-1104']),
    );
    expect(installed.map(({ document }) => document['@timestamp'])).toEqual(
      Array(2).fill('2020-09-20T16:16:56.000000Z'),
    );
  });
});
