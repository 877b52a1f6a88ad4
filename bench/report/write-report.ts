import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderGrowth } from './render-growth';
import { renderMarkdown } from './render-markdown';
import { renderThroughput } from './render-throughput';
import type { BenchReport } from './report';

/**
 * Writes `<date>.json`, `<date>.md`, `latest.md`, `throughput.svg` and `growth.svg`. Writes no plot
 * without data.
 * @param given the folder; undefined for a new temporary one
 * @returns the paths
 */
export function writeReport(report: BenchReport, given: string | undefined): string[] {
  const day = report.date.slice(0, 10);
  const markdown = renderMarkdown(report);
  const throughput = renderThroughput(report);
  const growth = report.growth.find(({ name }) => name === 'growth');
  const files: Record<string, string> = {
    [`${day}.json`]: `${JSON.stringify(report, undefined, 2)}\n`,
    [`${day}.md`]: markdown,
    'latest.md': markdown,
    ...(throughput ? { 'throughput.svg': throughput } : {}),
    ...(growth ? { 'growth.svg': renderGrowth(growth, report) } : {}),
  };
  const folder = given ?? mkdtempSync(join(tmpdir(), 'footfall-bench-results-'));
  mkdirSync(folder, { recursive: true });
  return Object.entries(files).map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
}
