import type { SourceContext } from './../source.ts';

/** Kinds of damage in an event log; the code of the fault is `evtx.` and the kind. */
export type EvtxFaultKind =
  | 'file-magic'
  | 'file-version'
  | 'chunk-magic'
  | 'chunk-truncated'
  | 'chunk-crc'
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

/** Reports damage at its place in the file. */
export class EvtxFaults {
  private readonly context: SourceContext;

  constructor(context: SourceContext) {
    this.context = context;
  }

  /** @param offset in the unpacked file */
  add(kind: EvtxFaultKind, offset: number, message: string): void {
    const { file } = this.context;
    if (kind === 'processing-error' || kind === 'record-carved')
      this.context.faults.add({ code: `evtx.${kind}`, file, offset, message, isAssumption: true });
    else this.context.faults.add({ code: `evtx.${kind}`, file, offset, message });
  }
}
