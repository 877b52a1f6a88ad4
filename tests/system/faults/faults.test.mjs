/**
 * Breaks the service, its database and the path between them under load, and compares what is counted with what was
 * answered: `npm run test:faults`. docs/reliability.md explains the table; load-plan.mjs lists the options.
 */
import { after, describe, test } from 'node:test';
import { createSharedResources, report } from '../support/shared-resources.mjs';
import { describeTools } from './describe-tools.mjs';
import { renderTable, writeTable } from './fault-table.mjs';
import { faults } from './faults.mjs';
import { loadPlan } from './load-plan.mjs';
import { runFault } from './run-fault.mjs';
import { startClockServer } from './support/clock-server.mjs';
import { startExternalServer } from './support/external-server.mjs';
import { startPostgresPair } from './support/postgres-pair.mjs';

const { countRounds, seed, write } = loadPlan(process.env);
const { share, removeAll } = createSharedResources();
const externalServer = share('the PostgreSQL server', startExternalServer, ({ stop }) => stop());
const clockServer = share('the PostgreSQL server with its own clock', startClockServer, ({ stop }) => stop());
const pair = share('the pair of PostgreSQL servers', startPostgresPair, ({ stop }) => stop());
const serverOf = ({ clock, database }) => {
  if (database === 'pair') return pair();
  return clock ? clockServer() : externalServer();
};
const unavailable = new Map();
for (const fault of faults) unavailable.set(fault, (await fault.unavailable?.()) ?? false);
const rows = [];

after(removeAll);
after(async () => {
  if (rows.length === 0) return;
  process.stdout.write(`\n${await renderTable(rows)}\n`);
  if (write) report(`wrote ${await writeTable(rows)}`);
});

describe('tools', describeTools);

describe(`faults with seed ${seed}`, () => {
  for (const fault of faults) {
    const rounds = countRounds(fault);
    const skip = rounds === 0 ? 'takes long; FAULTS_LONG=1 includes it' : unavailable.get(fault);
    test(`${fault.name}: ${fault.title}`, { skip }, async () => {
      const { server } = await serverOf(fault.needs);
      rows.push(await runFault(fault, { rounds, seed, externalServer: server, report }));
    });
  }
});
