/**
 * Compiled templates by content. A chunk stores each definition again, and its bytes differ as names are offsets, so the
 * key is GUID, body size and a hash of the tokens with the names in place of the offsets. The hash has a secret start:
 * nobody can prepare a log whose template is taken for another's. Before it is worked out, the definition is compared with
 * the one that had the same GUID and size last: nearly always it is the same.
 */
import { randomBytes } from 'node:crypto';
import { u16, u32 } from '../../../base/bytes/little-endian.ts';
import { CHUNK_BYTES, FIRST_RECORD } from '../format/file-layout.ts';
import type { ChunkNames } from '../format/chunk-names.ts';
import { TOKEN, type TokenReader } from '../format/token-reader.ts';
import { readTree } from '../format/tree.ts';
import { MAX_TEMPLATE_BYTES, MAX_TEMPLATES, MAX_TOKENS } from '../limits.ts';
import { compileTemplate } from './compile-template.ts';
import { TemplateShape } from './template-shape.ts';
import type { Template } from './template.ts';

/** Next definition, GUID and body size before the body. */
export const DEFINITION_HEADER = 24;

/** What an offset of a chunk leads to. */
export interface FoundTemplate {
  readonly template: Template | undefined;
  /** Why there is none. */
  readonly problem: string;
  /** Offset of a name inside of it that leads nowhere, or -1. */
  readonly badName: number;
}

interface Known {
  readonly template: Template | undefined;
  readonly problem: string;
  readonly low: number;
  readonly high: number;
  readonly bytes: number;
  /** To know it again; absent when it is damaged. */
  readonly shape: TemplateShape | undefined;
}

/** Estimated memory of a compiled template: for itself, each of its tokens, and each character of text and names. */
const BYTES_PER_TEMPLATE = 2000;
const BYTES_PER_TOKEN = 150;
const BYTES_PER_CHARACTER = 4;

const seeds = new Uint32Array(new Uint8Array(randomBytes(8)).buffer);

/** Bytes of a key that are those of GUID and size. */
const HEAD_BYTES = 20;

const known = new Map<string, Known>();
/** Key of the last template with a GUID and size. */
const keyByHead = new Map<string, string>();
/** By the first part of the GUID, for records whose definition was overwritten. */
const byId = new Map<number, Template>();
let knownBytes = 0;
let low = 0;
let high = 0;
let tokens = 0;

/** @returns the template with an id that was read before, from whatever chunk */
export function templateById(id: number): Template | undefined {
  return byId.get(id);
}

/** @returns bytes of the definition at an offset with its header, or -1 when none fits there */
export function definitionBytes(bytes: Buffer, offset: number): number {
  if (offset < FIRST_RECORD || offset + DEFINITION_HEADER > bytes.length) return -1;
  const size = u32(bytes, offset + 20);
  return size <= CHUNK_BYTES && offset + DEFINITION_HEADER + size <= bytes.length ? DEFINITION_HEADER + size : -1;
}

/**
 * @param offset where {@link definitionBytes} finds a definition
 * @param reader any reader over the names of this chunk
 * @param names of this chunk
 */
export function findTemplate(bytes: Buffer, offset: number, reader: TokenReader, names: ChunkNames): FoundTemplate {
  const size = u32(bytes, offset + 20);
  const body = offset + DEFINITION_HEADER;
  const head = bytes.toString('latin1', offset + 4, offset + 4 + HEAD_BYTES);
  const last = known.get(keyByHead.get(head) ?? '');
  // In space that was written over a name has to agree with its hash too.
  if (!reader.isStrict && last?.shape?.fits(bytes, body, names) === true)
    return { template: last.template, problem: last.problem, badName: -1 };
  const badName = fingerprint(bytes, body, size, reader);
  const key = `${head}${low}:${high}`;
  let entry = known.get(key);
  if (!entry) {
    entry = compile(bytes, body, size, reader);
    remember(key, u32(bytes, offset + 4), entry);
  }
  if (badName < 0 && known.has(key)) keyByHead.set(head, key);
  return { template: entry.template, problem: entry.problem, badName };
}

function compile(bytes: Buffer, body: number, size: number, reader: TokenReader): Known {
  reader.open(bytes, body, body + size, true);
  const tree = readTree(reader, bytes);
  const template = tree.problem === undefined ? compileTemplate(tree.roots) : undefined;
  const shape = template && TemplateShape.of(bytes, body, size, reader);
  return {
    shape,
    template,
    problem: tree.problem ?? '',
    low,
    high,
    bytes:
      BYTES_PER_TEMPLATE +
      tokens * BYTES_PER_TOKEN +
      (shape?.sizeBytes ?? 0) +
      (size / 2 + (template?.nameCharacters ?? 0)) * BYTES_PER_CHARACTER,
  };
}

function remember(key: string, id: number, entry: Known): void {
  known.set(key, entry);
  knownBytes += entry.bytes;
  if (entry.template) {
    byId.set(id, entry.template);
  }
  while (known.size > MAX_TEMPLATES || knownBytes > MAX_TEMPLATE_BYTES) {
    const [oldest, dropped] = known.entries().next().value!;
    known.delete(oldest);
    const head = oldest.slice(0, HEAD_BYTES);
    if (keyByHead.get(head) === oldest) keyByHead.delete(head);
    knownBytes -= dropped.bytes;
    const droppedId = Buffer.from(oldest.slice(0, 4), 'latin1').readUInt32LE();
    if (byId.get(droppedId) === dropped.template) byId.delete(droppedId);
  }
}

/** Sets `low` and `high` from the tokens. @returns offset of the first name that leads nowhere, or -1 */
function fingerprint(bytes: Buffer, body: number, size: number, reader: TokenReader): number {
  low = seeds[0]! | 0;
  high = seeds[1]! | 0;
  let badName = -1;
  reader.open(bytes, body, body + size, true);
  for (tokens = 0; tokens < MAX_TOKENS && reader.next(); tokens++) {
    mix(bytes[reader.start]!);
    switch (reader.token) {
      case TOKEN.openElement:
      case TOKEN.attribute:
      case TOKEN.entity:
      case TOKEN.instructionTarget: {
        const at = reader.nameOffset;
        if (reader.name() === undefined) {
          mix(0x10000);
          if (badName < 0) badName = at;
        } else {
          mixText(bytes, at + 8, u16(bytes, at + 6));
        }
        break;
      }
      case TOKEN.value:
      case TOKEN.cdata:
      case TOKEN.instructionData:
        mixText(bytes, reader.textAt, reader.textUnits);
        break;
      case TOKEN.character:
        mix(reader.unit);
        break;
      case TOKEN.substitution:
      case TOKEN.optional:
        mix(reader.slot);
        break;
      default:
        break;
    }
    // What stands behind the end of the fragment has no meaning.
    if (reader.token === TOKEN.end) break;
  }
  return badName;
}

function mixText(bytes: Buffer, at: number, characters: number): void {
  mix(characters);
  for (let i = at; i < at + characters * 2; i += 2) mix(bytes[i]! | (bytes[i + 1]! << 8));
}

function mix(value: number): void {
  low = Math.imul(low ^ value, 0x01000193);
  high = Math.imul((high ^ value) + (low >>> 16), 0x85ebca6b) ^ (high >>> 13);
}
