import { loadSettings } from '../../config/load-settings';
import { countRows } from '../../db/copy-database';
import { upgradeEmbeddedDatabase } from '../../lifecycle/upgrade-embedded-database';
import { OperatorError } from '../../shared/operator-error';
import { createOutput, print } from '../output';
import { showProgress } from '../show-progress';
import { verifyContext } from '../totals/run-totals';

/** Upgrades the embedded database, showing each step. */
export async function runUpgrade(binariesFolder: string | undefined): Promise<void> {
  const write = createOutput(process.stdout);
  const upgraded = await upgradeEmbeddedDatabase(loadSettings(process.env), {
    binariesFolder,
    report: print,
    showCopy: async (source, copy) => {
      const progress = await showProgress({ unit: 'rows', countTotal: () => countRows(source), write });
      try {
        const { tables, rows } = await copy(progress.add);
        progress.stop();
        print(`copied ${rows} rows of ${tables} tables`);
      } finally {
        progress.stop();
      }
    },
    verify: async (target) => {
      if (await verifyContext(target)) return;
      throw new OperatorError(
        'The copy was not used, and the old database is as it was: with the release that made it, run ' +
          '"footfall totals rebuild", then upgrade again.',
      );
    },
  });
  if (upgraded === undefined) {
    print('nothing to do');
    return;
  }
  print(
    `upgraded from PostgreSQL ${upgraded.from} to ${upgraded.to}; the old database is kept in ${upgraded.kept}`,
  );
}
