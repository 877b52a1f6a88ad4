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
import { startExternalServer } from './support/external-server.mjs';

const { countRounds, seed, write } = loadPlan(process.env);
const { share, removeAll } = createSharedResources();
const externalServer = share('the PostgreSQL server', startExternalServer, ({ stop }) => stop());
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
    const skip = rounds === 0 && 'takes long; FAULTS_LONG=1 includes it';
    test(`${fault.name}: ${fault.title}`, { skip }, async () => {
      const { server } = await externalServer();
      rows.push(await runFault(fault, { rounds, seed, externalServer: server, report }));
    });
  }
});
