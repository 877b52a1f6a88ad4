import type { Command } from 'commander';
import type { RolesOptions } from './roles/update-role';

/** Adds `footfall roles`. */
export function addRoles(program: Command): void {
  program
    .command('roles')
    .description('Create the role DB_USERNAME, which may append to the log but not change it, or update it.')
    .option('--password-file <path>', 'read its password from this file instead of DB_PASSWORD')
    .addHelpText(
      'after',
      `
Example:
  $ DB_HOST=db.example.com DB_OWNER_USERNAME=owner DB_USERNAME=footfall footfall roles --password-file role-password

Environment:
  DB_OWNER_USERNAME and DB_OWNER_PASSWORD, the owner of the tables, who needs CREATEROLE; DB_USERNAME and DB_PASSWORD,
  the role that the service gets. Without a password the role keeps the one that it has.`,
    )
    .action(async (options: RolesOptions) => {
      const { updateRole } = await import('./roles/update-role.js');
      await updateRole(options);
    });
}
