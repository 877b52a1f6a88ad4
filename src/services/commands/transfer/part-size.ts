// Visits wait at least a second before they are refused.
const aimMs = 200;
const firstRows = 500;
// Each part also takes a few trips to the database, which may take longer than its rows.
const fewestRows = 100;

/** Sizes the parts of work whose rows visits wait for, so that a part takes about a fifth of a second on any machine. */
export interface PartSize {
  /** Rows of the next part. */
  readonly rows: number;
  /** Does a part, and learns from the time that it takes. */
  measure<T>(part: () => Promise<T>): Promise<T>;
}

/** Creates the sizes of the parts of one work: at most `most` rows, and at most twice as many as the part before. */
export function createPartSize(most: number): PartSize {
  let rows = Math.min(firstRows, most);
  return {
    get rows() {
      return rows;
    },
    async measure(part) {
      const begunAt = performance.now();
      const result = await part();
      const fitting = (rows * aimMs) / (performance.now() - begunAt);
      rows = Math.floor(Math.min(most, 2 * rows, Math.max(fewestRows, fitting)));
      return result;
    },
  };
}
