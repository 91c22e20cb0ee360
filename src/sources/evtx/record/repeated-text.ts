import { decodeUtf16 } from '../../../base/bytes/utf16.ts';

/** Longer texts are not compared but decoded; the longest names of channels and providers have 90 characters. */
const MAX_BYTES = 256;

/**
 * A text of UTF-16 that most records have in common with the one before, as they have their channel: its bytes are compared
 * four at a time, which costs a quarter of looking it up by its characters.
 */
export class RepeatedText {
  private text = '';
  private bytes = -1;
  private readonly words = new Int32Array(MAX_BYTES / 4);

  /** @returns what {@link decodeUtf16} makes of these bytes */
  read(view: DataView, chunk: Buffer, at: number, sizeBytes: number): string {
    if (sizeBytes === this.bytes && this.isSame(view, at)) return this.text;
    const text = decodeUtf16(chunk, at, sizeBytes >> 1);
    if (sizeBytes > MAX_BYTES || sizeBytes % 2 !== 0) return text;
    this.text = text;
    this.bytes = sizeBytes;
    const whole = sizeBytes >> 2;
    for (let i = 0; i < whole; i++) this.words[i] = view.getInt32(at + 4 * i, true);
    if (sizeBytes % 4 !== 0) this.words[whole] = view.getInt16(at + 4 * whole, true);
    return text;
  }

  private isSame(view: DataView, at: number): boolean {
    const { words, bytes } = this;
    const whole = bytes >> 2;
    for (let i = 0; i < whole; i++) if (words[i] !== view.getInt32(at + 4 * i, true)) return false;
    return bytes % 4 === 0 || words[whole] === view.getInt16(at + 4 * whole, true);
  }
}
