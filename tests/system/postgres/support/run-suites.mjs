import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../support/shell.mjs';
import { repository } from '../../support/work-tree.mjs';

/** The suites whose result depends on the version of the server. */
const suites = [
  'http/(contract|names|list|badge|history|once|idempotency|hidden-and-renamed|read-after-visit)',
  'cli/(migrate|roles|totals|visits|visitors)',
  'db/(migrations|collate-names|search-path|username-checks|allow-paths-in-names|preconditions)',
  'services/(record-visits|roll-up-visits|rolled-up-counts|sorted-totals|totals|transfer|import-parts)',
  'services/(history|ordinals|late-visits|locked-names|retiring|visitors/any-order)',
].map((pattern) => `tests/${pattern}`);

/**
 * Runs the suites of jest on a server.
 * @returns the number of tests that passed
 * @throws with the names of the tests that failed, and why
 */
export async function runSuites(addressFile) {
  const output = join(tmpdir(), `footfall-suites-${process.pid}.json`);
  const args = ['jest', '--silent', '--json', `--outputFile=${output}`, '--maxWorkers=2', ...suites];
  const env = { ...process.env, FOOTFALL_TEST_SERVER: addressFile };
  // Node's test runner marks its processes, and jest must not report to it.
  delete env.NODE_TEST_CONTEXT;
  await runProgram('npx', args, { cwd: repository, env, allowFailure: true, timeoutMs: 1_800_000 });
  const report = JSON.parse(readFileSync(output, 'utf8'));
  rmSync(output);
  const failed = report.testResults.flatMap(({ name, message, assertionResults }) => [
    ...assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${fullName}\n${failureMessages.join('\n').slice(0, 5000)}`),
    ...(assertionResults.length === 0 ? [`${name}: ${message}`] : []),
  ]);
  if (failed.length > 0) throw new Error(`${failed.length} tests failed:\n${failed.join('\n')}`);
  if (report.numPassedTests === 0) throw new Error('no test ran');
  return report.numPassedTests;
}
