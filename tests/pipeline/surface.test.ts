import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const repository = join(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'footfall-surface-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs tools/surface.mjs on the build that is there. */
function runSurface(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/surface.mjs', ...args], {
    cwd: repository,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const present = JSON.parse(runSurface().stdout) as Record<string, unknown>;

/** Sets or, without a value, deletes a part of a surface: `settings › PORT › default`. */
function change(surface: object, path: string, value?: unknown): void {
  const names = path.split(' › ');
  const last = names.pop()!;
  let part = surface as Record<string, unknown>;
  for (const name of names) part = part[name] as Record<string, unknown>;
  if (value === undefined && !(last in part)) throw new Error(`There is no ${path}.`);
  if (value === undefined) Reflect.deleteProperty(part, last);
  else part[last] = value;
}

/** Compares the present interface with a recorded one: the present one with these changes. */
function checkAgainst(
  changes: readonly [path: string, value?: unknown][],
  changelog = '## Unreleased\n\n- A fix\n',
) {
  const recorded = structuredClone({ ...present, version: '1.0.0' });
  for (const [path, value] of changes) change(recorded, path, value);
  const files = [join(folder, 'surface.json'), join(folder, 'CHANGELOG.md')] as const;
  writeFileSync(files[0], JSON.stringify(recorded));
  writeFileSync(files[1], changelog);
  return runSurface('--check', ...files);
}

it('keeps the public interface of the last release, or announces what is incompatible', () => {
  expect(runSurface('--check')).toEqual({ status: 0, stdout: '', stderr: '' });
});

it('knows operations, codes, settings, commands, metrics and variables', () => {
  expect(present).toMatchObject({
    http: {
      operations: {
        'GET /{username}': { answers: { '200 application/json': { visits: 'integer' } } },
        'GET /-/history': { parameters: { 'query since': { type: 'string' } } },
      },
      codes: {
        '404 not-found': {},
        '429 too-many-names': {},
        '503 outcome-unknown': {},
        '503 overloaded': {},
      },
      problem: { code: 'string' },
      readiness: { 'migrations-pending': {} },
    },
    settings: {
      ANSWER_TIMEOUT_MS: { default: 5000, unit: 'milliseconds' },
      DB_PASSWORD: { default: null, file: 'DB_PASSWORD_FILE' },
      BOTS: { choices: { count: {}, ignore: {} } },
    },
    commands: {
      'footfall visits export': { options: { '--format': { choices: { csv: {} }, default: 'csv' } } },
      'footfall visits undo-import': { arguments: { 1: { required: true } } },
    },
    metrics: {
      footfall_http_problems_total: { type: 'counter', labels: { code: {}, route: {}, status: {} } },
      footfall_roll_up_lag_visits: { type: 'gauge', labels: {} },
    },
    stacks: {
      'docker-compose.prod.yml': { APP_IMAGE: { required: true }, WEB_REPLICAS: { default: '2' } },
      'docker/self-host/compose.yaml': { FOOTFALL_VERSION: { default: 'this release' } },
    },
    playbooks: { footfall_replicas: { default: 2 }, footfall_firewall: {} },
  });
});

it('allows additions', () => {
  const result = checkAgainst([
    ['http › operations › GET /-/history'],
    ['http › operations › GET / › parameters › query limit'],
    ['settings › PORT'],
    ['settings › BOTS › choices › ignore'],
    ['commands › footfall visits export › options › --since'],
    ['metrics › footfall_ready'],
    ['stacks › docker-compose.prod.yml › WEB_REPLICAS › required', true],
  ]);
  expect(result).toEqual({ status: 0, stdout: '', stderr: '' });
});

it('names everything that is gone, that has another value, or that is newly required', () => {
  const { status, stderr } = checkAgainst([
    ['http › operations › GET /-/gone', {}],
    ['http › operations › GET / › answers › 200 application/json › total', 'integer'],
    ['settings › PORT › default', '80'],
    ['settings › BOTS › choices › refuse', {}],
    ['commands › footfall visits undo-import › arguments › 1'],
    ['commands › footfall serve › options › --fast', { values: 'none' }],
    ['metrics › footfall_http_problems_total › labels › method', {}],
    ['stacks › docker-compose.prod.yml › DB_HOST'],
    ['playbooks › footfall_replicas › default', 1],
  ]);
  expect(status).toBe(1);
  const named = stderr.split('\n').filter((line) => line.startsWith('  '));
  expect(named.sort()).toEqual([
    '  commands › footfall serve › options › --fast: gone',
    '  commands › footfall visits undo-import › arguments › 1: new',
    '  http › operations › GET / › answers › 200 application/json › total: gone',
    '  http › operations › GET /-/gone: gone',
    '  metrics › footfall_http_problems_total › labels › method: gone',
    '  playbooks › footfall_replicas › default: was 1, is 2',
    '  settings › BOTS › choices › refuse: gone',
    '  settings › PORT › default: was "80", is 8000',
    '  stacks › docker-compose.prod.yml › DB_HOST: new',
  ]);
  expect(stderr).toContain('"npm version" records them');
});

it('accepts an incompatible change that the CHANGELOG announces for a major version', () => {
  const announced = '## Unreleased\n\n### Incompatible\n\n- `OLD` is gone: remove it.\n';
  const removal: [string, unknown] = ['settings › OLD', { default: null }];
  expect(checkAgainst([removal]).status).toBe(1);
  expect(checkAgainst([removal], announced).status).toBe(0);
  expect(checkAgainst([removal], announced.replace('Unreleased', '[1.0.0] - 2026-11-28')).status).toBe(1);
});
