/** Files on their way in, piece by piece: how many there are, whose they are, and which give way. */
import { randomUUID } from 'node:crypto';
import { SmbError } from '../../base/error.ts';
import type { Intake } from './intake.ts';
import { Upload } from './upload.ts';

/** Uploads at the same time, and pieces of them on their way. */
const MAX_UPLOADS = 32;
/** Those of one user or key: a quarter, so that nobody keeps all others out. */
const MAX_OF_ONE = 8;
/** An upload of which nothing came for so long gives way to another that needs its place. */
const IDLE_MS = 60_000;
/** An upload of which nothing comes for so long was given up by its sender. */
const LOST_MS = 10 * 60_000;

interface OpenUpload {
  readonly owner: string;
  readonly upload: Upload;
  /** Pieces that are on their way. */
  pieces: number;
}

/** See the head of this file. */
export class Uploads {
  private readonly intake: Intake;
  private readonly open = new Map<string, OpenUpload>();
  /** Pieces on their way by owner, also of uploads that have ended meanwhile. */
  private readonly pieces = new Map<string, number>();

  constructor(intake: Intake) {
    this.intake = intake;
  }

  /**
   * Begins one.
   *
   * @param owner user or key, whose alone it is
   * @param name of the file, as it stands in provenance
   * @param idScope within which identities hold that its documents choose, see `SourceSettings`
   * @returns its id
   * @throws API-BUSY when there are too many
   */
  begin(owner: string, name: string, idScope: string | undefined): string {
    this.giveUp((one) => this.idleMs(one) >= LOST_MS, Number.POSITIVE_INFINITY);
    const own = (one: OpenUpload) => one.owner === owner;
    this.makeRoom(own, MAX_OF_ONE, `${MAX_OF_ONE} uploads of one user or key`);
    this.makeRoom(() => true, MAX_UPLOADS, `${MAX_UPLOADS} uploads`);
    const id = randomUUID();
    this.open.set(id, { owner, upload: new Upload(this.intake, name, idScope), pieces: 0 });
    return id;
  }

  /**
   * A piece is about to come.
   *
   * @returns called when it has come, or will not
   * @throws API-NOT-FOUND when there is no such upload of the owner
   * @throws API-BUSY when too many pieces are on their way
   */
  announce(owner: string, id: string): () => void {
    const found = this.of(owner, id);
    const all = [...this.pieces.values()].reduce((sum, count) => sum + count, 0);
    if (all >= MAX_UPLOADS) throw busy(`${MAX_UPLOADS} pieces are`);
    if ((this.pieces.get(owner) ?? 0) >= MAX_OF_ONE) throw busy(`${MAX_OF_ONE} pieces of one user or key are`);
    const count = (by: number) => {
      const left = (this.pieces.get(owner) ?? 0) + by;
      if (left > 0) this.pieces.set(owner, left);
      else this.pieces.delete(owner);
      found.pieces += by;
    };
    count(1);
    return () => count(-1);
  }

  /** @throws API-NOT-FOUND when there is no such upload of the owner */
  find(owner: string, id: string): Upload {
    return this.of(owner, id).upload;
  }

  /** The upload is about to end; nothing more comes. @throws API-NOT-FOUND when there is no such upload of the owner */
  take(owner: string, id: string): Upload {
    const { upload } = this.of(owner, id);
    this.open.delete(id);
    return upload;
  }

  private of(owner: string, id: string): OpenUpload {
    const found = this.open.get(id);
    if (found?.owner === owner) return found;
    throw new SmbError('API-NOT-FOUND', 'There is no such upload; it may have been given up.', {
      fix: 'begin it again: nothing is doubled',
    });
  }

  /** Room for one more among some. */
  private makeRoom(isOne: (one: OpenUpload) => boolean, most: number, what: string): void {
    const over = [...this.open.values()].filter(isOne).length + 1 - most;
    if (over <= 0) return;
    const given = this.giveUp((one) => isOne(one) && this.idleMs(one) >= IDLE_MS, over);
    if (given < over) throw busy(`${what} are`);
  }

  private idleMs({ upload, pieces }: OpenUpload): number {
    return pieces > 0 ? 0 : this.intake.now() - upload.lastMs;
  }

  /** Ends the longest idle of some. @returns how many */
  private giveUp(isOne: (one: OpenUpload) => boolean, most: number): number {
    const idle = [...this.open].filter(([, one]) => isOne(one)).sort(([, x], [, y]) => this.idleMs(y) - this.idleMs(x));
    const given = idle.slice(0, most);
    for (const [id, { upload }] of given) {
      this.open.delete(id);
      upload.giveUp();
    }
    return given.length;
  }
}

function busy(what: string): SmbError {
  return new SmbError('API-BUSY', `${what} going on.`, {
    fix: 'try again later; an upload of which nothing comes for a minute gives way to another',
  });
}
