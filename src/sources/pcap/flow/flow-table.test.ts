import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Packet } from '../packet.ts';
import { FlowTable } from './flow-table.ts';

/** A flow of few hosts and ports, so that both directions, one host with itself, and equal ports occur. */
const flow = fc.tuple(fc.nat(5), fc.nat(5), fc.nat(3), fc.nat(3));
const step = fc.tuple(fc.constantFrom('look', 'remove'), flow);

test.each([
  ['IPv4', false],
  ['IPv6', true],
])('%s: a table of flows finds what a map of texts finds', (_name, isV6) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const table = new FlowTable(isV6);
      const known = new Map<string, number>();
      const packet = new Packet();
      packet.isV6 = isV6;
      for (const [what, [source, destination, from, to]] of steps) {
        [packet.s0, packet.s3, packet.d0, packet.d3] = [source - 3, source, destination - 3, destination];
        const ports = (from << 16) | to;
        const key = `${source}:${from} ${destination}:${to}`;
        const turned = `${destination}:${to} ${source}:${from}`;
        const expected = known.get(key) ?? known.get(turned);
        const found = table.find(packet, ports);
        expect(found).toBe(expected ?? -1);
        if (found >= 0) expect(table.side).toBe(known.has(key) ? 0 : 1);
        if (what === 'look' && found < 0) {
          const entry = table.add(packet, ports);
          known.set(key, entry);
          expect(table.port(entry, 0)).toBe(from);
          expect(table.port(entry, 1)).toBe(to);
        } else if (what === 'remove' && found >= 0) {
          table.remove(found);
          known.delete(known.has(key) ? key : turned);
        }
        expect(table.size).toBe(known.size);
      }
    }),
    { numRuns: 200 },
  );
});

test('a table grows and keeps its flows', () => {
  const table = new FlowTable(false);
  const packet = new Packet();
  const entries = Array.from({ length: 20_000 }, (_, index) => {
    [packet.s0, packet.d0] = [index, 7];
    table.find(packet, 445);
    return table.add(packet, 445);
  });
  for (const entry of entries) expect(table.address(entry, 0).d).toBe(entry);
  for (const entry of entries.filter((one) => one % 3 === 0)) table.remove(entry);
  for (const entry of entries) {
    packet.s0 = entry;
    expect(table.find(packet, 445)).toBe(entry % 3 === 0 ? -1 : entry);
  }
});
