/**
 * One TCP connection, cut into frames on both sides and handed to the conversation of its version.
 */
import type { Document } from '../../../event/document.ts';
import type { Side, StreamConsumer, StreamEnd, TcpConnection } from '../stream.ts';
import { EarlyAnswers } from './early-answers.ts';
import { summaryOf } from './facts/summary.ts';
import {
  FRAME_SESSION_REQUEST,
  MAGIC_COMPRESSION,
  MAGIC_SMB1,
  MAGIC_SMB2,
  MAGIC_TRANSFORM,
  SMB1_HEADER,
  TRANSFORM_HEADER,
} from './framing/frame.ts';
import type { FrameReader, Plausibility } from './framing/frame-reader.ts';
import { Framer } from './framing/framer.ts';
import { Link } from './link.ts';
import type { Message } from './message.ts';
import { isSmb1Command } from './smb1/smb1-commands.ts';
import { Smb1Conversation } from './smb1/smb1-conversation.ts';
import { compressedMessage } from './smb2/compression.ts';
import { isKnownSession, plausibilityOfSmb2 } from './smb2/plausible.ts';
import { FLAG_RESPONSE } from './smb2/smb2-commands.ts';
import { Smb2Conversation } from './smb2/smb2-conversation.ts';
import { wantedBytes } from './smb2/wanted-bytes.ts';
import { u32 } from '../../../base/bytes/little-endian.ts';
import { isSmbPort } from '../../../event/smb-port.ts';
import { sessionRequestNames } from './session-request.ts';
import type { SmbState } from './state/smb-state.ts';

/** Bytes searched without ever finding a message, after which a connection on an SMB port is given up. */
const SEARCHED_IN_VAIN = 1_048_576;

/** Reads one connection. */
export class SmbStream implements StreamConsumer, FrameReader {
  private readonly tcp: TcpConnection;
  private readonly state: SmbState;
  private readonly link: Link;
  private readonly framers: readonly [Framer, Framer];
  private readonly early: EarlyAnswers;
  private smb1: Smb1Conversation | undefined;
  private smb2: Smb2Conversation | undefined;
  /** No message was found yet. */
  private isEmpty = true;

  constructor(tcp: TcpConnection, state: SmbState) {
    this.tcp = tcp;
    this.state = state;
    state.tick();
    const isSmb = isSmbPort(tcp.port(0)) || isSmbPort(tcp.port(1));
    this.link = new Link(tcp, state, !isSmb);
    this.early = new EarlyAnswers(state, (message) => this.take(message));
    const isNetbios = tcp.port(0) === 139 || tcp.port(1) === 139;
    const framer = (side: Side): Framer =>
      new Framer(side, this, state.limits, state.gathered, tcp.sawHandshake, isNetbios);
    this.framers = [framer(0), framer(1)];
  }

  get isInterested(): boolean {
    return !this.isEmpty || this.link.facts.quality.searchedBytes < SEARCHED_IN_VAIN;
  }

  data(side: Side, bytes: Uint8Array, from: number, to: number): void {
    this.state.tick();
    const { link, state } = this;
    link.lastTime = state.clock.time;
    link.lastPacket = state.clock.packet;
    this.framers[side].data(bytes, from, to);
  }

  gap(side: Side, size: number): void {
    this.state.tick();
    this.framers[side].gap(size);
  }

  end(_reason: StreamEnd): void {
    this.state.tick();
    const client = this.link.client;
    this.framers[client].end();
    this.framers[client === 0 ? 1 : 0].end();
    this.early.flush();
    this.smb1?.end(this.link.facts.isSmb2Used);
    this.smb2?.end();
  }

  summary(): Document | undefined {
    if (this.isEmpty) return undefined;
    return summaryOf(this.link.facts, this.link.client, this.link.isPortUnusual);
  }

  wanted(m: Message): number {
    switch (m.u8(0)) {
      case MAGIC_SMB2:
        return wantedBytes(this.conversation2, m);
      case MAGIC_SMB1:
        return Math.max(this.conversation1.wanted(m), SMB1_HEADER);
      case MAGIC_TRANSFORM:
        return TRANSFORM_HEADER;
      default:
        return this.state.limits.messageCollect;
    }
  }

  message(m: Message): void {
    this.isEmpty = false;
    if (this.isEarly(m) && this.early.hold(m)) return;
    this.take(m);
    this.early.settle((answer) => !this.isEarly(answer));
  }

  /** Whether the message is an answer whose request is still to come. */
  private isEarly(m: Message): boolean {
    if (m.u8(0) === MAGIC_SMB2) return this.conversation2.isEarly(m);
    return m.u8(0) === MAGIC_SMB1 && this.conversation1.isEarly(m);
  }

  private take(m: Message): void {
    switch (m.u8(0)) {
      case MAGIC_SMB2:
        this.confirmAsked(m);
        return this.conversation2.message(m);
      case MAGIC_SMB1: {
        const offer = this.conversation1.message(m);
        const dialects = offer?.asks[0]?.dialects;
        if (offer !== undefined && dialects?.some((name) => name.startsWith('SMB 2')) === true) {
          this.conversation2.smb1Offer = { origin: offer, dialects };
        }
        return;
      }
      case MAGIC_TRANSFORM:
        return this.encrypted(m);
      case MAGIC_COMPRESSION:
        return compressedMessage(this.conversation2, m);
    }
  }

  control(_side: Side, type: number, bytes: Uint8Array, from: number, to: number): void {
    if (type !== FRAME_SESSION_REQUEST) return;
    const names = sessionRequestNames(bytes, from, to);
    if (names === undefined) return;
    const { facts } = this.link;
    // What a client asks for when it does not know the name.
    if (names.called !== '*SMBSERVER') facts.serverNames.add(this.link.nameOfServer(names.called));
    facts.clientNames.add(names.calling);
  }

  plausibility(side: Side, bytes: Uint8Array, header: number, end: number): Plausibility {
    const { tcp } = this;
    const isFromServer = tcp.clientBy === 'guess' ? undefined : side !== tcp.client;
    switch (bytes[header]) {
      case MAGIC_SMB2:
        return plausibilityOfSmb2(this.conversation2, bytes, header, end, isFromServer);
      case MAGIC_TRANSFORM: {
        if (header + TRANSFORM_HEADER > end) return 'weak';
        if ((bytes[header + 42]! | (bytes[header + 43]! << 8)) !== 1) return 'no';
        const isKnown = isKnownSession(this.conversation2, u32(bytes, header + 44), u32(bytes, header + 48));
        return isKnown ? 'yes' : 'no';
      }
      case MAGIC_SMB1: {
        if (header + SMB1_HEADER > end) return 'weak';
        if (!isSmb1Command(bytes[header + 4]!)) return 'no';
        const isResponse = (bytes[header + 9]! & 0x80) !== 0;
        if (isFromServer !== undefined && isResponse !== isFromServer) return 'no';
        return this.smb2 === undefined || this.smb2.sessions.size === 0 ? 'yes' : 'no';
      }
      default:
        return this.link.facts.protection.compression === undefined ? 'no' : 'weak';
    }
  }

  lost(_side: Side, sizeBytes: number): void {
    this.link.facts.quality.missingBytes += sizeBytes;
  }

  lostPlace(): void {
    this.link.facts.quality.resyncs++;
  }

  searched(_side: Side, sizeBytes: number): void {
    this.link.facts.quality.searchedBytes += sizeBytes;
  }

  doubted(_side: Side, messages: number): void {
    this.link.facts.quality.doubted += messages;
  }

  brokenCompound(_side: Side, isTooLong: boolean): void {
    if (isTooLong) this.state.reach('compoundMax');
    else this.state.fault('smb.compound', 'a message of a compound points to where no other can be');
  }

  /** An answer names a request that waits for a second frame on the other side: that one was right. */
  private confirmAsked(m: Message): void {
    if ((m.u32(16) & FLAG_RESPONSE) === 0) return;
    const other = this.framers[m.side === 0 ? 1 : 0];
    if (other.holds(m.u32(24), m.u32(28))) other.confirm();
  }

  private encrypted(m: Message): void {
    const { facts } = this.link;
    facts.isSmb2Used = true;
    // A snap length may cut the header; what is on the wire behind it is as long as what was encrypted.
    facts.protection.countEncrypted(m.side, m.has(36, 4) ? m.u32(36) : Math.max(0, m.size - TRANSFORM_HEADER));
    if (m.has(44, 8)) this.conversation2.session(m.u32(44), m.u32(48), true);
  }

  private get conversation1(): Smb1Conversation {
    this.smb1 ??= new Smb1Conversation(this.link);
    return this.smb1;
  }

  private get conversation2(): Smb2Conversation {
    this.smb2 ??= new Smb2Conversation(this.link);
    return this.smb2;
  }
}
