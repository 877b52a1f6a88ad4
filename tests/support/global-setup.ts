import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMigrator } from '../../src/db/create-migrator';
import type { EmbeddedPostgres } from '../../src/embedded-postgres/options';
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start-embedded-postgres';
import { serverVariable } from './server-address';
import { connectTo, templateDatabase } from './test-database';

declare global {
  var footfallTestServer: { server: EmbeddedPostgres; folder: string } | undefined;
}

/**
 * Compiles the programs that tests start, starts one real PostgreSQL for the whole run unless a server is named, and
 * migrates the template that test databases are cloned from.
 */
export default async function startTestServer(): Promise<void> {
  // The build of the bench writes the programs of the service once more: never while a test starts one.
  for (const script of ['build', 'build:bench']) {
    execFileSync('npm', ['run', '--silent', script], { stdio: 'inherit' });
  }
  process.env[serverVariable] ??= await startServer();
  const sequelize = connectTo(templateDatabase);
  await createMigrator({ sequelize }).up();
  await sequelize.close();
}

async function startServer(): Promise<string> {
  const folder = mkdtempSync(join(chooseFolder(), 'footfall-tests-'));
  // Under root the server runs as the user nobody, who must be able to enter this folder.
  chmodSync(folder, 0o755);
  const server = await startEmbeddedPostgres({
    dataDirectory: folder,
    database: templateDatabase,
    claim: 'exclusive',
    parameters: { max_wal_size: '256MB' },
  });
  globalThis.footfallTestServer = { server, folder };
  const { host, port, username, password } = server;
  const file = join(folder, 'server.json');
  writeFileSync(file, JSON.stringify({ host, port, username, password }), { mode: 0o600 });
  return file;
}

const memory = '/dev/shm';
const neededBytes = 4 * 2 ** 30;

/** Chooses memory if there is enough: hundreds of databases are created, each of hundreds of files, and none is kept. */
function chooseFolder(): string {
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize >= neededBytes ? memory : tmpdir();
}
