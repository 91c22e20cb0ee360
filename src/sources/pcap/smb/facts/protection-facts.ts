/**
 * Signing and encryption as they were offered, demanded and used. Undefined is "not known" and never "no". What is signed even
 * where nobody signs (the end of a logon, a tree connect) is not counted: see {@link isOrdinary}.
 */
import type { Side } from '../../stream.ts';

/** Whether something was seen on all messages, on none or on a part of them. */
export type Seen = 'all' | 'none' | 'partly';

/** Facts of one side. */
interface SideFacts {
  signingOffered: boolean | undefined;
  signingRequired: boolean | undefined;
  encryptionOffered: boolean | undefined;
  compressionOffered: boolean | undefined;
}

const newSide = (): SideFacts => ({
  signingOffered: undefined,
  signingRequired: undefined,
  encryptionOffered: undefined,
  compressionOffered: undefined,
});

/** What protects the messages of a connection. */
export class ProtectionFacts {
  readonly client = newSide();
  readonly server = newSide();
  signingAlgorithm: string | undefined;
  cipher: string | undefined;
  compression: readonly string[] | undefined;
  /** A session or share of the server demands encryption; undefined until one was set up in clear. */
  encryptionRequired: boolean | undefined;
  /** Ordinary messages by side. */
  readonly signed: [number, number] = [0, 0];
  readonly unsigned: [number, number] = [0, 0];
  /** Encrypted frames and their bytes by side. */
  readonly encryptedFrames: [number, number] = [0, 0];
  readonly encryptedBytes: [number, number] = [0, 0];
  compressedFrames = 0;

  /** Counts a message in clear that says something about signing. */
  countPlain(side: Side, isSigned: boolean): void {
    (isSigned ? this.signed : this.unsigned)[side]++;
  }

  countEncrypted(side: Side, bytes: number): void {
    this.encryptedFrames[side]++;
    this.encryptedBytes[side] += bytes;
  }

  /** Encryption protects against changes as well: encrypted messages need no signature and do not count here. */
  get signingSeen(): Seen | undefined {
    return seen(this.signed[0] + this.signed[1], this.unsigned[0] + this.unsigned[1]);
  }

  get encryptionSeen(): Seen | undefined {
    const plain = this.signed[0] + this.signed[1] + this.unsigned[0] + this.unsigned[1];
    return seen(this.encryptedFrames[0] + this.encryptedFrames[1], plain);
  }

  /** All is encrypted though no flag of the server asked for it: the client's own choice. Inferred. */
  get isEncryptionClientChosen(): boolean | undefined {
    if (this.encryptionSeen !== 'all') return undefined;
    return this.encryptionRequired === undefined ? undefined : !this.encryptionRequired;
  }
}

function seen(yes: number, no: number): Seen | undefined {
  if (yes === 0 && no === 0) return undefined;
  return no === 0 ? 'all' : yes === 0 ? 'none' : 'partly';
}
