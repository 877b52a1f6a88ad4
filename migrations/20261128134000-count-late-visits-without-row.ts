import type { Migration } from '../src/shared/migration';

/**
 * A visit behind the mark creates the row of `visit_rollup` if it is missing, instead of being refused: a restore that
 * was rolled back leaves the mark, because a sequence is not rolled back. Expand only.
 */
export const migration: Migration = {
  downIsSafe: true,

  up: ({ run }) => run(replaceInTrigger(lockRow, lockRow + createRow)),

  down: ({ run }) => run(replaceInTrigger(createRow, '')),
};

const lockRow = 'SELECT rolled_id INTO rolled FROM visit_rollup FOR UPDATE;';

// The row is created without counts, so nothing is behind its watermark. If another transaction is creating it, this one
// waits for it.
const createRow = `
      IF NOT FOUND THEN
        INSERT INTO visit_rollup DEFAULT VALUES ON CONFLICT DO NOTHING;
        ${lockRow}
      END IF;`;

/** SQL that changes a part of `count_late_visits`, and nothing else of it. */
const replaceInTrigger = (before: string, after: string): string => `
  DO $do$
  DECLARE
    definition text := pg_get_functiondef('count_late_visits()'::regprocedure);
  BEGIN
    IF strpos(definition, $before$${before}$before$) = 0 THEN
      RAISE EXCEPTION 'count_late_visits is not as the migrations made it';
    END IF;
    EXECUTE replace(definition, $before$${before}$before$, $after$${after}$after$);
  END $do$`;
