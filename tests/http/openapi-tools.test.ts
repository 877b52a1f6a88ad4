import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTestService, type TestService } from '../support/test-service';

const execute = promisify(execFile);
const modules = join(__dirname, '..', '..', 'node_modules');

let service: TestService;
let folder: string;
let file: string;
beforeAll(async () => {
  service = await startTestService();
  folder = await mkdtemp(join(tmpdir(), 'footfall-openapi-'));
  await symlink(modules, join(folder, 'node_modules'));
  file = join(folder, 'openapi.json');
  const { text } = await service.http.get('/-/openapi.json').expect(200);
  await writeFile(file, text);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await service.stop();
});

/** Runs a program of a development dependency. Neither of them may reach for the network. */
function run(program: string, ...args: string[]): Promise<{ stdout: string }> {
  const env = {
    ...process.env,
    REDOCLY_TELEMETRY: 'off',
    REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
    CI: 'true',
  };
  return execute(join(modules, '.bin', program), args, { cwd: folder, env });
}

/** What a program printed before it failed. */
function toOutput(error: unknown): { stdout: string } {
  return error as { stdout: string };
}

it('passes the recommended rules of a public linter', async () => {
  const lint = ['lint', file, '--extends=recommended', '--format=json'];
  const { stdout } = await run('redocly', ...lint).catch(toOutput);
  const { problems } = JSON.parse(stdout) as { problems: { ruleId: string; severity: string }[] };
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  // A path that is always refused has no success, and a probe has no client error.
  const known = ['operation-2xx-response', 'operation-4xx-response'];
  expect(problems.filter(({ ruleId }) => !known.includes(ruleId))).toEqual([]);
}, 60_000);

it('gives a generator what it needs for a typed client', async () => {
  await run('openapi-typescript', file, '--output', 'api.d.ts');
  await writeFile(
    join(folder, 'client.mts'),
    `import createClient from 'openapi-fetch';
    import type { paths } from './api.d.ts';
    const client = createClient<paths>({ baseUrl: ${JSON.stringify(service.url)} });
    const visit = await client.GET('/{username}', { params: { path: { username: 'typed' } } });
    const number: number | undefined = visit.data?.visits;
    const list = await client.GET('/', { params: { query: { sort: '-visits', limit: '5' } } });
    const missing = await client.GET('/-/visitors/{username}', { params: { path: { username: 'nobody' } } });
    // @ts-expect-error There is no such order.
    await client.GET('/', { params: { query: { sort: 'age' } } });
    console.log(JSON.stringify([number, list.data, missing.response.status]));`,
  );
  const options = ['--target', 'es2022', '--module', 'nodenext', '--strict', '--skipLibCheck'];
  const compile = run('tsc', ...options, '--lib', 'es2022,dom', 'client.mts');
  // The compiler reports to its standard output.
  expect(await compile.catch(toOutput)).toMatchObject({ stdout: '' });
  const { stdout } = await execute(process.execPath, ['client.mjs'], { cwd: folder });
  expect(JSON.parse(stdout)).toEqual([
    1,
    { next: null, results: [{ id: 1, username: 'typed', visits: 1 }] },
    404,
  ]);
}, 60_000);
