import type { Migration } from '../src/shared/migration';

/**
 * The salt of each day (UTC), from which the service makes the keys of clients that are counted once. The database
 * creates it, so it is in no statement. Expand only.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    // Two random UUIDs have 244 random bits, from the strong source of the server.
    await run(`CREATE TABLE client_salts (
      day date PRIMARY KEY,
      salt bytea NOT NULL DEFAULT sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
      CONSTRAINT client_salts_length CHECK (length(salt) = 32)
    )`);
  },

  async down({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run('DROP TABLE client_salts');
  },
};
