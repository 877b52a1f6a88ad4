import type { Sequelize } from 'sequelize';

/** What gives up the connections of a pool. */
interface ConnectionGiver {
  replaceOld(): void;
  dropLost(): Promise<void>;
}

const givers = new WeakMap<Sequelize, ConnectionGiver>();

/** Sets what gives up the connections of a pool. */
export function setGiver(sequelize: Sequelize, giver: ConnectionGiver): void {
  givers.set(sequelize, giver);
}

/**
 * Replaces the connections that are older than a second before their next use. A session that began while the database
 * was read-only stays read-only, and a new one does not.
 */
export function replaceConnections(sequelize: Sequelize): void {
  givers.get(sequelize)?.replaceOld();
}

/** Closes the connections whose session the server does not know, as after a fail-over. Never rejects. */
export async function dropLostSessions(sequelize: Sequelize): Promise<void> {
  await givers.get(sequelize)?.dropLost();
}
