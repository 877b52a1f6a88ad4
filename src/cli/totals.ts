import { Command } from 'commander';
import { withAdvisoryLock } from '../db/advisory-lock';
import { createStatementRunner } from '../db/create-statement-runner';
import { correctTotal } from '../services/commands/correct-total';
import { runCommand, type CommandContext } from './run-command';
import { createOutput } from './totals/create-output';
import { createJsonRenderer, textRenderer } from './totals/render-verdict';
import { verifyTotals, type Verification } from './totals/verify-totals';

interface OutputOptions {
  readonly json?: true;
}

const program = new Command('totals').description(
  'Prove the totals against the log of visits, and repair them.',
);

program
  .command('verify')
  .description('compare every total with its log; ends with 1 and the names when they differ')
  .option('--json', 'the verdict as JSON')
  .action((options: OutputOptions) =>
    runCommand('totals', (context) =>
      withLongStatements(context, (verification) => writeVerdict(verification, options)),
    ),
  );

program
  .command('rebuild')
  .description('correct every total that differs, while visits go on, and verify again')
  .option('--json', 'the verdict after it as JSON')
  .action((options: OutputOptions) =>
    runCommand('totals', (context) =>
      withLongStatements(context, (verification) =>
        withAdvisoryLock(context.database.clientConfig, 'correctTotals', say, async () => {
          const corrected = await correctTotals(verification);
          if (!options.json) await verification.write(`corrected ${corrected} of the totals\n`);
          await writeVerdict(verification, options);
        }),
      ),
    ),
  );

void program.parseAsync();

async function withLongStatements(
  { database, settings }: CommandContext,
  work: (verification: Verification) => Promise<void>,
): Promise<void> {
  // Counting a name with millions of visits takes longer than any request may.
  const sequelize = database.connect({ ...settings.pool, statementTimeoutMs: 0, queryTimeoutMs: 0 });
  const run = createStatementRunner(sequelize);
  try {
    await work({ run, sequelize, write: createOutput(process.stdout) });
  } finally {
    await sequelize.close();
  }
}

async function writeVerdict(verification: Verification, { json }: OutputOptions): Promise<void> {
  const { renderDrifts, renderEnd } = json ? createJsonRenderer() : textRenderer;
  const verdict = await verifyTotals(verification, renderDrifts);
  await verification.write(renderEnd(verdict));
  if (verdict.drifted > 0) process.exitCode = 1;
}

async function correctTotals(verification: Verification): Promise<number> {
  const ids: string[] = [];
  await verifyTotals(verification, (drifts) => {
    ids.push(...drifts.map(({ id }) => id));
    return '';
  });
  for (const id of ids) await correctTotal(verification.run, id);
  return ids.length;
}

function say(): void {
  process.stderr.write('another rebuild runs; waiting for it to end\n');
}
