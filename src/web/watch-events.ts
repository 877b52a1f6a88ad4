/** The events of the page. */
export interface Events {
  /** Whether the service announces changes, so that the page need not ask. */
  isLive(): boolean;
}

// After an answer such as 429 or 502 a browser does not connect again by itself.
const reopenMs = 30_000;

/**
 * Listens to the events of the page while it is visible. The first event of a connection has the present state, so it
 * is a change as well.
 */
export function watchEvents(onChange: () => void, onRhythm: () => void): Events {
  const path = document.getElementById('freshness')?.dataset['events'];
  let source: EventSource | undefined;
  let timer: number | undefined;

  const open = (): void => {
    close();
    if (path === undefined) return;
    source = new EventSource(path);
    source.addEventListener('open', onRhythm);
    source.addEventListener('message', onChange);
    source.addEventListener('error', () => {
      onRhythm();
      if (source?.readyState === EventSource.CLOSED) timer = setTimeout(open, reopenMs);
    });
  };
  const close = (): void => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };

  const follow = (): void => {
    if (document.visibilityState !== 'visible') close();
    else if (!source || source.readyState === EventSource.CLOSED) open();
  };
  document.addEventListener('visibilitychange', follow);
  follow();
  return { isLive: () => source?.readyState === EventSource.OPEN };
}
