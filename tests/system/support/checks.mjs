/** Counts checks and prints one line for each; a check fails by throwing. */
export function createChecks() {
  let passed = 0;
  let failed = 0;
  return {
    /**
     * Runs one check. What it returns is printed behind its title: a figure that was measured.
     * @returns {Promise<boolean>} whether it passed.
     */
    async check(title, run) {
      const start = performance.now();
      try {
        const figure = await run();
        passed += 1;
        print('ok    ', figure === undefined ? title : `${title} (${figure})`, start);
        return true;
      } catch (error) {
        failed += 1;
        print('FAILED', `${title}\n${describe(error)}`, start);
        return false;
      }
    },
    /** Prints the closing line and returns the exit code. */
    close() {
      process.stdout.write(`${passed} passed, ${failed} failed\n`);
      return failed > 0 ? 1 : 0;
    },
  };
}

/** Says what is under way, for steps that take long. */
export function report(line) {
  process.stdout.write(`       ${line}\n`);
}

// The message and the first place that is ours; the rest of a stack says nothing more.
function describe(error) {
  const place = /^ *at .*tests\/system\/.*$/m.exec(error.stack)?.[0] ?? '';
  const cause = error.cause ? `\ncause: ${error.cause.message}` : '';
  return `${error.message}${cause}\n${place.trim()}`.replace(/^/gm, '         ');
}

function print(verdict, text, start) {
  process.stdout.write(`${verdict} ${text} ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}
