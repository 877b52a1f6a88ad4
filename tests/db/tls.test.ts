import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { loadSettings } from '../../src/config/load-settings';
import { connectDatabase } from '../../src/db/connect-database';
import type { EmbeddedPostgres } from '../../src/embedded-postgres/options';
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start-embedded-postgres';

jest.setTimeout(120_000);

const nobody = 65_534;
let folder: string;
let server: EmbeddedPostgres;

interface Authority {
  readonly cert: string;
  readonly private: string;
}

/** Writes the certificate of the server for one host name, issued by the authority. */
async function writeServerCertificate(authority: Authority, host: string): Promise<void> {
  const issued = await generate([{ name: 'commonName', value: host }], {
    ca: { key: authority.private, cert: authority.cert },
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: host }] }],
  });
  for (const [name, text] of [
    ['server.crt', issued.cert],
    ['server.key', issued.private],
  ] as const) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o600);
    // Under root, the server runs as the user nobody, which must own the key.
    if (process.getuid?.() === 0) chownSync(join(folder, name), nobody, nobody);
  }
}

function generateAuthority(name: string): Promise<Authority> {
  return generate([{ name: 'commonName', value: name }], {
    extensions: [{ name: 'basicConstraints', cA: true }],
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'footfall-tls-'));
  chmodSync(folder, 0o755);
  const authority = await generateAuthority('Right authority');
  const other = await generateAuthority('Other authority');
  writeFileSync(join(folder, 'right.pem'), authority.cert);
  writeFileSync(join(folder, 'other.pem'), other.cert);
  await writeServerCertificate(authority, 'localhost');
  server = await startEmbeddedPostgres({
    dataDirectory: join(folder, 'data'),
    database: 'tls',
    claim: 'exclusive',
    parameters: {
      ssl: 'on',
      ssl_cert_file: join(folder, 'server.crt'),
      ssl_key_file: join(folder, 'server.key'),
    },
  });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function connect(host: string, environment: Record<string, string>): Promise<boolean> {
  const { database, pool } = loadSettings({
    DB_HOST: host,
    DB_PORT: String(server.port),
    DB_NAME: server.database,
    DB_USERNAME: server.username,
    DB_PASSWORD: server.password,
    ...environment,
  });
  if (database.kind !== 'external') throw new Error('an address was given');
  const sequelize = connectDatabase({ ...database, pool, applicationName: 'tls-test' });
  try {
    const [rows] = await sequelize.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    return (rows[0] as { ssl: boolean }).ssl;
  } finally {
    await sequelize.close();
  }
}

it('does not encrypt without DB_SSL', async () => {
  expect(await connect('localhost', {})).toBe(false);
});

it('encrypts with DB_SSL=require, and checks the chain if an authority is set', async () => {
  expect(await connect('127.0.0.1', { DB_SSL: 'require' })).toBe(true);
  expect(await connect('127.0.0.1', { DB_SSL: 'require', DB_SSL_CA_FILE: join(folder, 'right.pem') })).toBe(
    true,
  );
  await expect(
    connect('127.0.0.1', { DB_SSL: 'require', DB_SSL_CA_FILE: join(folder, 'other.pem') }),
  ).rejects.toThrow(/certificate|signature|issuer/);
});

it('checks chain and host name with DB_SSL=verify-full', async () => {
  const ca = join(folder, 'right.pem');
  expect(await connect('localhost', { DB_SSL: 'verify-full', DB_SSL_CA_FILE: ca })).toBe(true);
  await expect(connect('127.0.0.1', { DB_SSL: 'verify-full', DB_SSL_CA_FILE: ca })).rejects.toThrow(
    /altnames/,
  );
  await expect(connect('localhost', { DB_SSL: 'verify-full' })).rejects.toThrow(/certificate/);
});
