/**
 * A chunk of a real event log that tells of other events: later, with other record numbers, on another computer, with other
 * accounts, sessions, processes and command lines. Names of programs, channels and providers stay.
 */
import { EvtxFaults } from '../src/sources/evtx/evtx-faults.ts';
import { BODY } from '../src/sources/evtx/format/record-layout.ts';
import { TOKEN } from '../src/sources/evtx/format/token-reader.ts';
import { ChunkContext } from '../src/sources/evtx/record/chunk-context.ts';
import { InstanceReader, skipHeader } from '../src/sources/evtx/record/instance-reader.ts';
import { Slots } from '../src/sources/evtx/record/slots.ts';
import { SYSTEM } from '../src/sources/evtx/templates/system-field.ts';
import { VALUE } from '../src/sources/evtx/values/value-type.ts';
import { walkRecords } from '../src/sources/evtx/walk-records.ts';
import type { SourceContext } from '../src/sources/source.ts';

/** Ten minutes in tenths of microseconds: rounds overlap, as hosts do. */
const ROUND_TICKS = 6_000_000_000n;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
/** Ids of sessions and processes below this are those of the system. */
const FIRST_OWN_ID = 0x1000;
/** Numbers, ids and names kept as they are. */
const KEPT = new Set<number>([SYSTEM.provider, SYSTEM.providerGuid, SYSTEM.eventSource, SYSTEM.channel]);

/** @returns a copy of the chunk, changed for a round from 1; its checksums are not those of the copy */
export function varyChunk(original: Buffer, round: number, context: SourceContext): Buffer {
  const bytes = Buffer.from(original);
  const faults = new EvtxFaults(context);
  const chunk = new ChunkContext(faults);
  const slots = new Slots();
  const instance = new InstanceReader(chunk, slots);
  chunk.bind(bytes, 0);
  const vary = (at: number, end: number, base: number): void => {
    const from = skipHeader(bytes, at, end);
    if (bytes[from] !== TOKEN.instance || !instance.read(from, end, base)) return;
    const { count, template } = instance;
    const fields = new Map([...template!.systemSlots].map((slot, field) => [slot, field]));
    for (let i = 0; i < count; i++) {
      const place = slots.at[base + i]!;
      const size = slots.size(base + i);
      const type = slots.type(base + i);
      if (type === VALUE.fragment) vary(place, place + size, base + count);
      else if (!KEPT.has(fields.get(i) ?? -1))
        varyValue(bytes.subarray(place, place + size), type, round, fields.get(i));
    }
  };
  walkRecords(bytes, 0, faults, (start, size) => {
    vary(start + BODY, start + size - 4, 0);
    return true;
  });
  return bytes;
}

/** @param field of System, undefined for a value of the event's own */
function varyValue(value: Buffer, type: number, round: number, field: number | undefined): void {
  if (type === VALUE.filetime && value.length === 8) {
    value.writeBigUInt64LE(value.readBigUInt64LE() + BigInt(round) * ROUND_TICKS);
  } else if (type === VALUE.u64 && field === SYSTEM.recordId) {
    value.writeBigUInt64LE(value.readBigUInt64LE() + BigInt(round) * 1_000_000n);
  } else if (type === VALUE.guid && field === undefined) {
    value.writeUInt32LE((value.readUInt32LE() ^ Math.imul(round, 0x9e3779b1)) >>> 0);
  } else if (type === VALUE.hex64 && field === undefined && value.readUInt32LE() >= FIRST_OWN_ID) {
    value.writeUInt32LE((value.readUInt32LE() ^ (round << 4)) >>> 0);
  } else if (type === VALUE.string && (field === undefined || field === SYSTEM.computer)) {
    varyText(value, round);
  }
}

/** Letters at the end of a name or command line, in front of the domain of a computer; never the ending of a file. */
function varyText(value: Buffer, round: number): void {
  const text = value.toString('utf16le').replace(/\0+$/, '');
  const dot = text.indexOf('.');
  const isFile = dot >= 0 && /\.[a-z0-9]{2,4}$/i.test(text) && text.includes('\\');
  if (isFile || text.startsWith('%%') || text.startsWith('0x')) return;
  const end = dot > 3 && !text.includes(' ') ? dot : text.length;
  if (end < 4 || !/^[a-z0-9$-]+$/i.test(text.slice(end - 3, end))) return;
  let number = round;
  for (let at = end - 1; at >= end - 3; at--) {
    if (text[at] === '$') continue;
    value.write(LETTERS[number % LETTERS.length]!, at * 2, 'utf16le');
    number = Math.floor(number / LETTERS.length);
  }
}
