import { Presets, SingleBar } from 'cli-progress';

/** Tells a person who waits how far it is. */
export interface Progress {
  /** What is under way, which is no step by itself. */
  step(what: string): void;
  /** One of the announced steps is done. */
  done(line: string): void;
  end(): void;
}

/** Shows a bar on a terminal, and plain lines anywhere else; both on stderr, so that stdout is the result alone. */
export function createProgress(steps: number): Progress {
  if (!process.stderr.isTTY) return createLines(steps);
  const bar = new SingleBar(
    { format: '{bar} {percentage}% | {duration_formatted}, {eta_formatted} left | {what}', etaBuffer: 20 },
    Presets.shades_classic,
  );
  bar.start(steps, 0, { what: 'starting' });
  return {
    step: (what) => {
      bar.update({ what });
    },
    done: (what) => {
      bar.increment(1, { what });
    },
    end: () => {
      bar.stop();
    },
  };
}

function createLines(steps: number): Progress {
  let done = 0;
  return {
    step: () => undefined,
    done: (line) => {
      done += 1;
      process.stderr.write(`[${done}/${steps}] ${line}\n`);
    },
    end: () => undefined,
  };
}
