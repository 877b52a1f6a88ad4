import { baseImages } from '../../support/base-images.mjs';
import { docker } from '../../support/shell.mjs';
import { waitUntil } from '../../../support/wait-until.cjs';
import { runId } from '../../support/engine.mjs';

const container = `footfall-deploy-db-${runId}`;
const name = 'footfall';

/** The owner role, which migrates, and two roles for the service, which switches from the first to the second. */
export const roles = {
  owner: { username: 'footfall', password: `owner-pw-${runId}` },
  first: { username: 'footfall_blue', password: `blue-pw-${runId}` },
  second: { username: 'footfall_green', password: `green-pw-${runId}` },
};

/** Starts a PostgreSQL outside the swarm, like a managed database, with TLS and separate roles. */
export async function startDatabase({ network, databaseAddress: address }) {
  await docker([
    ...['run', '--detach', '--name', container, '--network', network, '--ip', address],
    ...['--env', `POSTGRES_PASSWORD=admin-pw-${runId}`, baseImages.postgres],
  ]);
  // Over TCP, because a server that still initialises its cluster answers on its Unix socket only.
  await waitUntil('the database', 60, () => docker(['exec', container, 'pg_isready', '--host', address]));
  const run = (script) =>
    docker(['exec', '--user', 'postgres', '--interactive', container, 'sh', '-eu'], { input: script });
  const query = (sql, database = name) =>
    run(
      `psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 ${database} <<'SQL'\n${sql}\nSQL`,
    );

  // The certificate is its own authority: with it, a client can verify the server and its address.
  const authority = await run(`cd "$PGDATA"
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=footfall-test -addext subjectAltName=IP:${address} \\
      -keyout server.key -out server.crt 2>/dev/null
    chmod 600 server.key
    cat server.crt`);
  const logins = Object.values(roles).map(
    ({ username, password }) => `CREATE ROLE ${username} LOGIN PASSWORD '${password}';`,
  );
  await query(`${logins.join('\n')}\nALTER SYSTEM SET ssl = on;\nSELECT pg_reload_conf();`, 'postgres');
  const create = () => query(`CREATE DATABASE ${name} OWNER ${roles.owner.username}`, 'postgres');
  await create();

  return {
    address,
    name,
    authority,
    query,
    /** Returns the schema as pg_dump writes it, and the recorded migrations: equal text means an equal schema. */
    async describeSchema() {
      const schema = await run(`pg_dump --schema-only ${name}`);
      const recorded = schema.includes('CREATE TABLE public.schema_migrations')
        ? await query('SELECT name FROM schema_migrations ORDER BY name')
        : '';
      // Newer releases of pg_dump write two lines with a random word.
      return `${schema.replace(/^\\(un)?restrict .*$/gm, '')}\n${recorded}`;
    },
    /** Lists the count of every visitor by the log and by the totals, as text. */
    listCounted: () =>
      query(`SELECT username, count(visits.id), coalesce(max(visit_totals.visits), 0)
        FROM visitors LEFT JOIN visits ON visits.visitor_id = visitors.id
        LEFT JOIN visit_totals ON visit_totals.visitor_id = visitors.id
        GROUP BY visitors.id ORDER BY visitors.id`),
    /** Lists the roles that the service is logged in as. */
    async listServiceRoles() {
      const rows = await query(`SELECT DISTINCT usename FROM pg_stat_activity
        WHERE application_name = 'footfall' AND datname = '${name}' ORDER BY 1`);
      return rows.split('\n').filter(Boolean);
    },
    /** Drops the database with all its connections, and creates an empty one of the same name. */
    async replaceByEmpty() {
      await query(`DROP DATABASE ${name} WITH (FORCE)`, 'postgres');
      await create();
    },
    stop: () => docker(['rm', '--force', '--volumes', container]),
  };
}
