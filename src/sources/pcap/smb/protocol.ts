/** SMB as a protocol over TCP: recognised by its ports or its first bytes. */
import type { EventFacts } from '../../../event/event-facts.ts';
import { SMB_PORTS } from '../../../event/smb-port.ts';
import type { CaptureContext, StreamProtocol, StreamReader } from '../stream.ts';
import { FRAME_MESSAGE, FRAME_SESSION_REQUEST, isMagic } from './framing/frame.ts';
import { SmbAnalyser } from './smb-analyser.ts';

/** Datasets of its events; the event of a connection is the capture reader's. */
export const SMB_DATASETS: readonly string[] = [
  'smb.negotiate',
  'smb.session',
  'smb.tree',
  'smb.file',
  'smb.pipe',
  'smb.rpc',
  'smb.ioctl',
  'smb.anomaly',
];

/** SMB 1, 2 and 3. */
export const smbProtocol: StreamProtocol = {
  ports: SMB_PORTS,
  matches: beginsAsSmb,
  start: (capture) => startSmb(capture),
};

/** @returns whether a segment begins with a frame of SMB, or a NetBIOS session request of its usual length */
function beginsAsSmb(bytes: Uint8Array, at: number, to: number): boolean {
  if (to - at < 8) return false;
  if (bytes[at] === FRAME_MESSAGE) return isMagic(bytes, at + 4);
  return bytes[at] === FRAME_SESSION_REQUEST && bytes[at + 3] === 68 && bytes[at + 4] === 0x20;
}

function startSmb({ source, clock, show, interfaceName }: CaptureContext): StreamReader {
  const { gate, faults, file, networks } = source;
  const wanted = new Map<EventFacts, boolean>();
  const analyser = new SmbAnalyser({
    clock,
    file,
    networks,
    interfaceName,
    sink: show,
    wants: ({ dataset, facts }, time) => {
      if (gate === undefined) return true;
      let isWanted = wanted.get(facts);
      if (isWanted === undefined) {
        isWanted = gate.admits(facts);
        wanted.set(facts, isWanted);
      }
      if (!isWanted) gate.pass(dataset, time);
      return isWanted;
    },
    fault: (code, message) => {
      const place = `packet ${clock.packet}: ${message}`;
      faults.add({ code, file, offset: clock.offset, message: place });
    },
  });
  return {
    open: analyser.open,
    finish: () => {
      analyser.finish();
      for (const [name, count] of Object.entries(analyser.limitsReached())) {
        const message = `limit ${name} reached ${count} times: what is beyond it was counted and not followed`;
        faults.add({ code: 'smb.limit', file, offset: clock.offset, message, isAssumption: true });
      }
    },
  };
}
