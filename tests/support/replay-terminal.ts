/** Returns the lines that a terminal shows after an output with a progress bar. Handles only what progress bars use. */
export function replayTerminal(output: string): string[] {
  const lines = [''];
  let row = 0;
  let column = 0;
  let saved: readonly [number, number] = [0, 0];
  const line = (): string => lines[row] ?? '';
  const moves: Record<string, (count: number) => void> = {
    A: (count) => (row -= count),
    G: (count) => (column = count - 1),
    K: (kind) => (lines[row] = kind === 2 ? '' : line().slice(0, column)),
  };
  for (const [token, kind, count, move] of output.matchAll(/\x1b(?:([78])|\[\??(\d*)([a-zA-Z]))|[^]/g)) {
    if (kind === '7') saved = [row, column];
    else if (kind === '8') [row, column] = saved;
    else if (move !== undefined) moves[move]?.(Number(count === '' ? (move === 'K' ? 0 : 1) : count));
    else if (token === '\r') column = 0;
    else if (token === '\n') lines[(row += 1)] ??= '';
    else {
      lines[row] = line().slice(0, column).padEnd(column) + token + line().slice(column + 1);
      column += 1;
    }
  }
  return lines;
}
