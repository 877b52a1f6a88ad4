import { servicePrivileges } from './service-privileges';

const wanted = servicePrivileges.flatMap(({ table, privileges }) =>
  ['SELECT', ...privileges].map((privilege) => `('${table}', '${privilege.split(' ')[0]}')`),
);

/**
 * SQL of the privileges that the service needs on the tables that exist and a role does not have: rows of
 * (table, privilege). Granted counts in every way: to the role, to one that it is a member of, or to PUBLIC.
 * @param role SQL expression of type `name`.
 */
export function selectLackingPrivileges(role: string): string {
  return `
    SELECT "table", privilege FROM (VALUES ${wanted.join(', ')}) AS wanted ("table", privilege)
    WHERE to_regclass("table") IS NOT NULL AND NOT CASE privilege
      WHEN 'DELETE' THEN has_table_privilege(${role}, "table", privilege)
      ELSE has_any_column_privilege(${role}, "table", privilege) END`;
}
