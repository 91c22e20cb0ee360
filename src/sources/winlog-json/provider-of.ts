/** Providers and channels that a shape left out or wrote short. */

const SECURITY = 'Microsoft-Windows-Security-Auditing';
const EVENTLOG = 'Microsoft-Windows-Eventlog';

/** Ids of the event log service itself, in the Security and in the System channel. */
const EVENTLOG_IDS: ReadonlySet<number> = new Set([104, 1100, 1101, 1102, 1104, 1105, 1108]);

/** Service Control Manager in the System channel. */
const SERVICE_IDS: ReadonlySet<number> = new Set([7000, 7009, 7011, 7022, 7023, 7024, 7031, 7034, 7036, 7040, 7045]);

/**
 * The provider that writes an event, where the shape does not say.
 *
 * @returns undefined when channel and id do not tell
 */
export function providerOf(channel: string | undefined, eventId: number): string | undefined {
  if (channel === undefined) return undefined;
  switch (channel.toLowerCase()) {
    case 'security':
      return EVENTLOG_IDS.has(eventId) ? EVENTLOG : SECURITY;
    case 'system':
      if (SERVICE_IDS.has(eventId)) return 'Service Control Manager';
      return eventId === 104 ? EVENTLOG : undefined;
    case 'application':
      return undefined;
    case 'windows powershell':
      return 'PowerShell';
    default: {
      const slash = channel.indexOf('/');
      return slash > 0 ? channel.slice(0, slash) : undefined;
    }
  }
}

/** Channels that have a provider of their own, for shapes that name only that. */
export function channelOf(provider: string | undefined): string | undefined {
  switch (provider?.toLowerCase()) {
    case SECURITY.toLowerCase():
      return 'Security';
    case 'microsoft-windows-sysmon':
      return 'Microsoft-Windows-Sysmon/Operational';
    case 'service control manager':
      return 'System';
    default:
      return undefined;
  }
}

/** Channels by their usual spelling: some exporters write them in lower case, rules compare them letter by letter. */
const CHANNELS: readonly string[] = [
  'Security',
  'System',
  'Application',
  'ForwardedEvents',
  'Windows PowerShell',
  'Microsoft-Windows-Sysmon/Operational',
  'Microsoft-Windows-PowerShell/Operational',
  'Microsoft-Windows-WMI-Activity/Operational',
  'Microsoft-Windows-TaskScheduler/Operational',
  'Microsoft-Windows-NTLM/Operational',
  'Microsoft-Windows-SmbClient/Security',
  'Microsoft-Windows-SmbClient/Connectivity',
  'Microsoft-Windows-SmbClient/Operational',
  'Microsoft-Windows-SmbClient/Audit',
  'Microsoft-Windows-SMBServer/Security',
  'Microsoft-Windows-SMBServer/Connectivity',
  'Microsoft-Windows-SMBServer/Operational',
  'Microsoft-Windows-SMBServer/Audit',
  'Microsoft-Windows-Windows Firewall With Advanced Security/Firewall',
];

/** What Hayabusa makes of channel names unless it is told not to. */
const SHORT_CHANNELS: readonly (readonly [short: string, channel: string])[] = [
  ['sec', 'Security'],
  ['sys', 'System'],
  ['app', 'Application'],
  ['sysmon', 'Microsoft-Windows-Sysmon/Operational'],
  ['pwsh', 'Microsoft-Windows-PowerShell/Operational'],
  ['pwshclassic', 'Windows PowerShell'],
  ['wmi', 'Microsoft-Windows-WMI-Activity/Operational'],
  ['tasksch', 'Microsoft-Windows-TaskScheduler/Operational'],
  ['smbclisec', 'Microsoft-Windows-SmbClient/Security'],
  ['ntlm', 'Microsoft-Windows-NTLM/Operational'],
  ['firewall', 'Microsoft-Windows-Windows Firewall With Advanced Security/Firewall'],
];

const usual: ReadonlyMap<string, string> = new Map(CHANNELS.map((name) => [name.toLowerCase(), name]));
const short: ReadonlyMap<string, string> = new Map(SHORT_CHANNELS);

/** @returns the channel in its usual spelling, as it is when it has none */
export function usualChannel(name: string): string {
  return usual.get(name) ?? usual.get(name.toLowerCase()) ?? name;
}

/** @returns the channel by its full name, for shapes that abbreviate */
export function fullChannel(name: string): string {
  return short.get(name.toLowerCase()) ?? name;
}
