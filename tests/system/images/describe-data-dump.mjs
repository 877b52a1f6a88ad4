import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../support/work-tree.mjs';
import { migrate, runCommand } from './support/database.mjs';

const fill = `
  INSERT INTO visitors (username) SELECT 'name-' || n FROM generate_series(1, 50) AS n;
  INSERT INTO visits (visitor_id) SELECT 1 + n % 50 FROM generate_series(1, 1000) AS n;
  INSERT INTO balance_imports (source) VALUES ('old.csv'), ('older.csv');
  INSERT INTO opening_balances SELECT 1 + id % 2, id, id * 10 FROM visitors;
  SELECT count(*) FROM record_visits_once('{key}', '{name-1}', '1 day');`;
const counted = 'SELECT username, visits FROM visitors JOIN visit_totals ON visitor_id = id ORDER BY id';

/** The command of the documentation, for the databases OLD and NEW. */
function readCommand() {
  const document = readFileSync(join(repository, 'docs/database.md'), 'utf8');
  const [, command] = /```sh\n(pg_dump --data-only [\s\S]*?)\nfootfall/.exec(document);
  return command;
}

/** Tests that the data of one database can be restored into another that is migrated, with its balances. */
export function describeDataDump(context) {
  for (const [title, command] of [
    ['the documented command copies all data in one transaction', readCommand()],
    ['a plain dump of the data is restored with its balances', 'pg_dump --data-only OLD | psql NEW'],
  ]) {
    test(title, async () => {
      const { images, database } = await context();
      const [source, target] = ['dump_source', 'dump_target'];
      for (const name of [source, target]) {
        await database.runScript(`dropdb --if-exists ${name}; createdb ${name}`);
        await migrate(images, { settings: { ...database.settings, DB_NAME: name } });
      }
      const list = (name) => database.runScript(`psql -At --command '${counted}' ${name}`);
      await database.runScript(`psql --set ON_ERROR_STOP=1 ${source} <<'SQL'\n${fill}\nSQL`);
      await database.runScript(command.replace('OLD', source).replace('NEW', target));

      const listed = await list(target);
      assert.match(listed, /^name-1\|31$/m);
      assert.equal(listed, await list(source));
      const settings = { ...database.settings, DB_NAME: target };
      const verdict = await runCommand(images, { settings }, 'totals', 'verify');
      assert.equal(verdict, 'totals equal the log: 50 visitors, 1001 visits');
    });
  }
}
