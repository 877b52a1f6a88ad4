import { escapeIdentifier, escapeLiteral, type ClientBase } from 'pg';
import { createScramVerifier } from './create-scram-verifier';
import { findRoleFaults } from './find-role-faults';
import { grantServicePrivileges, hasRole, readSchema } from './grant-service-privileges';
import { listRoleLimits, type ServiceTimes } from './list-role-limits';
import { withdrawFromPublic } from './withdraw-from-public';

/** The role that the service logs in as. */
export interface ServiceRole {
  readonly name: string;
  /** Undefined if the role keeps its password or logs in another way. */
  readonly password: string | undefined;
  readonly times: ServiceTimes;
}

/**
 * Creates or updates the service's role in one transaction: its password, its limits, and exactly the privileges that
 * this release needs. The client must be logged in as the owner of the tables, which needs CREATEROLE and nothing more.
 * @param report receives one line for each change.
 * @throws {Error} if the role could still change the log; then nothing is changed.
 */
export async function updateServiceRole(
  client: ClientBase,
  { name, password, times }: ServiceRole,
  report: (line: string) => void,
): Promise<void> {
  const role = escapeIdentifier(name);
  await client.query('BEGIN');
  try {
    const known = await hasRole(client, name);
    if (!known) await client.query(`CREATE ROLE ${role} LOGIN`);
    report(`${known ? 'exists' : 'created'}: role ${name}`);
    if (password === undefined) {
      report('unchanged: its password, since none was given');
    } else {
      await client.query(`ALTER ROLE ${role} LOGIN PASSWORD ${escapeLiteral(createScramVerifier(password))}`);
      report('set: its password');
    }
    await setLimits(client, role, times, report);
    const granted = await grantExactly(client, name);
    report('granted: SELECT on every table and sequence, including future ones');
    for (const { table, privileges } of granted) report(`granted: ${privileges.join(', ')} on ${table}`);
    for (const line of await withdrawFromPublic(client)) report(line);
    const faults = await findRoleFaults(client, name);
    if (faults.length > 0) {
      throw new Error(
        `nothing was changed, because ${name} cannot be the service's role: ${faults.join('; ')}`,
      );
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function setLimits(
  client: ClientBase,
  role: string,
  times: ServiceTimes,
  report: (line: string) => void,
): Promise<void> {
  const { rows } = await client.query<{ version: string; database: string }>(
    `SELECT current_setting('server_version_num') AS version, current_database() AS database`,
  );
  const [server] = rows;
  if (!server) throw new Error('the server does not tell its version');
  const database = escapeIdentifier(server.database);
  for (const [setting, milliseconds] of listRoleLimits(times, Number(server.version))) {
    await client.query(`ALTER ROLE ${role} IN DATABASE ${database} SET ${setting} = ${milliseconds}`);
    report(`set: its ${setting} to ${milliseconds} ms`);
  }
}

/** Revokes everything granted to the role in this schema, then grants what the service needs. */
async function grantExactly(client: ClientBase, role: string) {
  const schema = escapeIdentifier(await readSchema(client));
  for (const objects of ['TABLES', 'SEQUENCES', 'ROUTINES']) {
    await client.query(`REVOKE ALL ON ALL ${objects} IN SCHEMA ${schema} FROM ${escapeIdentifier(role)}`);
  }
  await client.query(`REVOKE ALL ON SCHEMA ${schema} FROM ${escapeIdentifier(role)}`);
  return grantServicePrivileges(client, role);
}
