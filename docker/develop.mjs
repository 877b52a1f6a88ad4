/**
 * Builds, migrates and serves: one round of `npm run dev`, which runs it again on every change of the sources. A build
 * that fails ends the round, and the next change begins another.
 */
import { spawnSync } from 'node:child_process';

/** Runs one step with its output on this terminal; a failure ends the round. */
function runStep(command, ...words) {
  const { status } = spawnSync(command, words, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

runStep('npm', 'run', '--silent', 'build');
runStep(process.execPath, 'dist/src/cli/migrate.js', 'up');
await import('../dist/src/main.js');
