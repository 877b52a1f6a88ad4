import { SingleBar, Presets } from 'cli-progress';
import { Command } from 'commander';
import { QueryTypes, type Sequelize } from 'sequelize';
import { withAdvisoryLock } from '../db/advisory-lock';
import { createStatementRunner } from '../db/create-statement-runner';
import { correctTotal } from '../services/commands/correct-total';
import { recordVerification } from '../services/commands/record-verification';
import { compareTotals, type TotalDrift } from '../services/queries/compare-totals';
import type { RunPrepared } from '../shared/prepared-statement';
import { runCommand, type CommandContext } from './run-command';

interface OutputOptions {
  readonly json?: true;
}

/** What a verification found. Visits are those that the log holds. */
interface Verdict {
  readonly visitors: number;
  readonly visits: number;
  readonly drifts: readonly TotalDrift[];
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
      withLongStatements(context, async (run, sequelize) => {
        const verdict = await verify(run, sequelize);
        printVerdict(verdict, options);
        if (verdict.drifts.length > 0) process.exitCode = 1;
      }),
    ),
  );

program
  .command('rebuild')
  .description('correct every total that differs, while visits go on, and verify again')
  .option('--json', 'the verdict after it as JSON')
  .action((options: OutputOptions) =>
    runCommand('totals', (context) =>
      withLongStatements(context, async (run, sequelize) => {
        const verdict = await withAdvisoryLock(
          context.database.clientConfig,
          'correctTotals',
          say,
          async () => {
            const { drifts } = await verify(run, sequelize);
            for (const { id } of drifts) await correctTotal(run, id);
            if (!options.json) print(`corrected ${drifts.length} of the totals`);
            return verify(run, sequelize);
          },
        );
        printVerdict(verdict, options);
        if (verdict.drifts.length > 0) process.exitCode = 1;
      }),
    ),
  );

void program.parseAsync();

async function withLongStatements(
  { database, settings }: CommandContext,
  work: (run: RunPrepared, sequelize: Sequelize) => Promise<void>,
): Promise<void> {
  // Counting a name with millions of visits takes longer than any request may.
  const sequelize = database.connect({ ...settings.pool, statementTimeoutMs: 0, queryTimeoutMs: 0 });
  try {
    await work(createStatementRunner(sequelize), sequelize);
  } finally {
    await sequelize.close();
  }
}

async function verify(run: RunPrepared, sequelize: Sequelize): Promise<Verdict> {
  const verdict = { visitors: 0, visits: 0, drifts: [] as TotalDrift[] };
  const bar = process.stderr.isTTY ? await startBar(sequelize) : undefined;
  for await (const { visitors, visits, drifts } of compareTotals(run)) {
    verdict.visitors += visitors;
    verdict.visits += visits;
    verdict.drifts.push(...drifts);
    bar?.update(verdict.visits);
  }
  bar?.stop();
  const { visitors, visits, drifts } = verdict;
  await recordVerification(run, { visitors, visits, drifted: drifts.length });
  return verdict;
}

async function startBar(sequelize: Sequelize): Promise<SingleBar> {
  const [sum] = await sequelize.query<{ visits: string | null }>(
    'SELECT sum(visits) AS visits FROM visit_totals',
    {
      type: QueryTypes.SELECT,
    },
  );
  const bar = new SingleBar(
    { format: '{bar} {percentage}% | {value} of {total} visits' },
    Presets.shades_classic,
  );
  bar.start(Math.max(Number(sum?.visits ?? 0), 1), 0);
  return bar;
}

function printVerdict({ visitors, visits, drifts }: Verdict, { json }: OutputOptions): void {
  if (json) {
    print(JSON.stringify({ visitors, visits, drifts }));
    return;
  }
  for (const { username, logged, opening, total } of drifts) {
    const balance = opening === '0' ? '' : ` and an opening balance of ${opening}`;
    print(
      `differs: ${JSON.stringify(username)} has ${logged} visits in the log${balance} and ${total ?? 'no row'} in the totals`,
    );
  }
  print(
    drifts.length === 0
      ? `totals equal the log: ${visitors} visitors, ${visits} visits`
      : `${drifts.length} of ${visitors} visitors differ; "npm run totals rebuild" corrects them`,
  );
}

function say(): void {
  process.stderr.write('another rebuild runs; waiting for it to end\n');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
