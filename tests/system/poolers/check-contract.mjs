import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readListing } from '../faults/support/compiled.mjs';
import { ask } from '../support/http-client.mjs';
import { createVisitLedger } from '../support/visit-ledger.mjs';
import { startVisitLoad } from '../support/visit-load.mjs';

const names = ['alice', 'bob', 'carol', 'dave'];

/**
 * Records in every way while the owner acts, and compares all numbers with the list and the log.
 * @returns a summary.
 */
export async function checkContract(installation) {
  const { urls, run } = installation;
  assert.equal((await installation.askReady()).status, 200, installation.readLog());
  const ledger = createVisitLedger();
  const loads = urls.flatMap((url) => [
    startVisitLoad(url, { names, clients: 4, keepAlive: true, ledger }),
    startVisitLoad(url, { names, clients: 2, ledger, createKey: randomUUID }),
  ]);
  try {
    await checkWays(installation);
    await actAsOwner(installation);
    await run('totals', 'rebuild');
    await run('migrate', 'up');
    await wait(1000);
  } finally {
    await Promise.all(loads.map((load) => load.stop()));
  }
  const listing = await readListing(urls[0]);
  const { requested, answered } = ledger.sum();
  assert.equal(await ledger.check((name) => listing.get(name) ?? 0), requested);
  assert.equal(answered, requested);
  await run('totals', 'verify');
  const [{ logged }] = await installation.database.query('SELECT count(*)::int AS logged FROM visits');
  const others = ['once', 'keyed', 'hit', 'hidden', 'imported'].map((name) => listing.get(name) ?? 0);
  // Three of "hidden", which the list leaves out.
  assert.deepEqual(others, [20, 1, 10, 0, 4000]);
  assert.equal(logged, answered + 20 + 1 + 10 + 3 + 4000);
  return `${answered} of ${requested} answered`;
}

/** Records with a key, once for each client, and by a badge, each through both processes at once. */
async function checkWays({ urls }) {
  const urlOf = (index) => urls[index % urls.length];
  const times = (count, visit) => Promise.all(Array.from({ length: count }, (_, index) => visit(index)));
  const clients = await times(60, (index) => {
    const headers = { 'X-Forwarded-For': `192.0.2.${index % 20}` };
    return ask(urlOf(index), '/once?once=day', { headers });
  });
  const key = randomUUID();
  const keyed = await times(10, (index) =>
    ask(urlOf(index), '/keyed', { headers: { 'Idempotency-Key': key } }),
  );
  const hits = await times(10, (index) => ask(urlOf(index), '/-/hit/hit.svg'));
  for (const { status } of [...clients, ...keyed, ...hits]) assert.equal(status, 200);
  assert.deepEqual([...new Set(keyed.map(({ json }) => json.visits))], [1]);
  const badge = await ask(urls[0], '/-/badge/once.json');
  assert.match(badge.text, /\b20\b/);
}

/** Hides a name, erases another, and imports visits. */
async function actAsOwner({ urls, run }) {
  for (const name of ['hidden', 'erased']) {
    for (let visit = 0; visit < 3; visit += 1) await ask(urls[visit % 2], `/${name}`);
  }
  await run('visitors', 'hide', 'hidden');
  await run('visitors', 'erase', 'erased');
  const folder = await mkdtemp(join(tmpdir(), 'footfall-poolers-'));
  const file = join(folder, 'visits.csv');
  const start = Date.UTC(2026, 0, 1);
  const lines = Array.from({ length: 4000 }, (_, minute) =>
    ['imported', new Date(start + minute * 60_000).toISOString()].join(','),
  );
  await writeFile(file, `username,visited_at\n${lines.join('\n')}\n`);
  try {
    await run('visits', 'import', file);
  } finally {
    await rm(folder, { recursive: true });
  }
}
