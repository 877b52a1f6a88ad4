import { Client } from 'pg';
import { grantServicePrivileges, hasRole } from '../db/service-role/grant-service-privileges';
import type { CommandContext } from './run-command';

/**
 * Grants the service's role what the tables of this release need, as their owner. A new table is so of use to the new
 * service as soon as it is there, and nothing is taken from the old one.
 * @returns the role; undefined when the service is the owner, or when "db:roles" has not created its role yet.
 */
export async function grantToService({ database, settings }: CommandContext): Promise<string | undefined> {
  const service = settings.database;
  if (service.kind === 'embedded' || !service.owner) return undefined;
  const client = new Client(database.clientConfig);
  client.on('error', () => undefined);
  await client.connect();
  try {
    if (!(await hasRole(client, service.username))) return undefined;
    await client.query('BEGIN');
    await grantServicePrivileges(client, service.username);
    await client.query('COMMIT');
    return service.username;
  } finally {
    await client.end();
  }
}
