/**
 * Breaks the service, its database and the path between them under load, and holds what is counted against what was
 * answered: `npm run test:faults`. `--help` names the options; docs/reliability.md says what the table means.
 */
import { createChecks, report } from '../support/checks.mjs';
import { parsePlan } from './plan.mjs';
import { renderTable, writeTable } from './report.mjs';
import { runFault } from './run-fault.mjs';
import { startOwnServer } from './support/own-server.mjs';
import { checkTools } from './tool-checks.mjs';

const { faults, countRounds, seed, write } = parsePlan(process.argv.slice(2));
const checks = createChecks();
report(`seed ${seed}`);
await checkTools(checks);
const own = await startOwnServer();
const rows = [];
try {
  for (const fault of faults) {
    const rounds = countRounds(fault);
    await checks.check(`${fault.name}: ${fault.title}`, async () => {
      rows.push(await runFault(fault, { rounds, seed, ownServer: own.server, report }));
    });
  }
} finally {
  await own.stop();
}
process.stdout.write(`\n${await renderTable(rows)}\n`);
if (write) report(`wrote ${await writeTable(rows)}`);
process.exitCode = checks.close();
