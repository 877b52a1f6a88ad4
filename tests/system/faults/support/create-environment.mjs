import { waitUntil } from '../../../support/wait-until.cjs';
import { askOrFail } from '../../support/http-client.mjs';
import { readListing, serviceScript, spawnServer, startFaultProxy } from './compiled.mjs';
import { createExternalDatabase, describeEmbeddedDatabase } from './databases.mjs';

/** Connections of the service's pool: as many as reads can be under way at once. No fault changes the setting. */
export const poolSize = 6;

/**
 * Creates the environment of one fault: the compiled service as a process of its own, on a database of its own.
 * @param {object} needs
 * @param {'embedded' | 'external'} needs.database the service's embedded server, or a new database on `externalServer`
 * @param {number} [needs.diskMegabytes] gives the embedded server a small disk of its own
 * @param {boolean} [needs.proxied] puts a fault proxy between the service and that database
 * @param {number} [needs.services] processes of the service; only the first is restarted by a fault
 * @param {object} [needs.settings] of the service
 */
export async function createEnvironment(needs, externalServer) {
  const { name, database: kind, diskMegabytes, proxied = false, services = 1, settings = {} } = needs;
  const database =
    kind === 'embedded'
      ? await describeEmbeddedDatabase(diskMegabytes)
      : await createExternalDatabase(name, externalServer);
  const proxy = proxied ? await startFaultProxy(externalServer.port) : undefined;
  const path = proxy ? { DB_PORT: String(proxy.port) } : {};

  const environment = {
    proxy,
    database,
    server: externalServer,
    service: undefined,
    /** Stays the same when the service is started again. */
    url: undefined,
    /** The first process and the others. */
    urls: [],
    others: [],
    async startService() {
      const PORT = environment.url ? new URL(environment.url).port : '0';
      const variables = { ...database.settings, ...path, DB_POOL_SIZE: String(poolSize), ...settings };
      environment.service = await spawnServer(serviceScript, { ...variables, PORT });
      environment.url = environment.service.url;
      while (environment.others.length < services - 1) {
        environment.others.push(await spawnServer(serviceScript, { ...variables, PORT: '0' }));
      }
      environment.urls = [environment.url, ...environment.others.map(({ url }) => url)];
    },
    /** Whether every process is ready. */
    async isReady() {
      const ask = (url) => askOrFail(url, '/-/health/ready', { timeoutMs: 2000 });
      return (await Promise.all(environment.urls.map(ask))).every(({ status }) => status === 200);
    },
    /**
     * Reads the count of every name from the list, and checks that it equals the log and the retired visits, and so do
     * the counts over time.
     * First waits for the statements that a fault has left running in the database.
     */
    async readCounts() {
      await waitUntil('the last recording statement to end', 15, async () => {
        const sql = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'footfall' AND state = 'active'`;
        return (await database.query(sql)).length === 0;
      });
      const listing = await readListing(environment.url);
      const rows = await database.query(
        `SELECT username, (SELECT count(*) FROM visits WHERE visitor_id = visitors.id)::int
           + (SELECT coalesce(sum(visits), 0) FROM opening_balances WHERE visitor_id = visitors.id)::int AS visits
         FROM visitors`,
      );
      const off = rows.filter(({ username, visits }) => listing.get(username) !== visits);
      if (off.length > 0) throw new Error(`list and log differ: ${JSON.stringify(off.slice(0, 5))}`);
      await checkCountsOverTime(environment);
      await waitSessions(database, services * poolSize);
      return listing;
    },
    async remove() {
      await Promise.all([environment.service, ...environment.others].map((service) => service?.stop()));
      await proxy?.close();
      await database.remove();
    },
  };
  try {
    await environment.startService();
    await waitUntil('the service to be ready', 30, environment.isReady);
  } catch (error) {
    await environment.remove();
    throw error;
  }
  return environment;
}

/** Checks that what is rolled up equals the log behind the watermark, and with the tail all of it. */
async function checkCountsOverTime({ url, database }) {
  // Some visits may be dated by a clock that was an hour ahead.
  const until = new Date(Date.now() + 2 * 3_600_000).toISOString();
  const history = await askOrFail(url, `/-/history?interval=month&until=${until}`, { timeoutMs: 5000 });
  const counted = history.json.points.reduce((sum, { visits }) => sum + visits, 0);
  const [{ logged, faults, rolled }] = await database.query(`
    SELECT (SELECT count(*) FROM visits)::int + (SELECT coalesce(sum(visits), 0) FROM retired_visits)::int AS logged, (SELECT count(*)::int FROM compare_visit_counts_of_all())
      + (SELECT count(*)::int FROM compare_visit_counts(-9223372036854775808, 9223372036854775807)) AS faults,
      (SELECT sum(visits)::int FROM visit_counts_of_all WHERE grain = 0) AS rolled`);
  if (counted === logged && faults === 0) return;
  throw new Error(`${counted} of ${logged} visits over time; ${rolled} rolled up; ${faults} counts differ`);
}

// Sessions that the pool has lost would use up the connections of the server, fault after fault.
async function waitSessions(database, limit) {
  await waitUntil(`no more than ${limit} sessions of the service`, 10, async () => {
    const [{ sessions }] = await database.query(
      `SELECT count(*)::int AS sessions FROM pg_stat_activity
       WHERE application_name = 'footfall' AND datname = current_database()`,
    );
    return sessions <= limit;
  });
}
