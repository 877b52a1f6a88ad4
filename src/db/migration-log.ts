import { QueryTypes, type Sequelize, type Transaction } from 'sequelize';

/** The applied migrations. Names have no extension, so that compiled and source runs agree. */
const createLogTable = `CREATE TABLE IF NOT EXISTS schema_migrations (
  name text PRIMARY KEY,
  applied_at timestamptz NOT NULL DEFAULT now()
)`;

/** Lists the applied migrations, oldest first; none if the table does not exist yet. */
export async function listAppliedMigrations(sequelize: Sequelize): Promise<string[]> {
  const [table] = await sequelize.query<{ present: boolean }>(
    `SELECT to_regclass('schema_migrations') IS NOT NULL AS present`,
    { type: QueryTypes.SELECT },
  );
  if (table?.present !== true) return [];
  const rows = await sequelize.query<{ name: string }>('SELECT name FROM schema_migrations ORDER BY name', {
    type: QueryTypes.SELECT,
  });
  return rows.map((row) => row.name);
}

/** Records a migration in the transaction that applies it. */
export async function recordMigration(
  sequelize: Sequelize,
  name: string,
  transaction: Transaction,
): Promise<void> {
  await sequelize.query(createLogTable, { transaction });
  await sequelize.query('INSERT INTO schema_migrations (name) VALUES ($1)', { bind: [name], transaction });
}

/** Removes the record of a migration in the transaction that reverts it. */
export async function forgetMigration(
  sequelize: Sequelize,
  name: string,
  transaction: Transaction,
): Promise<void> {
  await sequelize.query('DELETE FROM schema_migrations WHERE name = $1', { bind: [name], transaction });
}
