const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Listens to the signals that ask a process to end: Ctrl-C, an orchestrator, a closed terminal. Without a listener Node
 * ends at once and leaves an embedded server running.
 * @returns the function that stops listening.
 */
export function onEndingSignal(listener: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of endingSignals) process.on(signal, listener);
  return () => {
    for (const signal of endingSignals) process.off(signal, listener);
  };
}
