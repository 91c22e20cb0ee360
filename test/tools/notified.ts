import type { Notification, NotifiedAlert } from '../../src/respond/notify/notification.ts';

/** @returns an alert as it is told, as an attacker would have it */
export function notified(id: string, more: Partial<NotifiedAlert> = {}): NotifiedAlert {
  return {
    id,
    ruleId: 'admin-share-write',
    ruleName: 'Admin share | write',
    severity: 'high',
    riskScore: 73,
    timeMs: 1_772_375_400_000,
    reason: 'wrote a=b\\c\r\nBcc: x@y',
    host: 'FS01',
    source: '10.1.2.3',
    destination: 'srv.example',
    account: undefined,
    isNew: true,
    ...more,
  };
}

/** @returns a message of alerts */
export function notification(alerts: readonly NotifiedAlert[], more: Partial<Notification> = {}): Notification {
  return { id: 'n1', alerts, publicUrl: 'https://smb.example', isTest: false, ...more };
}
