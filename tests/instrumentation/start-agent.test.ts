import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseEnvironment } from '../support/database-environment';
import { startNewRelicCollector } from '../support/new-relic-collector';
import { startProgram, type ProgramResult } from '../support/run-program';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'footfall-agent-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await database.drop();
});

/** Starts the service, records a visit, and stops it; returns the packages it loaded, in order. */
async function visitAndStop(
  environment: Record<string, string>,
): Promise<{ result: ProgramResult; packages: string[]; stopMs: number }> {
  const list = join(folder, 'packages');
  writeFileSync(
    join(folder, 'probe.cjs'),
    `process.on('exit', () => {
      const names = Object.keys(require.cache).map((path) => /.*node_modules\\/([^/]+)/.exec(path)?.[1]);
      require('node:fs').writeFileSync(${JSON.stringify(list)}, [...new Set(names)].join('\\n'));
    });`,
  );
  const program = startProgram('main.js', [], {
    PORT: '0',
    ...databaseEnvironment(database.name),
    NODE_OPTIONS: `--require ${join(folder, 'probe.cjs')}`,
    ...environment,
  });
  const [, url = ''] = await program.waitFor(/"url":"(http:[^"]+)"/);
  expect((await fetch(`${url}/alice`)).status).toBe(200);
  const stoppedAt = performance.now();
  program.child.kill('SIGTERM');
  const result = await program.result;
  const packages = readFileSync(list, 'utf8').split('\n');
  return { result, packages, stopMs: performance.now() - stoppedAt };
}

it('does not load the agent without a licence key', async () => {
  const { result, packages } = await visitAndStop({ NEW_RELIC_LICENSE_KEY: '', NEW_RELIC_HOST: 'localhost' });
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(packages).toEqual(expect.arrayContaining(['express', 'pg', 'pino']));
  expect(packages).not.toContain('newrelic');
});

it("loads the agent first, and serves if the collector's certificate is not trusted", async () => {
  const collector = await startNewRelicCollector();
  const { result, packages, stopMs } = await visitAndStop({
    NEW_RELIC_LICENSE_KEY: 'f'.repeat(40),
    ...collector.environment,
  });
  await collector.close();
  for (const watched of ['express', 'router', 'pg', 'sequelize', 'pino'])
    expect([watched, packages.indexOf('newrelic') < packages.indexOf(watched)]).toEqual([watched, true]);
  expect(collector.calls).toEqual([]);
  expect(result.code).toBe(0);
  expect(result.stdout).toContain('"failed":[],"msg":"stopped"');
  for (const line of result.stdout.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg');
  expect(stopMs).toBeLessThan(5000);
});

it('serves and stops if the collector accepts connections but is silent', async () => {
  const silent = createServer().listen(0, 'localhost');
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as AddressInfo;
  const { result, stopMs } = await visitAndStop({
    NEW_RELIC_LICENSE_KEY: 'f'.repeat(40),
    NEW_RELIC_HOST: 'localhost',
    NEW_RELIC_PORT: String(port),
  });
  silent.close();
  expect(result.code).toBe(0);
  expect(result.stdout).toContain('"failed":[],"msg":"stopped"');
  expect(stopMs).toBeLessThan(5000);
});
