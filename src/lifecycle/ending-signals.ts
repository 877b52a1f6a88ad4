/**
 * The signals that ask a process to end: Ctrl-C, an orchestrator, a closed terminal. Without a listener Node ends at once
 * and leaves an embedded server running.
 */
export const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
