import type { Services } from '../../../services/create-services';
import type { BadgeOptions } from './badge-query';

/** Reads the numbers of a badge: one, or two for `today/total`. */
export type ReadCounts = (
  username: string,
  options: Pick<BadgeOptions, 'period' | 'tz'>,
) => Promise<string[]>;

const days = { today: 1, '7d': 7, '30d': 30, 'today/total': 1 };

/** Binds `ReadCounts` to the services. */
export function createCountReader(services: Pick<Services, 'getTotal' | 'listLastDays'>): ReadCounts {
  return async (username, { period, tz }) => {
    if (period === 'total') return [await services.getTotal(username)];
    const counts = await services.listLastDays(username, tz);
    const sum = counts.slice(-days[period]).reduce((total, count) => total + BigInt(count), 0n);
    // Read last, because numbers grow: no part is more than the total.
    return period === 'today/total' ? [String(sum), await services.getTotal(username)] : [String(sum)];
  };
}
