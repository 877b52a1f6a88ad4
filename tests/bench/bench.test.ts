import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchReport } from '../../bench/report/report';
import { databaseEnvironment } from '../support/database-environment';
import { templateDatabase } from '../support/test-database';

const parts = ['record-hot', 'badge', 'mixed', 'distant', 'growth', 'growth-names'];
const repository = join(__dirname, '../..');
const run = promisify(execFile);

describe('a small bench', () => {
  let folder: string;
  let stdout: string;
  let report: BenchReport;
  let files: string[];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'footfall-bench-results-'));
    await run('npm', ['run', '--silent', 'build:bench'], { cwd: repository });
    const { PATH = '', HOME = '' } = process.env;
    const options = ['--quick', '--rounds', '1', '--requests', '128', '--only', ...parts];
    ({ stdout } = await run(process.execPath, ['dist/bench/main.js', ...options, '--out', folder], {
      cwd: repository,
      // The server of the tests; the bench creates its databases there and drops them.
      env: { PATH, HOME, ...databaseEnvironment(templateDatabase) },
    }));
    files = readdirSync(folder).sort();
    report = JSON.parse(readFileSync(join(folder, files[0]!), 'utf8')) as BenchReport;
    // It starts about twenty processes, which takes longer beside other tests.
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('writes JSON, Markdown and both plots', () => {
    const day = report.date.slice(0, 10);
    expect(files).toEqual([`${day}.json`, `${day}.md`, 'growth.svg', 'latest.md', 'throughput.svg']);
    const markdown = readFileSync(join(folder, 'latest.md'), 'utf8');
    expect(markdown).toMatch(
      /\| record, hot name ÷ bare Express handler.*\| at least 0\.95 \| [\d.]+ \| [\d.]+ – [\d.]+ \|/,
    );
    expect(markdown).toContain('fsync on, synchronous_commit on');
    expect(markdown).toMatch(/\| record, Zipf ÷.*\| not measured \|/);
    expect(stdout).toContain(markdown);
    for (const plot of ['throughput.svg', 'growth.svg']) {
      expect(readFileSync(join(folder, plot), 'utf8')).toMatch(/^<svg [\s\S]*<title[\s\S]*<\/svg>\n$/);
    }
  });

  it('finds exact counts of all contenders', () => {
    expect(report.workloads.map(({ name }) => name)).toEqual(['record-hot', 'badge', 'mixed', 'distant']);
    const [hot] = report.workloads;
    expect(hot!.contenders.map(({ name }) => name)).toEqual([
      'footfall',
      'two-processes',
      'unbatched',
      'original',
      'bare',
      'database',
    ]);
    for (const { name, rounds } of report.workloads.flatMap(({ contenders }) => contenders)) {
      const { sent, acknowledged, non2xx, errors, count } = rounds[0]!;
      expect({ name, acknowledged, non2xx, errors }).toEqual({
        name,
        acknowledged: sent,
        non2xx: 0,
        errors: 0,
      });
      if (name === 'bare') expect(count).toBeNull();
      else expect(count).toMatchObject({ difference: 0, namesOff: 0, exact: true });
    }
    expect(report.figures.at(-1)).toMatchObject({ measured: 0, met: true });
  });

  it('measures visits among reads apart', () => {
    const mixed = report.workloads.find(({ name }) => name === 'mixed')!;
    const { rounds } = mixed.contenders.find(({ name }) => name === 'footfall')!;
    const { visits, acknowledged } = rounds[0]!;
    expect(visits!.acknowledged).toBeGreaterThan(0);
    expect(visits!.acknowledged).toBeLessThan(acknowledged);
    expect(visits!.p99Ms).toBeGreaterThan(0);
  });

  it('measures reads, recording and peak memory at each size', () => {
    const sizes = report.growth.map(({ name, stages }) => [name, ...stages.map(({ size }) => size)]);
    expect(sizes).toEqual([
      ['growth', 1000, 4000],
      ['growth-names', 100, 400],
    ]);
    for (const { medianMs, peakMemoryMiB } of report.growth.flatMap(({ stages }) => stages)) {
      expect(Object.keys(medianMs)).toEqual(expect.arrayContaining(['list', 'top', 'summary', 'dashboard']));
      for (const medians of Object.values(medianMs)) expect(medians).toEqual([expect.any(Number)]);
      expect(peakMemoryMiB).toEqual([process.platform === 'linux' ? expect.any(Number) : null]);
    }
  });
});
