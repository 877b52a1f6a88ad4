import { Gauge, type Registry } from 'prom-client';
import { readinessCodes } from '../shared/readiness-faults';
import type { Readings } from './readings';

/** Creates the gauges and returns the function that sets them. Unknown values are NaN. */
export function createGauges(registers: Registry[]): (readings: Readings) => void {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const ready = gauge('footfall_ready', '1 when requests can be served.');
  const notReady = new Gauge({
    name: 'footfall_not_ready',
    help: '1 for the reason why requests cannot be served, 0 for every other one.',
    labelNames: ['code'],
    registers,
  });
  const depth = gauge('footfall_record_queue_depth', 'Visits that wait for a recording statement.');
  const inFlight = gauge('footfall_record_statements_in_flight', 'Recording statements under way.');
  const readDepth = gauge('footfall_read_queue_depth', 'Reads that wait for a statement.');
  const readsInFlight = gauge('footfall_read_statements_in_flight', 'Reads under way.');
  const connections = new Gauge({
    name: 'footfall_db_pool_connections',
    help: 'Connections to the database that the pool holds.',
    labelNames: ['state'],
    registers,
  });
  const limit = gauge('footfall_db_pool_limit', 'The most connections that the pool may hold.');
  const waiting = gauge('footfall_db_pool_waiting', 'Requests that wait for a connection of the pool.');
  const pending = gauge('footfall_migrations_pending', 'Migrations of this release that the database lacks.');
  const drift = gauge(
    'footfall_totals_drift',
    'Visitors whose total differed from the log when last verified.',
  );
  const verifiedAt = gauge(
    'footfall_totals_verified_timestamp_seconds',
    'When the totals were last verified, in seconds since 1970.',
  );
  const lag = gauge(
    'footfall_roll_up_lag_visits',
    'Visits that are not in the counts over time yet, so that reads count them from the log.',
  );
  return ({ recorder, reads, pool, verification, ...readings }) => {
    ready.set(readings.notReady === undefined ? 1 : 0);
    for (const code of readinessCodes) notReady.set({ code }, code === readings.notReady ? 1 : 0);
    depth.set(recorder.waiting);
    inFlight.set(recorder.inFlight);
    readDepth.set(reads.waiting);
    readsInFlight.set(reads.inFlight);
    connections.set({ state: 'in_use' }, pool.inUse);
    connections.set({ state: 'idle' }, pool.idle);
    limit.set(pool.limit);
    waiting.set(pool.waiting);
    pending.set(readings.pendingMigrations ?? NaN);
    drift.set(verification?.drifted ?? NaN);
    lag.set(readings.rollUpLag ?? NaN);
    verifiedAt.set(verification ? verification.verifiedAt.getTime() / 1000 : NaN);
  };
}
