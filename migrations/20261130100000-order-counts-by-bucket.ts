import type { Migration } from '../src/shared/migration';
import { replaceInFunction } from '../src/shared/replace-in-function';

/**
 * Writes the counts of a bucket beside each other, as visits that come one by one do, and no longer those of a visitor.
 * A list of a range reads a few buckets of every visitor: after an import, each count was on a page of its own.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    for (const name of writers) await run(replaceInFunction(name, byVisitor, byBucket));
  },

  async down({ run }) {
    for (const name of writers) await run(replaceInFunction(name, byBucket, byVisitor));
  },
};

const writers = ['add_to_visit_counts(bigint[], timestamptz[])', 'correct_visit_counts(bigint, bigint)'];
// The columns are visitor_id, grain and bucket.
const byVisitor = 'ORDER BY 1, 2, 3';
const byBucket = 'ORDER BY 2, 3, 1';
