/** A rule of three legs and events for it, written in one line each. */
import type { ConvergencePart, ConvergenceWay } from '../../src/detect/convergence/convergence-part.ts';
import { Convergence } from '../../src/detect/convergence/convergence.ts';
import { compareEvents, type ConvergenceEvent } from '../../src/detect/convergence/convergence-event.ts';
import type { OpenFinding } from '../../src/detect/convergence/open-finding.ts';
import { hash53 } from '../../src/detect/scan/text-hash.ts';

const MINUTE_MS = 60_000;

const way = (name: string, leg: number, given: Partial<ConvergenceWay> = {}): ConvergenceWay => ({
  name,
  query: '',
  leg,
  per: ['host.name'],
  same: ['client.ip', 'user.name'],
  count: 1,
  distinct: [],
  againMs: undefined,
  links: [],
  needs: [],
  sight: leg,
  note: undefined,
  says: name,
  ...given,
});

const session = { name: 'session', field: 'winlog.logon.id' };
const path = { name: 'path', field: 'smb.file.local' };

/**
 * Logon (A), execution that needs a written file (P) or nothing (B), three opens (C), a written file (W). Grades exact,
 * loose, and what is left when a leg is blind.
 */
export const triplePart: ConvergencePart = {
  windowMs: 10 * MINUTE_MS,
  per: ['host.name'],
  same: ['client.ip', 'user.name'],
  anchor: 1,
  isOrdered: false,
  legs: [
    { name: 'logon', ways: [0], isSupporting: false, blind: 'Audit Logon' },
    { name: 'execution', ways: [1, 2], isSupporting: false, blind: 'Audit Process Creation' },
    { name: 'opens', ways: [3], isSupporting: false, blind: 'Audit File Share' },
    { name: 'file', ways: [4], isSupporting: true, blind: undefined },
  ],
  ways: [
    way('A', 0, { links: [session] }),
    way('B', 1, { links: [session, path] }),
    way('P', 1, { links: [path], needs: [{ ways: [4], link: 'path', order: undefined }] }),
    way('C', 2, { count: 3, links: [session] }),
    way('W', 3, { links: [path], sight: undefined }),
  ],
  grades: [
    grade('exact', [0, 1, 2], ['session', 'path']),
    grade('loose', [0, 1, 2], []),
    grade('degraded', [0, 1], []),
    grade('degraded', [1, 2], []),
    grade('weak', [0, 2], []),
  ],
};

function grade(name: string, legs: readonly number[], linked: readonly string[]): ConvergencePart['grades'][number] {
  return { name, legs, linked, severity: 'high', riskScore: 73, isBuildingBlock: name === 'weak' };
}

/**
 * `B 9:59.5 H1 X alice path=a session=7`: way, minutes and seconds, then key, client and account (`-`: unknown; left out:
 * `H X alice`), then links.
 */
export function eventsOf(text: string, part = triplePart): ConvergenceEvent[] {
  const events = text
    .split(/[,\n]/)
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one, index): ConvergenceEvent => {
      const [name, clock = '0:00', ...rest] = one.split(/\s+/);
      const [key = 'H', client = 'X', account = 'alice'] = rest.filter((word) => !word.includes('='));
      const given = new Map(
        rest.filter((word) => word.includes('=')).map((word) => word.split('=') as [string, string]),
      );
      const number = part.ways.findIndex((known) => known.name === name);
      const [minutes, seconds] = clock.split(':');
      const id = given.get('id') ?? `e${String(index).padStart(3, '0')}`;
      return {
        way: number,
        key,
        time: Number(minutes) * MINUTE_MS + Math.round(Number(seconds) * 1000),
        id,
        same: [client, account].map((value) => (value === '-' ? null : value)),
        links: part.ways[number]!.links.map((link) => given.get(link.name)?.split('|') ?? []),
        object: hash53(given.get('object') ?? id),
        weight: 1,
        values: [],
        provenance: { file: 'test', format: 'test' },
      };
    });
  return events;
}

/** @returns findings of events, by key and in order of time; every way is seen unless named */
export function findingsOf(
  events: readonly ConvergenceEvent[],
  { part = triplePart, blind = '' }: { part?: ConvergencePart; blind?: string } = {},
): OpenFinding[] {
  const found: OpenFinding[] = [];
  const keys = [...new Set(events.map(({ key }) => key))];
  for (const key of keys) {
    const machine = new Convergence(key, {
      part,
      isSighted: (_, number) => !blind.includes(part.ways[number]!.name),
      onFinding: (finding) => found.push(finding),
      maxEvents: 10_000,
      onLimit: () => undefined,
      maxGroups: 1000,
      onGroupLimit: () => undefined,
    });
    for (const event of events.filter((one) => one.key === key).sort(compareEvents)) machine.add(event);
    machine.end();
  }
  return found;
}
