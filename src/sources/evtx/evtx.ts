/** Windows event logs (EVTX). The format has no public specification of the file; [MS-EVEN6] describes its binary XML. */
import type { Source } from '../source.ts';
import { EvtxParser } from './evtx-parser.ts';
import { chunkRanges } from './chunk-ranges.ts';
import { findChunk, HEADER_BLOCK_BYTES, hasFileMagic } from './format/file-layout.ts';

/** Windows event logs. */
export const evtx: Source = {
  id: 'evtx',
  title: 'Windows event logs (EVTX)',
  datasets: ['system.*', 'windows.*', 'winlog.winlog'],
  detect: detectEvtx,
  open: (context) => new EvtxParser(context),
  split: { headerBytes: HEADER_BLOCK_BYTES, ranges: chunkRanges },
};

/** A file whose header is lost is known by a chunk, wherever it stands. */
function detectEvtx(head: Buffer): number {
  if (hasFileMagic(head)) return 1;
  return findChunk(head, 0) >= 0 ? 0.6 : 0;
}
