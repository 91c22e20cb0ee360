/** Packet captures: pcap and pcapng, as tcpdump, Wireshark and sensors write them. */
import type { DatagramFormat } from '../datagram.ts';
import type { Source } from '../source.ts';
import { CaptureParser } from './capture-parser.ts';
import { pcapMagic } from './container/pcap-file.ts';
import { isSection } from './container/pcapng-file.ts';
import { logStreams } from './log-stream.ts';
import { streamProtocols } from './protocols.ts';
import { SMB_DATASETS } from './smb/protocol.ts';

/**
 * @param datagrams formats that are read from datagrams inside captures
 * @param logs formats that are read from connections to ports of syslog
 * @returns the source of packet captures
 */
export function pcapSource(datagrams: readonly DatagramFormat[], logs: readonly Source[] = []): Source {
  const parts = { protocols: [...streamProtocols, ...logs.map(logStreams)], datagrams };
  return {
    id: 'pcap',
    title: 'Packet captures: pcap and pcapng',
    datasets: [
      'smb.flow',
      'smb.quic',
      'smb.capture',
      ...SMB_DATASETS,
      ...datagrams.flatMap(({ datasets }) => datasets),
    ],
    detect: detectCapture,
    open: (context) => new CaptureParser(context, parts),
  };
}

function detectCapture(head: Buffer): number {
  if (head.length < 4) return 0;
  if (pcapMagic(head, 0)) return 1;
  return head.length >= 12 && isSection(head, 0) ? 1 : 0;
}
