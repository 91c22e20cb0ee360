/** Packet captures: pcap and pcapng, as tcpdump, Wireshark and sensors write them. */
import type { Source } from '../source.ts';
import { CaptureParser } from './capture-parser.ts';
import { pcapMagic } from './container/pcap-file.ts';
import { isSection } from './container/pcapng-file.ts';
import { streamProtocols } from './protocols.ts';

/** Packet captures. */
export const pcap: Source = {
  id: 'pcap',
  title: 'Packet captures: pcap and pcapng',
  datasets: ['smb.flow'],
  detect: detectCapture,
  open: (context) => new CaptureParser(context, streamProtocols),
};

function detectCapture(head: Buffer): number {
  if (head.length < 4) return 0;
  if (pcapMagic(head, 0)) return 1;
  return head.length >= 12 && isSection(head, 0) ? 1 : 0;
}
