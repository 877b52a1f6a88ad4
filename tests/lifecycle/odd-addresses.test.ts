import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createScratchFolder, removeScratchFolder } from '../embedded-postgres/support/scratch';
import { databaseEnvironment } from '../support/database-environment';
import { runProgram } from '../support/run-program';

const environment = { ...databaseEnvironment('any'), DB_PORT: '1', PORT: '0', LOG_LEVEL: 'silent' };

it.each([
  ['HOST', 'x86_64-conda-linux-gnu', {}],
  ['HOST', '[::1]', {}],
  ['HOST', '203.0.113.1', {}],
  ['HOST', 'fe80::1', {}],
  ['METRICS_HOST', '[::1]', { METRICS_PORT: '0' }],
])('ends with one line that names %s for the address %s', async (setting, host, other) => {
  for (const [script, args] of [
    ['main.js', []],
    ['cli/footfall.js', ['serve']],
  ] as const) {
    const { code, stderr } = await runProgram(script, args, { ...environment, ...other, [setting]: host });
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr).toContain(`footfall: ${setting}=${host} is not an address of this machine`);
    expect(code).toBe(1);
  }
});

const mayListenEverywhere = process.getuid?.() === 0;
(mayListenEverywhere ? it.skip : it)('ends with one line that names PORT for a port below 1024', async () => {
  const { code, stderr } = await runProgram('main.js', [], { ...environment, PORT: '81' });
  expect(stderr).toMatch(/^footfall: This user may not listen on port 81 of 127\.0\.0\.1\. Set PORT .*\n$/);
  expect(code).toBe(1);
});

describe('DATA_DIR', () => {
  const folder = createScratchFolder();
  afterAll(() => removeScratchFolder(folder));

  it.each([
    ['a file', () => writeFileSync(join(folder, 'a file'), '')],
    ['an older cluster', createOlderCluster],
  ])('ends with one line that names it if it is %s', async (name, create) => {
    create();
    for (const args of [['serve'], ['migrate', 'status']]) {
      const { code, stderr } = await runProgram('cli/footfall.js', args, {
        PORT: '0',
        DATA_DIR: join(folder, name),
      });
      expect(stderr).toMatch(/^footfall: [^\n]*DATA_DIR[^\n]*\n$/);
      expect(code).toBe(1);
    }
  });

  function createOlderCluster(): void {
    const data = join(folder, 'an older cluster');
    mkdirSync(join(data, 'postgres'), { recursive: true, mode: 0o755 });
    writeFileSync(join(data, 'postgres', 'PG_VERSION'), '15\n');
    writeFileSync(join(data, 'password'), 'secret\n');
  }
});
