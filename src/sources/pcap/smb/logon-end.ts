/** The end of a logon, whichever version it was made in: counted, checked for a relay, told. */
import { tellAnomaly } from './events/anomaly-event.ts';
import { tellLogon } from './events/session-event.ts';
import type { Link } from './link.ts';
import { ntStatusName } from '../../nt-status.ts';
import type { Credentials } from './state/credentials.ts';
import type { Origin } from './state/origin.ts';
import type { Session } from './state/session.ts';

/** Counts and tells of a logon that ended with a status. */
export function endLogon(
  link: Link,
  origin: Origin,
  session: Session | undefined,
  credentials: Credentials,
  status: number,
  version: 1 | 2,
): void {
  const { facts } = link;
  facts.addCredentials(credentials);
  if (status === 0) {
    facts.logons++;
    facts.addUser(credentials);
  } else {
    facts.failedLogons++;
    facts.statuses.add(ntStatusName(status));
  }
  watchTarget(link, origin, credentials, version);
  tellLogon(link, origin, session, credentials, status === 0 ? 'success' : 'failure', status, version);
}

/** A challenge that two connections show within seconds is passed on from one to the other. */
export function watchRelay(link: Link, origin: Origin, credentials: Credentials, version: 1 | 2): void {
  const { challengeHash } = credentials;
  if (challengeHash === undefined) return;
  const place = `${link.clientIp} to ${link.serverIp}`;
  const other = link.state.challenges.add(challengeHash, link, link.state.clock.time, place);
  if (other === undefined) return;
  tellAnomaly(link, origin, {
    name: 'ntlm-challenge-reused',
    detail: 'The same NTLM challenge was seen on two connections within five seconds',
    expected: 'a new challenge for every logon',
    found: other,
    version,
  });
}

/**
 * The client's answer holds the name of the service it means to talk to. Where that is another machine than the one that
 * answered, the answer is not meant for it: a relay, or an alias.
 */
function watchTarget(link: Link, origin: Origin, credentials: Credentials, version: 1 | 2): void {
  const target = credentials.answeredNames?.target;
  if (target === undefined || target === '' || credentials.isAnonymous) return;
  const meant = target.slice(target.indexOf('/') + 1).toLowerCase();
  const names = [
    credentials.serverNames?.computer,
    credentials.serverNames?.dnsComputer,
    credentials.serverNames?.dnsComputer?.split('.')[0],
  ];
  if (credentials.serverNames === undefined || meant === link.serverIp) return;
  const known = names.filter((name) => name !== undefined && name !== '').map((name) => name!.toLowerCase());
  if (known.length === 0 || known.includes(meant) || known.includes(meant.split('.')[0]!)) return;
  tellAnomaly(link, origin, {
    name: 'ntlm-target-mismatch',
    detail: 'The client means to talk to another machine than the one that answered',
    expected: target,
    found: known[0],
    version,
  });
}
