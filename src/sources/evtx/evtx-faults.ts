import type { SourceContext } from '../source.ts';

/** Kinds of damage in an event log; the code of the fault is `evtx.` and the kind. */
export type EvtxFaultKind =
  | 'file-magic'
  | 'file-version'
  | 'chunk-magic'
  | 'chunk-truncated'
  | 'chunk-crc'
  | 'chunk-time'
  | 'file-crc'
  | 'no-checksums'
  | 'record-resync'
  | 'record-size'
  | 'record-copy'
  | 'record-body'
  | 'record-carved'
  | 'name-offset'
  | 'template-offset'
  | 'template-size'
  | 'value-size'
  | 'limit'
  | 'processing-error';

/** Nothing was lost, but the reader should know. */
const READ_ALL_THE_SAME: ReadonlySet<EvtxFaultKind> = new Set(['processing-error', 'record-carved', 'no-checksums']);

/** Reports damage at its place in the file. */
export class EvtxFaults {
  private readonly context: SourceContext;

  constructor(context: SourceContext) {
    this.context = context;
  }

  /** @param offset in the unpacked file */
  add(kind: EvtxFaultKind, offset: number, message: string): void {
    const { file } = this.context;
    if (READ_ALL_THE_SAME.has(kind))
      this.context.faults.add({ code: `evtx.${kind}`, file, offset, message, isAssumption: true });
    else this.context.faults.add({ code: `evtx.${kind}`, file, offset, message });
  }
}
