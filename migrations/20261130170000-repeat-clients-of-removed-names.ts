import type { Migration } from '../src/shared/migration';
import { replaceInFunction } from '../src/shared/replace-in-function';

const name = 'record_visits_of_new_clients(uuid[], uuid[], text[], int[], date)';

/**
 * Answers a new client of a visitor that the owner removed meanwhile as not recorded, also if another visit has created
 * the name again by then. Until now it was answered as counted before. Expand only.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    for (const [before, after] of changes) await run(replaceInFunction(name, before, after));
  },

  async down({ run }) {
    // Backwards, because the function must be valid after each.
    for (const [before, after] of changes.toReversed()) await run(replaceInFunction(name, after, before));
  },
};

const changes = [
  ['locked record;', 'locked record; missed text[];'],
  [
    'IF key_day <>',
    `IF cardinality(wanted) > coalesce(cardinality(locked.names), 0) THEN
        missed := ARRAY(SELECT unnest(wanted) EXCEPT SELECT unnest(locked.names));
      END IF;

      IF key_day <>`,
  ],
  [
    'SELECT NULL::bigint, visitor.id, name, visits',
    // A name without a total has been missed, too, and keeps its id: repeating its visits would not help.
    'SELECT NULL::bigint, CASE WHEN name = ANY (missed) AND visits IS NOT NULL THEN NULL ELSE visitor.id END, name, visits',
  ],
] as const;
