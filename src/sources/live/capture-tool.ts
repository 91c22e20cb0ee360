/** The small programs that have the right to capture: dumpcap of Wireshark, or tcpdump. They write pcap to a pipe. */
import { accessSync, constants } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { delimiter, join } from 'node:path';
import { SmbError } from '../../base/error.ts';
import { didYouMean } from '../../base/suggest.ts';

/** What is captured. */
export interface CaptureWishes {
  readonly interface: string;
  /** Packets of every port, so that SMB on other ports is found. */
  readonly allPorts: boolean;
  /** Bytes kept of each packet; 0 for all. */
  readonly snapLength: number;
  /** Filter in the language of pcap, instead of the one for SMB. */
  readonly filter: string | undefined;
}

/** A program and its arguments. */
export interface CaptureCommand {
  readonly tool: 'dumpcap' | 'tcpdump';
  readonly path: string;
  readonly args: readonly string[];
}

/** Megabytes the kernel may hold for dumpcap while we are busy. */
const KERNEL_BUFFER_MB = '64';

/** Ports of SMB, of SMB over QUIC, and of NetBIOS names; inside VLAN tags as well. */
const SMB_PORTS = 'tcp port 445 or tcp port 139 or udp port 443 or udp port 137 or udp port 138 or icmp or icmp6';

/** @returns the capture filter, empty for everything */
export function captureFilter({ filter, allPorts }: Pick<CaptureWishes, 'filter' | 'allPorts'>): string {
  if (filter !== undefined) return filter;
  return allPorts ? '' : `(${SMB_PORTS}) or (vlan and (${SMB_PORTS}))`;
}

/**
 * @param path folders to look in, as in the environment
 * @returns the command that captures
 * @throws CAPTURE-TOOL when neither program is there; CAPTURE-INTERFACE when there is no such interface
 */
export function captureCommand(wishes: CaptureWishes, path = process.env['PATH'] ?? ''): CaptureCommand {
  const names = Object.keys(networkInterfaces());
  // The system lists interfaces with an address only; one without (a mirror port) is known to /sys.
  if (
    wishes.interface !== 'any' &&
    !names.includes(wishes.interface) &&
    !isPresent(`/sys/class/net/${wishes.interface}`)
  ) {
    const message = `There is no network interface "${wishes.interface}".${didYouMean(wishes.interface, names)}`;
    throw new SmbError('CAPTURE-INTERFACE', message, { fix: `interfaces with an address here: ${names.join(', ')}` });
  }
  const filter = captureFilter(wishes);
  const dumpcap = findProgram('dumpcap', path);
  const { interface: name, snapLength } = wishes;
  if (dumpcap !== undefined) {
    const snap = snapLength > 0 ? ['-s', String(snapLength)] : [];
    const args = [
      '-q',
      '-P',
      '-i',
      name,
      '-B',
      KERNEL_BUFFER_MB,
      ...snap,
      ...(filter ? ['-f', filter] : []),
      '-w',
      '-',
    ];
    return { tool: 'dumpcap', path: dumpcap, args };
  }
  const tcpdump = findProgram('tcpdump', path);
  if (tcpdump !== undefined) {
    const args = ['-U', '-n', '-s', String(snapLength), '-i', name, '-w', '-', ...(filter ? [filter] : [])];
    return { tool: 'tcpdump', path: tcpdump, args };
  }
  throw new SmbError(
    'CAPTURE-TOOL',
    'Neither dumpcap nor tcpdump is on the PATH, and one of them does the capturing.',
    {
      fix: 'install one: apt-get install tcpdump, dnf install tcpdump, or wireshark-common for dumpcap',
    },
  );
}

function findProgram(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => isPresent(file, constants.X_OK));
}

function isPresent(file: string, mode = constants.F_OK): boolean {
  try {
    accessSync(file, mode);
    return true;
  } catch {
    // Absent, or not to be run: for us the same.
    return false;
  }
}

/** What the kernel says of packets that did not reach the tool. */
export interface KernelCounts {
  readonly received: number | undefined;
  readonly dropped: number | undefined;
}

/** Reads the figures that both tools print when they end. */
export function parseKernelCounts(said: string): KernelCounts {
  const dumpcap = /received\/dropped on interface[^:]*: (\d+)\/(\d+)/.exec(said);
  if (dumpcap) return { received: Number(dumpcap[1]), dropped: Number(dumpcap[2]) };
  const received = /(\d+) packets? received by filter/.exec(said);
  const dropped = /(\d+) packets? dropped by kernel/.exec(said);
  return { received: received ? Number(received[1]) : undefined, dropped: dropped ? Number(dropped[1]) : undefined };
}

/** @returns the error behind what a capture tool said when it ended without being asked to */
export function captureError(tool: string, said: string): SmbError {
  const text = said.trim().replace(/\s+/g, ' ').slice(0, 400);
  if (/permi(?:tted|ssion)|not allowed|Operation not/i.test(said)) {
    return new SmbError('CAPTURE-RIGHTS', `${tool} may not capture here: ${text}`, {
      fix: 'run it as root, or give the tool the right: setcap cap_net_raw,cap_net_admin=eip $(command -v dumpcap)',
    });
  }
  return new SmbError('CAPTURE-TOOL', `${tool} ended: ${text || 'it said nothing'}`);
}
