import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { SmbError } from '../../base/error.ts';
import { captureCommand, captureError, captureFilter, parseKernelCounts } from './capture-tool.ts';
import { LiveCapture } from './live-capture.ts';

const folder = mkdtempSync(join(tmpdir(), 'smbastion-tools-'));
afterAll(() => rmSync(folder, { recursive: true }));

const WISHES = { interface: 'lo', allPorts: false, snapLength: 0, filter: undefined };

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof SmbError) return error.code;
  }
  return 'none';
}

/** A program of that name that does what the shell script says. */
function program(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

test('dumpcap is taken before tcpdump, and neither is an error', () => {
  expect(codeOf(() => captureCommand(WISHES, folder))).toBe('CAPTURE-TOOL');
  program('tcpdump', 'exit 0');
  expect(captureCommand(WISHES, folder)).toMatchObject({ tool: 'tcpdump' });
  program('dumpcap', 'exit 0');
  expect(captureCommand({ ...WISHES, snapLength: 256 }, folder)).toMatchObject({
    tool: 'dumpcap',
    args: ['-q', '-P', '-i', 'lo', '-B', '64', '-s', '256', '-f', captureFilter(WISHES), '-w', '-'],
  });
});

test('an interface that does not exist gets the nearest name', () => {
  expect(codeOf(() => captureCommand({ ...WISHES, interface: 'nope0' }, folder))).toBe('CAPTURE-INTERFACE');
});

test('all ports mean no filter, and a filter of the user is taken as it is', () => {
  expect(captureFilter({ allPorts: true, filter: undefined })).toBe('');
  expect(captureFilter({ allPorts: false, filter: 'host 10.0.0.1' })).toBe('host 10.0.0.1');
});

test.each([
  ['10 packets captured\n12 packets received by filter\n2 packets dropped by kernel\n', 12, 2],
  ["Packets captured: 5\nPackets received/dropped on interface 'eth0': 5/3 (pcap:3/dumpcap:0)\n", 5, 3],
  ['', undefined, undefined],
])('figures of the kernel', (said, received, dropped) => {
  expect(parseKernelCounts(said)).toEqual({ received, dropped });
});

test.each([
  ["tcpdump: eth0: You don't have permission to capture on that device", 'CAPTURE-RIGHTS'],
  ['(socket: Operation not permitted)', 'CAPTURE-RIGHTS'],
  ['no such device', 'CAPTURE-TOOL'],
])('%s', (said, code) => {
  expect(captureError('tcpdump', said).code).toBe(code);
});

/** A pcap without packets, as octal escapes of a shell. */
const EMPTY_PCAP = '\\324\\303\\262\\241\\002\\000\\004\\000' + '\\000'.repeat(12) + '\\001\\000\\000\\000';

test('what the tool writes is handed on until it is stopped, and its figures are read', async () => {
  const path = program(
    'ticker',
    `trap 'echo 7 packets dropped by kernel >&2; exit 0' INT\nprintf '${EMPTY_PCAP}'\nwhile :; do sleep 0.01; done`,
  );
  let bytes = 0;
  const capture = new LiveCapture({ tool: 'tcpdump', path, args: [] }, (chunk) => {
    bytes += chunk.length;
    capture.stop();
  });
  expect(await capture.run()).toMatchObject({ bytes: 24, kernel: { dropped: 7 }, droppedPackets: 0 });
  expect(bytes).toBe(24);
});

test('a tool that ends by itself in error is an error with its words', async () => {
  const path = program('broken', "echo 'Operation not permitted' >&2; exit 1");
  const capture = new LiveCapture({ tool: 'tcpdump', path, args: [] }, () => {});
  await expect(capture.run()).rejects.toMatchObject({ code: 'CAPTURE-RIGHTS' });
});
