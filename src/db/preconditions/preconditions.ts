import type { ReadinessCode } from '../../shared/readiness-faults';
import { selectLackingPrivileges } from '../service-role/lacking-privileges';
import { namesOtherSchema } from './correct-search-paths';

/**
 * When a precondition is checked: on any database of a server before one is created in it; on the database that
 * `createdb` created or found; by `migrate up` before it changes something; by each readiness check.
 */
export type PreconditionStage = 'server' | 'database' | 'migrate' | 'serve';

/** Something that must hold before Footfall can work with a database. */
export interface Precondition {
  readonly code: ReadinessCode;
  readonly stages: readonly PreconditionStage[];
  /** SQL expression: NULL if it holds, otherwise a text that says what was found. Takes no lock and reads no table. */
  readonly found: string;
}

/** The oldest server that has everything the migrations use. */
const oldestVersion = 130_000;

/**
 * All preconditions that one statement can check, the most basic first. `findSequencesBehind` checks the one that
 * needs two.
 */
export const preconditions: readonly Precondition[] = [
  {
    code: 'database-version',
    stages: ['server', 'database', 'migrate', 'serve'],
    found: `CASE WHEN current_setting('server_version_num')::int < ${oldestVersion}
      THEN current_setting('server_version') END`,
  },
  {
    code: 'database-encoding',
    stages: ['database', 'migrate', 'serve'],
    found: `nullif(current_setting('server_encoding'), 'UTF8')`,
  },
  {
    code: 'database-session',
    stages: ['migrate', 'serve'],
    found: `(
      SELECT string_agg(name || ' ' || current_setting(name), ', ')
      FROM (VALUES ('DateStyle', 'ISO%'), ('IntervalStyle', 'postgres'), ('TimeZone', 'UTC'),
        ('default_transaction_isolation', 'read committed')) AS set (name, value)
      WHERE current_setting(name) NOT LIKE value)`,
  },
  {
    code: 'database-read-only',
    stages: ['migrate', 'serve'],
    found: `CASE WHEN pg_is_in_recovery() THEN 'a standby'
      WHEN current_setting('transaction_read_only') = 'on' THEN 'a read-only session' END`,
  },
  {
    code: 'database-privileges',
    stages: ['migrate'],
    found: `CASE
      WHEN has_schema_privilege(current_schema(), 'CREATE') IS NOT TRUE THEN 'no right to create tables in the schema'
      WHEN (SELECT NOT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('visitors'))
        THEN 'another owner of the tables' END`,
  },
  {
    code: 'database-collation',
    stages: ['serve'],
    found: `(
      SELECT collname FROM pg_attribute JOIN pg_collation ON pg_collation.oid = attcollation
      WHERE attrelid = to_regclass('visitors') AND attname = 'username' AND collname <> 'C')`,
  },
  {
    code: 'database-schema',
    stages: ['serve'],
    // All functions move together.
    found: `(
      SELECT setting FROM pg_proc CROSS JOIN unnest(proconfig) AS setting
      WHERE pg_proc.oid = to_regproc('roll_up_visits') AND ${namesOtherSchema})`,
  },
  {
    code: 'database-privileges',
    stages: ['serve'],
    found: `(
      SELECT string_agg('no ' || privilege || ' on ' || "table", ', ')
      FROM (${selectLackingPrivileges('current_user')}) AS lacking)`,
  },
];
