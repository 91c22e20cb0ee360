import { SmbError } from '../../base/error.ts';
import type { AlertStore, StoredAlert } from '../../store/alert-store.ts';

/** Letters of an id that are enough when only one alert begins with them. */
const SHORTEST_ID = 6;

/**
 * @param id of the alert, or enough of its beginning that no other begins so
 * @throws API-NOT-FOUND, API-INPUT when it is too short, or API-CONFLICT when several begin so
 */
export async function findAlert(alerts: AlertStore, id: string): Promise<StoredAlert> {
  const whole = await alerts.get(id);
  if (whole) return whole;
  const search = { idPrefix: id.toLowerCase(), withBuildingBlocks: true, limit: 2 };
  if (id.length < SHORTEST_ID) {
    throw new SmbError('API-INPUT', `"${id}" is too short for the id of an alert.`, {
      fix: `write ${SHORTEST_ID} letters of it at least; smbastion alerts list shows them`,
    });
  }
  const [one, other] = (await alerts.search(search)).alerts;
  if (other)
    throw new SmbError('API-CONFLICT', `The ids of several alerts begin with "${id}".`, { fix: 'write more of it' });
  if (!one) {
    throw new SmbError('API-NOT-FOUND', `There is no alert "${id}".`, { fix: 'smbastion alerts list shows their ids' });
  }
  return one;
}
