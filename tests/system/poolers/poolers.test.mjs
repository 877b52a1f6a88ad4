/**
 * Counts behind PgBouncer, in each mode that it works in, and reads the refusal of the others:
 * `tests/system/run poolers`, after `npm run build` and `npm run build:bench`. Needs Debian's apt.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startExternalServer } from '../faults/support/external-server.mjs';
import { runProgram } from '../support/shell.mjs';
import { checkContract } from './check-contract.mjs';
import { createInstallation } from './create-installation.mjs';
import { fetchPgBouncer } from './support/pgbouncer.mjs';

const transaction = { pool_mode: 'transaction' };
const session = { pool_mode: 'session', default_pool_size: 30 };
const unprepared = { DB_PREPARED_STATEMENTS: 'off' };

// Debian 12 has a PgBouncer that loses prepared statements in transaction mode, Debian 13 one that keeps them.
const suites = [
  {
    suite: 'bookworm',
    works: [
      { title: 'session mode', pooler: session },
      { title: 'transaction mode without prepared statements', pooler: transaction, settings: unprepared },
    ],
    refused: { pooler: transaction },
  },
  {
    suite: 'trixie',
    works: [
      { title: 'session mode', pooler: session },
      { title: 'transaction mode', pooler: transaction },
      { title: 'transaction mode without prepared statements', pooler: transaction, settings: unprepared },
    ],
    refused: { pooler: { ...transaction, max_prepared_statements: 0 } },
  },
];

for (const { suite, works, refused } of suites) {
  describe(`PgBouncer of ${suite}`, () => {
    let program;
    let external;
    before(async () => {
      program = await fetchPgBouncer(suite);
      external = await startExternalServer();
    });
    after(async () => {
      await external?.stop();
      program?.remove();
    });
    const install = (options) => createInstallation({ program, server: external.server, ...options });

    for (const { title, pooler, settings } of works) {
      test(`${title}: counts exactly under load`, async () => {
        const installation = await install({ pooler, settings });
        try {
          process.stdout.write(`    ${program.version}, ${title}: ${await checkContract(installation)}\n`);
        } finally {
          await installation.remove();
        }
      });
    }

    test('transaction mode that loses prepared statements: the service says so and is not ready', async () => {
      const installation = await install(refused);
      try {
        const { status, json } = await installation.askReady();
        assert.deepEqual([status, json.code], [503, 'database-prepared-statements']);
        assert.match(json.detail, /Set DB_PREPARED_STATEMENTS=off/);
        assert.match(installation.readLog(), /A pooler loses the prepared statements/);
      } finally {
        await installation.remove();
      }
    });

    test('transaction mode without an address for commands: each of them refuses and says so', async () => {
      const installation = await install({ pooler: transaction, settings: unprepared });
      const commands = [
        'migrate up',
        'totals rebuild',
        'visitors list',
        'visits import package.json --format ndjson',
        'serve --migrate',
      ];
      try {
        for (const words of commands) {
          const env = { ...installation.environment, DB_OWNER_PORT: '', PORT: '0' };
          const { code, stdout, stderr } = await runProgram(
            'node',
            ['dist/src/cli/footfall.js', ...words.split(' ')],
            { env, cwd: installation.cwd, allowFailure: true, timeoutMs: 20_000 },
          );
          assert.notEqual(code, 0, words);
          assert.match(
            `${stdout}${stderr}`,
            /Set DB_OWNER_HOST and DB_OWNER_PORT.*\(database-pooler\)/s,
            words,
          );
        }
      } finally {
        await installation.remove();
      }
    });
  });
}
