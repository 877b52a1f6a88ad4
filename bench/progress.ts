import { Presets, SingleBar } from 'cli-progress';

/** Shows the progress of the bench. */
export interface Progress {
  /** Shows what is being done, without counting a step. */
  show(what: string): void;
  /** Counts a step and shows its result. */
  done(line: string): void;
  end(): void;
}

/** A progress bar on a terminal, otherwise lines; on stderr, since stdout is for results. */
export function createProgress(steps: number): Progress {
  if (!process.stderr.isTTY) return createLines(steps);
  const bar = new SingleBar(
    { format: '{bar} {percentage}% | {duration_formatted}, {eta_formatted} left | {what}', etaBuffer: 20 },
    Presets.shades_classic,
  );
  bar.start(steps, 0, { what: 'starting' });
  return {
    show: (what) => {
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
    show: () => undefined,
    done: (line) => {
      done += 1;
      process.stderr.write(`[${done}/${steps}] ${line}\n`);
    },
    end: () => undefined,
  };
}
