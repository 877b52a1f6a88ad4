import type { Migration } from '../src/shared/migration';

/** What the owner has changed about visitors. For the owner alone: it holds names that are hidden. Expand only. */
export const migration: Migration = {
  // The record is stored nowhere else.
  downIsSafe: false,

  async up({ run }) {
    // `visitor_id` is the visitor that has the visits now, if there is one. The name of an erased visitor is in no row:
    // `salt` and `hash` take its place.
    await run(`CREATE TABLE visitor_changes (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      changed_at timestamptz NOT NULL DEFAULT now(),
      act text NOT NULL CHECK (act IN ('add', 'hide', 'unhide', 'rename', 'merge', 'erase')),
      visitor_id bigint NOT NULL,
      username text,
      new_name text,
      keeps_alias boolean NOT NULL DEFAULT false,
      visits_before bigint NOT NULL,
      visits_after bigint NOT NULL,
      changed_by_role text NOT NULL DEFAULT session_user,
      changed_by text NOT NULL,
      salt bytea,
      hash bytea,
      CHECK ((username IS NULL) = (hash IS NOT NULL) AND (salt IS NULL) = (hash IS NULL))
    )`);
    await run('CREATE INDEX visitor_changes_visitor_id ON visitor_changes (visitor_id)');
  },

  async down({ run }) {
    await run('DROP TABLE visitor_changes');
  },
};
