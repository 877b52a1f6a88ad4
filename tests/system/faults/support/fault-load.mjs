import { setTimeout as wait } from 'node:timers/promises';
import { askOrFail } from '../../support/http-client.mjs';
import { waitUntil } from '../../../support/wait-until.cjs';
import { startVisitLoad } from '../../support/visit-load.mjs';
import { createZipf } from './compiled.mjs';

/** The longest time that any request may take, whatever breaks. */
const limitMs = 6000;

/** Checks every response during a fault: how long it took, and whether a refusal has the documented form. */
export function createResponseCheck({ mayLoseResponses }) {
  const result = { refused: 0, lost: 0, longestMs: 0, errors: [] };
  return {
    result,
    observe(response, ms, path) {
      const { status } = response;
      const isLost = typeof status !== 'number';
      result.longestMs = Math.max(result.longestMs, ms);
      if (ms > limitMs) result.errors.push(`GET ${path} took ${Math.round(ms)} ms (${status})`);
      if (status === 200) return;
      if (isLost) result.lost += 1;
      else result.refused += 1;
      if (!isLost || !mayLoseResponses) result.errors.push(...findErrors(response, path));
    },
  };
}

function findErrors({ status, headers, json }, path) {
  if (typeof status !== 'number') return [`GET ${path} got no response (${status})`];
  const errors = [];
  if (![503, 504].includes(status)) errors.push(`status ${status}`);
  if (!headers['content-type']?.startsWith('application/problem+json')) errors.push('no problem+json');
  if (typeof json?.code !== 'string') errors.push('no code');
  if (headers['retry-after'] === undefined) errors.push('no Retry-After');
  return errors.map((error) => `GET ${path} was refused with ${error}`);
}

/**
 * Visits forty names by Zipf's law and sometimes a new one, over kept connections and over new ones, beside a few
 * readers. With `createKey`, a visit of unknown outcome is retried under its key. The same random numbers give the same
 * names. Several processes of the service share the load.
 */
export function startFaultLoad(urls, { ledger, responses, random, label, createKey }) {
  const { observe } = responses;
  const timeoutMs = limitMs + 2000;
  let created = 0;
  const ranks = Array.from({ length: 24 }, () => createZipf(40, Math.floor(random() * 1e6)));
  const nextName = (client) => {
    if (random() < 0.03) return `new-${label}-${(created += 1)}`;
    return `name-${ranks[client]()}`;
  };
  const options = { ledger, observe, nextName, createKey, timeoutMs };
  const loads = urls.flatMap((url) => [
    startVisitLoad(url, { ...options, clients: 14 / urls.length, keepAlive: true }),
    startVisitLoad(url, { ...options, clients: 10 / urls.length }),
  ]);

  let stopped = false;
  const read = async (path, index) => {
    const url = urls[index % urls.length];
    while (!stopped) {
      const startedAt = performance.now();
      const response = await askOrFail(url, path, { timeoutMs });
      // 404: the name has no visit yet.
      if (response.status !== 404) observe(response, performance.now() - startedAt, path);
      await wait(response.status === 200 ? 20 : 200);
    }
  };
  const readers = Promise.all(['/', '/-/visitors/name-1', '/-/summary', '/-/badge/name-1.svg'].map(read));
  return {
    /** Waits until `count` more visits have been answered. */
    async waitForAnswers(count) {
      const before = ledger.sum().answered;
      await waitUntil(`${count} answers`, 20, () => ledger.sum().answered >= before + count);
    },
    async stop() {
      stopped = true;
      await Promise.all([...loads.map((load) => load.stop()), readers]);
    },
  };
}
