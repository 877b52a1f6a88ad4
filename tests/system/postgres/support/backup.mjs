import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { runProgram } from '../../support/shell.mjs';
import { repository } from '../../support/work-tree.mjs';
import { createFolder } from './servers.mjs';

const roleFolder = join(repository, 'ansible/roles/backup');
const role = parse(readFileSync(join(roleFolder, 'vars/main.yml'), 'utf8'));

/**
 * Finds the newest pg_dump with its psql and pg_restore: in PG_CLIENT, or among Debian's packages.
 * @returns {Promise<{folder: string, major: number} | undefined>}
 */
export async function findClient() {
  const packages = '/usr/lib/postgresql';
  const versions = existsSync(packages) ? readdirSync(packages) : [];
  const folders = versions
    .sort((one, other) => Number(other) - Number(one))
    .map((v) => join(packages, v, 'bin'));
  const folder = process.env.PG_CLIENT ?? folders.find((each) => existsSync(join(each, 'pg_dump')));
  if (folder === undefined) return undefined;
  const { stdout } = await runProgram(join(folder, 'pg_dump'), ['--version']);
  return { folder, major: Number(/(\d+)/.exec(stdout)[1]) };
}

/**
 * Dumps a database while visits arrive, lets the dump prove itself, drops the database, and restores it, all with the
 * script and the commands of the playbooks.
 * @param settings of the database
 * @param execute runs SQL on a database of the server: `execute(name, sql)`
 */
export async function backUpDropRestore({ folder }, settings, execute) {
  const files = createFolder();
  const file = join(files.folder, 'backup');
  const filter = role.backup_sql_filter;
  const run = async (user, command, ...args) => {
    const env = { ...describeConnection(settings, user), PATH: `${folder}:${process.env.PATH}` };
    return (await runProgram(command, args, { env })).stdout.trim();
  };
  const script = (user, ...words) => run(user, 'bash', join(roleFolder, 'files/database.sh'), ...words);
  const countChecks = `SELECT count(*)::int FROM pg_database WHERE datname LIKE 'footfall_check_%'`;
  try {
    await execute(
      settings.DB_NAME,
      `ALTER DATABASE ${settings.DB_NAME} SET search_path = "of others", public`,
    );
    const numbers = await script(undefined, 'dump', file);
    assert.equal(numbers, '50 visitors, 4321 visits, totals of 4321');
    await execute(settings.DB_NAME, 'INSERT INTO visits (visitor_id) VALUES (1)');
    await script(undefined, 'read', file, filter);
    assert.equal(await script(undefined, 'prove', file, filter, numbers), `restored for a check: ${numbers}`);
    const others = script(undefined, 'prove', file, filter, numbers.replace('4321', '4322'));
    await assert.rejects(others, /gives back 50 visitors, 4321 visits.* instead of 50 visitors, 4322/);
    await execute('postgres', `CREATE ROLE plain LOGIN PASSWORD '${settings.DB_PASSWORD}'`);
    assert.match(
      await script('plain', 'prove', file, filter, numbers),
      /not restored for a check: the role plain/,
    );
    await assert.rejects(script('nobody', 'prove', file, filter, numbers), /nobody/);
    assert.deepEqual(await execute('postgres', countChecks), [{ count: 0 }]);

    await execute('postgres', `DROP DATABASE ${settings.DB_NAME} WITH (FORCE)`);
    await execute('postgres', `CREATE DATABASE ${settings.DB_NAME}`);
    const restore = `pg_restore --single-transaction --no-owner --no-privileges --file=- "$1" | sed "$2"`;
    const command = `${restore} | ${role.backup_psql}`;
    await run(undefined, 'bash', '-e', '-o', 'pipefail', '-c', command, 'restore', file, filter);
  } finally {
    files.remove();
  }
}

function describeConnection(settings, user = settings.DB_USERNAME) {
  return {
    PGHOST: settings.DB_HOST,
    PGPORT: settings.DB_PORT,
    PGUSER: user,
    PGPASSWORD: settings.DB_PASSWORD,
    PGDATABASE: settings.DB_NAME,
  };
}
