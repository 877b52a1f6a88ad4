import type { Migration } from '../src/shared/migration';
import { replaceInFunction } from '../src/shared/replace-in-function';

/**
 * Analyses also a table in which a vacuum counted only the few rows from before a large load, because it passed before
 * the load was committed. Until autovacuum came again, each lookup of a name read all visitors.
 */
export const migration: Migration = {
  downIsSafe: true,

  up: ({ run }) => run(replaceInFunction('analyse_grown_tables()', isGrown, isGrownOrMiscounted)),

  down: ({ run }) => run(replaceInFunction('analyse_grown_tables()', isGrownOrMiscounted, isGrown)),
};

const isGrown = `relpages < 1000
        AND (relnamespace, relowner) = (SELECT relnamespace, relowner FROM pg_class WHERE oid = TG_RELID)
        AND pg_relation_size(oid) / current_setting('block_size')::int > 2 * relpages + 16`;

// Not in a table so large that it may take longer than a pass: 10,000 pages hold a million visitors.
const isGrownOrMiscounted = `relpages < 10000
        AND (relnamespace, relowner) = (SELECT relnamespace, relowner FROM pg_class WHERE oid = TG_RELID)
        AND (
          relpages < 1000 AND pg_relation_size(oid) / current_setting('block_size')::int > 2 * relpages + 16
          OR pg_stat_get_live_tuples(oid) > 2 * reltuples + 1000
        )`;
