import { setTimeout as wait } from 'node:timers/promises';
import { ask } from '../../support/http-client.mjs';
import { waitUntil } from '../../support/shell.mjs';
import { startVisitLoad } from '../../support/visit-load.mjs';
import { createZipf } from './compiled.mjs';

/** No request may take longer, whatever breaks. */
export const longestMs = 6000;

/** Judges every answer of a fault's rounds: how long it took, and whether a refusal has the form that is promised. */
export function createJudge({ mayCut }) {
  const verdict = { refused: 0, cut: 0, longest: 0, faults: [] };
  return {
    verdict,
    observe(answer, ms, path) {
      const { status } = answer;
      verdict.longest = Math.max(verdict.longest, ms);
      if (ms > longestMs) verdict.faults.push(`GET ${path} took ${Math.round(ms)} ms (${status})`);
      if (status === 200) return;
      if (typeof status === 'number') verdict.refused += 1;
      else verdict.cut += 1;
      if (typeof status === 'number' || !mayCut) verdict.faults.push(...findFormFaults(answer, path));
    },
  };
}

function findFormFaults({ status, headers, json }, path) {
  if (typeof status !== 'number') return [`GET ${path} got no answer (${status})`];
  const faults = [];
  if (![503, 504].includes(status)) faults.push(`status ${status}`);
  if (!headers['content-type']?.startsWith('application/problem+json')) faults.push('no problem+json');
  if (typeof json?.code !== 'string') faults.push('no code');
  if (headers['retry-after'] === undefined) faults.push('no Retry-After');
  return faults.map((fault) => `GET ${path} was refused with ${fault}`);
}

/**
 * Visits forty names by Zipf's law and now and then a new one, over connections that are kept and over new ones, with
 * a few readers beside. With `createKey` a visit whose outcome is unknown is asked again under its key. The same random numbers give the same names.
 */
export function startFaultLoad(url, { books, judge, random, label, createKey }) {
  const { observe } = judge;
  let created = 0;
  const ranks = Array.from({ length: 24 }, () => createZipf(40, Math.floor(random() * 1e6)));
  const nextName = (client) => {
    if (random() < 0.03) return `new-${label}-${(created += 1)}`;
    return `name-${ranks[client]()}`;
  };
  const options = { books, observe, nextName, createKey, timeoutMs: longestMs + 2000 };
  const kept = startVisitLoad(url, { ...options, clients: 14, keepAlive: true });
  const fresh = startVisitLoad(url, { ...options, clients: 10 });

  let stopped = false;
  const read = async (path) => {
    while (!stopped) {
      const startedAt = performance.now();
      const answer = await ask(url, path, { timeoutMs: longestMs + 2000 }).catch(({ code }) => ({
        status: code,
      }));
      // A name that nobody has visited yet.
      if (answer.status !== 404) observe(answer, performance.now() - startedAt, path);
      await wait(answer.status === 200 ? 20 : 200);
    }
  };
  const readers = Promise.all(['/', '/-/visitors/name-1', '/-/summary', '/-/badge/name-1.svg'].map(read));
  return {
    /** Waits until so many more visits have been answered. */
    async waitForAnswers(count) {
      const before = books.sum().answered;
      await waitUntil(`${count} answers`, 20, () => books.sum().answered >= before + count);
    },
    async stop() {
      stopped = true;
      await Promise.all([kept.stop(), fresh.stop(), readers]);
    },
  };
}
