import pg from 'pg';
import { runProgram } from '../../support/shell.mjs';
import { repository } from '../../support/work-tree.mjs';

/** Runs a command of the program with settings, and returns what it printed. */
export async function runFootfall(settings, ...words) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...settings };
  const options = { env, cwd: repository, timeoutMs: 600_000 };
  return (await runProgram('node', ['dist/src/cli/footfall.js', ...words], options)).stdout;
}

/** Runs SQL on the database that the settings name. */
export async function execute(settings, sql, values = []) {
  const client = new pg.Client({
    host: settings.DB_HOST,
    port: Number(settings.DB_PORT),
    user: settings.DB_USERNAME,
    password: settings.DB_PASSWORD,
    database: settings.DB_NAME,
  });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** Creates a database with the current schema and visits of three days to 50 names. */
export async function fillDatabase(settings) {
  await execute({ ...settings, DB_NAME: 'postgres' }, `CREATE DATABASE ${settings.DB_NAME}`);
  await runFootfall(settings, 'migrate', 'up');
  await execute(
    settings,
    `INSERT INTO visitors (username) SELECT 'name' || i FROM generate_series(1, 50) AS i`,
  );
  await execute(
    settings,
    `INSERT INTO visits (visitor_id, visited_at)
       SELECT 1 + i % 50, now() - i * interval '1 minute' FROM generate_series(1, 4321) AS i`,
  );
}

/** Lists names with their numbers. */
export function readNumbers(settings) {
  return execute(
    settings,
    'SELECT username, visits FROM visitors JOIN visit_totals ON visitor_id = id ORDER BY username COLLATE "C"',
  );
}
