import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from 'pg';
import { createClientRunner } from '../../db/create-client-runner';
import { withClient } from '../../lifecycle/use-database';
import { requireMigrations } from '../../services/commands/require-migrations';
import { findRetirementStart, type Retirement } from '../../services/commands/retiring/begin-retirement';
import { retirePart } from '../../services/commands/retiring/retire-visits';
import { rollUpVisits } from '../../services/commands/rolling/roll-up-visits';
import { countVisitsBefore } from '../../services/queries/count-visits-before';
import type { RunStatement } from '../../shared/statement';
import { createOutput, print } from '../output';
import { runOnDatabase } from '../run-on-database';
import { renderSeconds, showProgress } from '../show-progress';
import { beginRetaining, type RetainOptions } from './begin-retaining';

const visitsAtOnce = 10_000;
const rolledUpAtOnce = 100_000;
const pauseMs = 500;
const waitsForOthers =
  'an import, an undo or a change of visitors is under way, or half undone; waiting ' +
  '("footfall visits imports" shows it)\n';

/** Retires the visits of closed months, or says what that would do. */
export function runRetain(options: RetainOptions): Promise<void> {
  return runOnDatabase('visits', (context) =>
    withClient(context, async (client) => {
      await requireMigrations(client);
      const run = createClientRunner(client);
      const before = await findRetirementStart(run, options.months);
      if (options.dryRun) {
        const counted = await countVisitsBefore(client, before);
        report(
          options,
          { before, ...counted },
          `would retire ${counted.visits} visits of ${counted.names} names`,
        );
        return;
      }
      const startedAt = performance.now();
      const retirement = await beginRetaining(client, run, before, options);
      if (!retirement) {
        report(options, { before, visits: 0, left: 0 }, 'nothing to retire: there are no visits');
        return;
      }
      const visits = await retireAll(client, run, retirement);
      const { visits: left } = await countVisitsBefore(client, retirement.before);
      const result = { before: retirement.before, visits, left };
      report(options, result, `retired ${visits} visits in ${renderSeconds(startedAt)}, all`);
      if (left > 0 && !options.json)
        print(`${left} visits before that were not rolled up yet; run it again later`);
    }),
  );
}

/** Retires part after part. Returns the number of visits. */
async function retireAll(client: Client, run: RunStatement, { id, before }: Retirement): Promise<number> {
  const progress = await showProgress({
    unit: 'visits',
    countTotal: async () => (await countVisitsBefore(client, before)).visits,
    write: createOutput(process.stdout),
  });
  let visits = 0;
  let hasWaited = false;
  try {
    for (;;) {
      const part = await retirePart(run, id, { most: visitsAtOnce, wholePartitions: true });
      visits += part.retired;
      progress.add(part.retired);
      if (part.busy) {
        if (!hasWaited) process.stderr.write(waitsForOthers);
        hasWaited = true;
        await wait(pauseMs);
      }
      // A pass waits while a part runs, so each part is followed by one.
      await rollUpVisits(run, rolledUpAtOnce);
      if (!part.remaining) return visits;
    }
  } finally {
    progress.stop();
  }
}

function report(
  { dryRun, json }: RetainOptions,
  result: { readonly before: Date; readonly visits: number; readonly names?: number; readonly left?: number },
  text: string,
): void {
  if (json) print(JSON.stringify({ dryRun: dryRun === true, ...result }));
  else print(`${text} before ${result.before.toISOString()}${dryRun ? '; nothing was changed' : ''}`);
}
