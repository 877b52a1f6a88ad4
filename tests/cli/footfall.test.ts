import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram, type ProgramResult } from '../support/run-program';

const repository = join(__dirname, '../..');

function footfall(...args: string[]): Promise<ProgramResult> {
  return runProgram('cli/footfall.js', args, {});
}

it('prints its version', async () => {
  const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(await footfall('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

it.each([
  [
    '',
    /serve[\s\S]*migrate[\s\S]*createdb[\s\S]*roles[\s\S]*settings[\s\S]*totals[\s\S]*visits[\s\S]*Exit codes/,
  ],
  ['serve', /SIGTERM[\s\S]*Environment/],
  ['migrate', /up[\s\S]*down[\s\S]*Examples[\s\S]*npm run migrate -- down --to 0/],
  ['migrate down', /--to <name>[\s\S]*--only/],
  ['visits', /export[\s\S]*import[\s\S]*Examples/],
])('prints the help of footfall %s --help', async (command, manual) => {
  const { code, stdout, stderr } = await footfall(...command.split(' ').filter(Boolean), '--help');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(manual);
});

it.each([
  ['sideways', `unknown command 'sideways'; "footfall" takes serve, migrate`],
  ['migrate sideways', `"footfall migrate" takes up, down, status, pending, executed, create`],
  ['migrate down 0', `too many arguments for 'down'`],
  [
    'migrate down --too 0',
    `"footfall migrate down" takes --to <name>, --step <count>, --only <names...>, --safe`,
  ],
  ['migrate down --to 0 --step 1', 'cannot be used with'],
  ['migrate down --to 0 --only x', 'cannot be used with'],
  ['migrate down --safe', `option '--safe' needs '--only <names...>'`],
  ['migrate up --step none', 'must be a positive integer'],
  ['serve 9000', `"footfall serve" takes --migrate`],
  ['createdb other', `"footfall createdb" takes no arguments`],
  ['visits import', `missing required argument 'file'; "footfall visits import" takes <file>`],
  ['visits export --since yesterday', 'must be RFC 3339'],
  ['visits export --until 2026-02-30T00:00:00Z', 'must be RFC 3339'],
  ['visits export --until 2026-13-01T00:00:00Z', 'must be RFC 3339'],
  ['settings --format xml', 'Allowed choices are table, web-env, db-env'],
])('refuses "footfall %s" with one line and exit code 2', async (command, reason) => {
  const { code, stdout, stderr } = await footfall(...command.split(' '));
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^footfall: .*\n$/);
  expect(stderr).toContain(reason);
});

it('loads no server and no database driver before a command runs', () => {
  const code = `process.on('exit', () => console.log(Object.keys(require.cache).join('\\n')));
    require('./dist/src/cli/footfall.js')`;
  const loaded = execFileSync(process.execPath, ['--eval', code, '--', 'migrate', 'up', '--help'], {
    cwd: repository,
    encoding: 'utf8',
  });
  expect(loaded).toContain('/node_modules/commander/');
  expect(loaded).not.toMatch(/node_modules\/(express|newrelic|pg|sequelize|umzug|zod)\//);
});
