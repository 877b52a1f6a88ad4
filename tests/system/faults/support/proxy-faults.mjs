/** Drops everything silently. */
export function blackHole({ pair, hit }) {
  pair.dead = true;
  hit();
}

// The names of the recording statements in the bytes that `pg` sends.
const recording = /append-visits|record-visits-once/;

/**
 * A fault of the proxy that resets the connections that record: `before` the statement reaches the database, or `after`
 * the database has committed it, when the first `bytes` of its reply have been forwarded.
 */
export function resetCommits(when, bytes = 0) {
  return ({ pair, from, chunk, forward, hit }) => {
    if (from === 'service' && recording.test(chunk?.toString('latin1') ?? '')) pair.armed = true;
    if (!pair.armed || (when === 'after' && from === 'service')) return forward();
    pair.dead = true;
    hit();
    if (bytes > 0) forward(chunk?.subarray(0, bytes));
    // The forwarded bytes must be sent first, because a reset discards what is still queued.
    setImmediate(() => {
      pair.service.resetAndDestroy();
      pair.database.resetAndDestroy();
    });
    return undefined;
  };
}
