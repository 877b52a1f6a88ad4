/**
 * Strips what may contain user names before an error is sent to New Relic. The class and the stack frames
 * remain; the stable code replaces the message.
 */
export function toSilentError(error: unknown, code: string): Error {
  const silent = new Error(code);
  silent.name = error instanceof Error ? error.name : 'Error';
  silent.stack = [`${silent.name}: ${code}`, ...listFrames(error)].join('\n');
  return silent;
}

// The stack begins with the message, which may have several lines.
function listFrames(error: unknown): string[] {
  if (!(error instanceof Error) || error.stack === undefined) return [];
  const lines = error.stack.split('\n').slice(error.message.split('\n').length);
  return lines.filter((line) => line.startsWith('    at '));
}
