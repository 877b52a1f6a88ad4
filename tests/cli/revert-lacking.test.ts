import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SchemaStatus } from '../../src/db/read-schema-status';
import { databaseEnvironment } from '../support/database-environment';
import { runProgram, type ProgramResult } from '../support/run-program';
import { createTestDatabase } from '../support/test-database';

const repository = join(__dirname, '../..');
const added = '20991231000001-add-note-to-visitors';
const source = `exports.migration = {
  downIsSafe: true,
  up: ({ run }) => run('ALTER TABLE visitors ADD COLUMN note text'),
  down: ({ run }) => run('ALTER TABLE visitors DROP COLUMN note'),
};`;

/** Creates a build with a migration that this one lacks, as that of a merge request before its revert. */
function createBuildWithMigration(): { program: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-build-'));
  cpSync(join(repository, 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(join(repository, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'dist/migrations', `${added}.js`), source);
  return {
    program: join(folder, 'dist/src/cli/footfall.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

it('lets the build before a revert take back the migration that the revert lacks', async () => {
  const database = await createTestDatabase('template0');
  const before = createBuildWithMigration();
  const migrate = (program: string, ...words: string[]): Promise<ProgramResult> =>
    runProgram(program, ['migrate', ...words], databaseEnvironment(database.name));
  const readStatus = async (): Promise<SchemaStatus> =>
    JSON.parse((await migrate(reverted, 'status', '--json')).stdout) as SchemaStatus;
  const reverted = join(repository, 'dist/src/cli/footfall.js');
  const down = ['down', '--safe', '--only', added];
  try {
    expect(await migrate(before.program, 'up')).toMatchObject({ code: 0 });
    expect(await readStatus()).toMatchObject({ pending: [], unknown: [added] });
    // A deploy runs "up" of the new release in any case, which must leave it alone.
    expect(await migrate(reverted, 'up')).toMatchObject({ code: 0, stdout: 'nothing to do\n' });

    expect(await migrate(reverted, ...down)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not in this release'),
    });
    expect(await migrate(before.program, ...down)).toMatchObject({ code: 0, stderr: '' });
    expect(await readStatus()).toMatchObject({ pending: [], unknown: [] });
  } finally {
    before.remove();
    await database.drop();
  }
});
