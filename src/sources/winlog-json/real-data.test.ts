/** Real exports: nothing is lost, nothing is a fault, and the same event from an event log and from JSON is one. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { without } from '../../../test/tools/without.ts';
import type { Document } from '../../event/document.ts';
import { valueAt } from '../../event/document-event.ts';
import { readAll } from '../../../test/conformance/sources.ts';
import { shapesOf, toJson, toXml, type WindowsDescription } from '../../../test/tools/winlog-shapes.ts';
import { jsonSource } from '../json/reader.ts';
import { ecsDialect } from '../ecs/dialect.ts';
import { evtx } from '../evtx/evtx.ts';
import { zipMembers } from '../input/zip.ts';
import { winlogDialect } from './dialect.ts';
import { winlogXml } from './xml/winlog-xml.ts';
import { evidencePath } from '../../../test/tools/evidence-folder.ts';

const FOLDER = evidencePath('winlog-json');
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
    expect(
      new Set(
        opens.map((open) => ['source.ip', 'smb.share.name', 'user.name'].map((name) => at(open, name)).join(' ')),
      ),
    ).toEqual(new Set(['172.18.39.5 C$ pgustavo']));
    const logons = events.filter(({ document }) => at(document, 'winlog.logon.id') === '0x4e13b2e');
    // Special privileges are logged before the logon they belong to.
    expect(logons.slice(0, 3).map(({ document }) => at(document, 'event.code'))).toEqual(['4672', '4624', '4627']);
  });

  test('a service made from afar: the installer is the user, the log on is his', async () => {
    const { events } = readAll(source, await unzipped('empire'));
    const installed = events.filter(({ document }) => ['4697', '7045'].includes(String(at(document, 'event.code'))));
    expect(installed.map(({ document }) => at(document, 'service.name'))).toEqual(['Updater', 'Updater']);
    expect(installed.map(({ document }) => at(document, 'user.id'))).toEqual(
      Array(2).fill('S-1-5-21-4228717743-1032521047-1810997296-1104'),
    );
    expect(installed.map(({ document }) => document['@timestamp'])).toEqual(
      Array(2).fill('2020-09-20T16:16:56.000000Z'),
    );
  });
});

const LOGS = evidencePath('evtx/attack');

/** The record of an event log, from the document made of it; undefined where a value has no name of its own. */
function describeLogged(document: Document): WindowsDescription | undefined {
  const text = (name: string): string => String(at(document, name) ?? '');
  const data = at(document, 'winlog.event_data') as Document | undefined;
  const isPlain = data !== undefined && !('Data' in data) && at(document, 'winlog.user_data') === undefined;
  const hasOneClock = at(document, 'winlog.time_shift') === undefined;
  if (!isPlain || !hasOneClock || at(document, 'winlog.record_id') === undefined) return undefined;
  const sid = at(document, 'winlog.user.identifier');
  const activity = at(document, 'winlog.activity_id');
  const audit = { 'Audit Success': '0x8020000000000000', 'Audit Failure': '0x8010000000000000' };
  const keywords = text('winlog.keywords');
  return {
    channel: text('winlog.channel'),
    provider: text('winlog.provider_name'),
    providerGuid: text('winlog.provider_guid'),
    eventId: Number(text('winlog.event_id')),
    version: Number(text('winlog.version')),
    level: Number(text('winlog.level')),
    task: Number(text('winlog.task')),
    opcode: Number(text('winlog.opcode')),
    keywords: audit[keywords as keyof typeof audit] ?? keywords,
    time: document['@timestamp'] as string,
    recordId: Number(text('winlog.record_id')),
    computer: text('winlog.computer_name'),
    processId: Number(text('winlog.process.pid')),
    threadId: Number(text('winlog.process.thread.id')),
    ...(typeof sid === 'string' ? { userSid: sid } : {}),
    ...(typeof activity === 'string' ? { activityId: activity } : {}),
    // Codes stand beside their words; the first value is the raw one.
    data: Object.entries(data).map(([name, value]) => [name, String([value].flat()[0])]),
  };
}

/** Fields that only an event log file has. */
const OF_FILE = ['winlog.file_record_id', 'winlog.event_source_name', 'winlog.event_data_name', 'winlog.checksum'];

describe.skipIf(!existsSync(LOGS))('an event of an event log is the same in every shape', () => {
  test.each(existsSync(LOGS) ? readdirSync(LOGS).filter((name) => name.endsWith('.evtx')) : [])('%s', (name) => {
    const logged = readAll(evtx, readFileSync(`${LOGS}/${name}`)).events.slice(0, 200);
    let compared = 0;
    for (const { document, id } of logged) {
      const description = describeLogged(document);
      if (description === undefined) continue;
      compared++;
      const xml = readAll(winlogXml, toXml(description)).events[0]!;
      expect(xml.id).toBe(id);
      expect(without(xml.document, OF_FILE)).toEqual(without(document, OF_FILE));
      for (const { shape, json, lost } of shapesOf(description)) {
        const { events, faults } = readAll(source, toJson(json));
        expect(faults, shape).toEqual([]);
        const names = [...lost, ...OF_FILE];
        expect(without(events[0]!.document, names), shape).toEqual(without(document, names));
        if (!lost.includes('provider')) expect(events[0]!.id, shape).toBe(id);
      }
    }
    expect(compared).toBeGreaterThan(0);
  });
});
