import type { Side } from '../../stream.ts';
import type { Origin } from './origin.ts';
import type { Session } from './session.ts';
import type { Tree } from './tree.ts';

/** A request that waits for its answer, of either version; it is its own {@link Origin}. */
export class WireRequest implements Origin {
  readonly side: Side;
  readonly sequence: number;
  readonly index: number;
  readonly command: number;
  readonly idLow: number;
  readonly idHigh: number;
  readonly time: number;
  readonly packet: number;
  session: Session | undefined;
  tree: Tree | undefined;
  treeId = 0;

  constructor(origin: Origin) {
    this.side = origin.side;
    this.sequence = origin.sequence;
    this.index = origin.index;
    this.command = origin.command;
    this.idLow = origin.idLow;
    this.idHigh = origin.idHigh;
    this.time = origin.time;
    this.packet = origin.packet;
  }
}
