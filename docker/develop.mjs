/**
 * Builds, migrates and serves: one round of `npm run dev`, which starts another on every change of the sources. A
 * failed build ends the round.
 */
import { spawnSync } from 'node:child_process';

const footfall = '../dist/src/cli/footfall.js';

/** Runs one step with its output on this terminal; a failure ends the round. */
function runStep(command, ...words) {
  const { status } = spawnSync(command, words, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Ends `node --watch`, and with it this process, when npm ends without passing its signal on, as on SIGHUP. */
function stopWithNpm(npm, watcher) {
  const timer = setInterval(() => {
    try {
      process.kill(npm, 0);
    } catch {
      clearInterval(timer);
      process.kill(watcher, 'SIGTERM');
    }
  }, 500);
  timer.unref();
}

// Set by the script: with several watched folders Node puts one watcher below another.
const { NPM_PID, WATCHER_PID } = process.env;
if (NPM_PID && WATCHER_PID) stopWithNpm(Number(NPM_PID), Number(WATCHER_PID));
runStep('npm', 'run', '--silent', 'build');
runStep(process.execPath, new URL(footfall, import.meta.url).pathname, 'migrate', 'up');
process.argv.splice(2, Infinity, 'serve');
await import(footfall);
