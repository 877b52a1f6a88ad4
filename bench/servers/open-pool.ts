import type { Sequelize } from 'sequelize';
import { loadSettings } from '../../src/config/load-settings';
import { openDatabase } from '../../src/lifecycle/open-database';

/** Opens the pool that Footfall would open with the same environment. */
export async function openPool(): Promise<Sequelize> {
  const settings = loadSettings(process.env);
  const database = await openDatabase(settings, 'shared', 'footfall-bench');
  return database.connect(settings.pool);
}
