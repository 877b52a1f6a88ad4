/**
 * Copies of an error what may leave the house: its class and where it arose. Its words may hold user names or SQL, and so may
 * its causes' words; the stable code stands for them.
 */
export function toSilentError(error: unknown, code: string): Error {
  const silent = new Error(code);
  silent.name = error instanceof Error ? error.name : 'Error';
  silent.stack = [`${silent.name}: ${code}`, ...listFrames(error)].join('\n');
  return silent;
}

// A message of several lines stands above the frames as it is, so its lines are counted and left out.
function listFrames(error: unknown): string[] {
  if (!(error instanceof Error) || error.stack === undefined) return [];
  const lines = error.stack.split('\n').slice(error.message.split('\n').length);
  return lines.filter((line) => line.startsWith('    at '));
}
