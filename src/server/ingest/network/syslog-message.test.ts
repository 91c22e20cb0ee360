import { expect, test } from 'vitest';
import { syslogTextStart } from './syslog-message.ts';

const textOf = (message: string) => {
  const bytes = Buffer.from(message);
  return bytes.toString('utf8', syslogTextStart(bytes, 0, bytes.length));
};

test.each([
  // As rsyslog 8 and syslog-ng 3.38 write them.
  ['RSYSLOG_TraditionalForwardFormat', '<13>Nov 26 14:33:10 sensor1 suricata: {"a":1}'],
  ['RSYSLOG_ForwardFormat', '<13>2026-11-26T14:33:10.123456+00:00 sensor1 suricata: {"a":1}'],
  ['RSYSLOG_ForwardFormat in UTC', '<13>2026-11-26T14:33:10Z sensor1 suricata[7]: {"a":1}'],
  ['RSYSLOG_SyslogProtocol23Format', '<13>1 2026-11-26T14:33:10.123456+00:00 sensor1 suricata - - - {"a":1}'],
  ['syslog() of syslog-ng', '<13>1 2026-11-26T14:33:10+00:00 sensor1 suricata 7 - [meta sequenceId="1"] \ufeff{"a":1}'],
  ['network() of syslog-ng without a program', '<13>Nov 26 14:33:10 sensor1 {"a":1}'],
  ['no host', '<13>Nov  6 14:33:10 suricata: {"a":1}'],
  ['no header', '{"a":1}'],
  ['a priority only', '<13>{"a":1}'],
])('%s: the text begins behind the header', (_name, message) => {
  expect(textOf(message).trimStart()).toBe('{"a":1}');
});

test.each(['<13>2026-11-26 14:33:10 sensor1 x: y', '<1234>Nov 26 14:33:10 a b: c', '2026-11-26T14:33:10Z'])(
  '%j has no header that is known',
  (message) => {
    expect(textOf(message)).toBe(message.replace(/^<\d{1,3}>/, ''));
  },
);
