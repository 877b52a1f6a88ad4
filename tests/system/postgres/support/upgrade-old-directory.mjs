import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute, fillDatabase, readNumbers, runFootfall } from './program.mjs';
import { createFolder, findBinaries, installedMajor, startOn } from './servers.mjs';

/**
 * Fills a data directory of an older major version and upgrades it by the command, the first time interrupted.
 * @returns what was seen, in a few words
 */
export async function upgradeOldDirectory(major) {
  const { folder, remove } = createFolder();
  try {
    const binaries = await findBinaries(major);
    const old = await startOn(folder, binaries);
    const before = await fillAndRead(old.settings('footfall')).finally(old.stop);
    const settings = { DATA_DIR: folder };
    await assert.rejects(runFootfall(settings, 'totals', 'verify'), /run "footfall database upgrade"/);
    const upgrade = () => runFootfall(settings, 'database', 'upgrade', '--binaries', binaries.folder);
    await interrupt(settings, binaries.folder);
    assert.match(await upgrade(), /totals equal the log: 50 visitors, 4321 visits\nupgraded from/);
    assert.equal(await upgrade(), 'nothing to do\n');
    assert.equal(readFileSync(join(folder, `postgres.${major}`, 'PG_VERSION'), 'utf8').trim(), String(major));
    assert.ok(!existsSync(join(folder, `upgrade-${installedMajor}`)));
    const now = await startOn(folder);
    try {
      assert.deepEqual(await readNumbers(now.settings('footfall')), before);
      const append = 'INSERT INTO visits (visitor_id) VALUES (1) RETURNING id::int';
      assert.deepEqual(await execute(now.settings('footfall'), append), [{ id: 4322 }]);
    } finally {
      await now.stop();
    }
    return `exact, old kept`;
  } finally {
    remove();
  }
}

async function fillAndRead(settings) {
  await fillDatabase(settings);
  return readNumbers(settings);
}

/** Kills the command when it has begun to create tables; its servers go on without an owner. */
async function interrupt(settings, folder) {
  const { spawn } = await import('node:child_process');
  const args = ['dist/src/cli/footfall.js', 'database', 'upgrade', '--binaries', folder];
  const child = spawn('node', args, { env: { PATH: process.env.PATH, ...settings } });
  await new Promise((resolve) => {
    child.stdout.on('data', (text) => {
      if (String(text).includes('creating the tables')) child.kill('SIGKILL');
    });
    child.once('close', resolve);
  });
}
