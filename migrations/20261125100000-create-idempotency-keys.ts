import type { Migration } from '../src/shared/migration';

/**
 * The keys under which visits were recorded, and the numbers those visits got: a repeat within a day is answered from
 * here. A row is written in the transaction that appends its visit. Expand only.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    // The reference locks the visitors for a moment; rather fail than hold up writers behind a long transaction.
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run(`CREATE TABLE idempotency_keys (
      key text COLLATE "C" PRIMARY KEY,
      visitor_id bigint NOT NULL REFERENCES visitors (id) ON DELETE CASCADE,
      visits bigint NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT idempotency_keys_length CHECK (char_length(key) BETWEEN 1 AND 64),
      CONSTRAINT idempotency_keys_characters CHECK (key !~ '[^\\u0020-\\u007E]'),
      CONSTRAINT idempotency_keys_visits CHECK (visits >= 1)
    )`);
    await run('CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at)');
    await run('CREATE INDEX idempotency_keys_visitor_id ON idempotency_keys (visitor_id)');
  },

  async down({ run, lockTogether }) {
    // Visitors too, which the reference to them locks.
    await lockTogether(['visitors', 'idempotency_keys']);
    await run('DROP TABLE idempotency_keys');
  },
};
