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
 * @param {boolean} [needs.proxied] puts a fault proxy between the service and that database
 * @param {object} [needs.settings] of the service
 */
export async function createEnvironment(needs, externalServer) {
  const { name, database: kind, proxied = false, settings = {} } = needs;
  const database =
    kind === 'embedded' ? describeEmbeddedDatabase() : await createExternalDatabase(name, externalServer);
  const proxy = proxied ? await startFaultProxy(externalServer.port) : undefined;
  const path = proxy ? { DB_PORT: String(proxy.port) } : {};

  const environment = {
    proxy,
    database,
    service: undefined,
    /** Stays the same when the service is started again. */
    url: undefined,
    async startService() {
      const PORT = environment.url ? new URL(environment.url).port : '0';
      const variables = { ...database.settings, ...path, DB_POOL_SIZE: String(poolSize), ...settings, PORT };
      environment.service = await spawnServer(serviceScript, variables);
      environment.url = environment.service.url;
    },
    async isReady() {
      const { status } = await askOrFail(environment.url, '/-/health/ready', { timeoutMs: 2000 });
      return status === 200;
    },
    /**
     * Reads the count of every name from the list, and checks that it equals the log, and so do the counts over time.
     * First waits for the statements that a fault has left running in the database.
     */
    async readCounts() {
      await waitUntil('the last recording statement to end', 15, async () => {
        const sql = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'footfall' AND state = 'active'`;
        return (await database.query(sql)).length === 0;
      });
      const listing = await readListing(environment.url);
      const rows = await database.query(
        'SELECT username, count(*)::int AS visits FROM visits JOIN visitors ON visitors.id = visitor_id GROUP BY username',
      );
      const off = rows.filter(({ username, visits }) => listing.get(username) !== visits);
      if (off.length > 0) throw new Error(`list and log differ: ${JSON.stringify(off.slice(0, 5))}`);
      await checkCountsOverTime(environment);
      await waitSessions(database);
      return listing;
    },
    async remove() {
      await environment.service?.stop();
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
  const history = await askOrFail(url, '/-/history?interval=month', { timeoutMs: 5000 });
  const counted = history.json.points.reduce((sum, { visits }) => sum + visits, 0);
  const [{ logged, faults, rolled }] = await database.query(`
    SELECT (SELECT count(*)::int FROM visits) AS logged, (SELECT count(*)::int FROM compare_visit_counts_of_all())
      + (SELECT count(*)::int FROM compare_visit_counts(-9223372036854775808, 9223372036854775807)) AS faults,
      (SELECT sum(visits)::int FROM visit_counts_of_all WHERE grain = 0) AS rolled`);
  if (counted === logged && faults === 0) return;
  throw new Error(`${counted} of ${logged} visits over time; ${rolled} rolled up; ${faults} counts differ`);
}

// Sessions that the pool has lost would use up the connections of the server, fault after fault.
async function waitSessions(database) {
  await waitUntil(`no more than ${poolSize} sessions of the service`, 10, async () => {
    const [{ sessions }] = await database.query(
      `SELECT count(*)::int AS sessions FROM pg_stat_activity
       WHERE application_name = 'footfall' AND datname = current_database()`,
    );
    return sessions <= poolSize;
  });
}
