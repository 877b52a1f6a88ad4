import { setTimeout as wait } from 'node:timers/promises';
import { waitUntil } from '../../support/wait-until.cjs';
import { runProgram } from '../support/shell.mjs';
import { repository } from '../support/work-tree.mjs';
import { killPostmaster } from './process-faults.mjs';
import { waitRecovered } from './support/recovery.mjs';

/** The database is killed in the middle of each act of the owner, which is then run again. */
export const actFaults = [
  {
    name: 'acts-killed',
    title: '`kill -9` of the embedded postmaster within `hide`, `rename`, `merge`, `erase` and `retain`',
    rounds: { ci: 1, long: 5 },
    needs: { database: 'embedded' },
    async inject(context) {
      const { database } = context.environment;
      let recovery = 0;
      for (const act of acts) {
        await database.query(prepare);
        recovery = Math.max(recovery, await killWithin(act, context));
        await database.query('UPDATE visitors SET hidden_at = NULL WHERE hidden_at IS NOT NULL');
        await run(context, ['totals', 'verify']);
      }
      return recovery;
    },
  },
];

// Names that the load does not visit, each with 12,000 visits of last quarter: two parts of "retain".
const names = ['act-kept', 'act-moved'];
const prepare = `
  CREATE OR REPLACE FUNCTION slow_act() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_sleep(4); RETURN NEW; END';
  CREATE TRIGGER slow_act BEFORE INSERT ON visitor_changes FOR EACH ROW EXECUTE FUNCTION slow_act();
  CREATE TRIGGER slow_act AFTER INSERT ON retired_visits FOR EACH STATEMENT EXECUTE FUNCTION slow_act();
  INSERT INTO visitors (username) VALUES ('${names.join("'), ('")}') ON CONFLICT DO NOTHING;
  INSERT INTO visits (visitor_id, visited_at)
  SELECT id, now() - interval '100 days' + n * interval '1 minute'
  FROM visitors CROSS JOIN generate_series(1, 12000) AS n WHERE username IN ('${names.join("', '")}')`;

const beQuick = 'DROP TRIGGER slow_act ON visitor_changes; DROP TRIGGER slow_act ON retired_visits';

const acts = [
  { words: ['visitors', 'hide', 'act-moved'], change: (state) => ({ ...state, hidden: ['act-moved'] }) },
  {
    words: ['visitors', 'rename', 'act-moved', 'act-new'],
    change: ({ 'act-moved': moved, ...state }) => ({ ...state, 'act-new': moved }),
  },
  {
    words: ['visitors', 'merge', 'act-moved', 'act-kept'],
    change: ({ 'act-moved': moved, 'act-kept': kept, ...state }) => ({ ...state, 'act-kept': kept + moved }),
  },
  {
    words: ['visitors', 'erase', 'act-moved'],
    change: ({ 'act-moved': _, ...state }) => state,
  },
  { words: ['visits', 'retain', '--months', '1'], change: (state) => state },
];

async function killWithin({ words, change }, context) {
  const { database } = context.environment;
  const before = await readState(database);
  const ended = run(context, words, { allowFailure: true });
  await waitUntil(`"${words.join(' ')}" to be under way`, 20, async () => {
    const sleeping = `SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'`;
    return (await database.query(sleeping)).length > 0;
  });
  const since = performance.now();
  // Of two parts, either is hit.
  await wait(context.random() * (words[0] === 'visits' ? 6500 : 1500));
  await killPostmaster(context);
  const recovery = await waitRecovered(context, since, 10);
  const { code } = await ended;
  if (code === 0) throw new Error(`"${words.join(' ')}" ended without an error`);
  await database.query(beQuick);
  expectState(words, await readState(database), before);
  await run(context, words);
  expectState(words, await readState(database), change(before));
  return recovery;
}

/** Reads the numbers of the names that the acts change, and which of them are hidden. */
async function readState(database) {
  const rows = await database.query(`
    SELECT username, visits::int, hidden_at IS NOT NULL AS hidden
    FROM visitors JOIN visit_totals ON visitor_id = id WHERE username LIKE 'act-%'`);
  const hidden = rows.filter((row) => row.hidden).map(({ username }) => username);
  return { ...Object.fromEntries(rows.map(({ username, visits }) => [username, visits])), hidden };
}

function expectState(words, got, expected) {
  const sort = (state) => JSON.stringify(Object.entries(state).sort());
  if (sort(got) === sort(expected)) return;
  throw new Error(`after "${words.join(' ')}": ${sort(got)}, not ${sort(expected)}`);
}

function run({ environment }, words, options = {}) {
  const env = { PATH: process.env.PATH, ...environment.database.settings };
  return runProgram('node', ['dist/src/cli/footfall.js', ...words], { env, cwd: repository, ...options });
}
