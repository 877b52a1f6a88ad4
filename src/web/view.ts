import { applyPage } from './apply-page';
import { drawChart } from './draw-chart';
import { fetchFromService, ServiceFailure } from './fetch-from-service';
import { showFailure, showRefreshed, showRefreshing, showRhythm } from './freshness';
import { localise } from './localise';
import { startNavigation, type HistoryChange, type ShowView } from './navigation';
import { createPace, refreshSeconds } from './create-pace';
import { viewerZone } from './viewer';
import { watchEvents } from './watch-events';

const requestTimeoutMs = 8000;

/**
 * Refreshes the page while it is visible, after each event or, without events, every ten seconds, and changes views
 * without loading a page. The service renders: each refresh fetches the page, which holds the data of its chart, and
 * applies it.
 */
export function startView(): void {
  let current: AbortController | undefined;
  let timer: number | undefined;
  let isLoading = false;
  const pace = createPace();

  const show: ShowView = async (address, change) => {
    clearTimeout(timer);
    current?.abort();
    const controller = new AbortController();
    current = controller;
    isLoading = true;
    pace.begin();
    const deadline = setTimeout(() => {
      controller.abort(new ServiceFailure('the service did not answer', false));
    }, requestTimeoutMs);
    showRefreshing();
    try {
      await load(address, change, controller.signal);
      showRefreshed(new Date());
      pace.succeed();
    } catch (error) {
      if (current !== controller) return;
      const failure = controller.signal.aborted ? (controller.signal.reason as unknown) : error;
      const isNew = change === 'push' || change === 'replace';
      if (isNew && failure instanceof ServiceFailure && failure.isAnswer) {
        // The service's own page says why it refused the view.
        location.assign(address);
        return;
      }
      const reason = failure instanceof ServiceFailure ? failure.message : 'the response could not be read';
      showFailure(reason, new Date(), refreshSeconds);
      pace.fail();
    } finally {
      clearTimeout(deadline);
    }
    if (current !== controller) return;
    isLoading = false;
    schedule();
  };

  const schedule = (): void => {
    clearTimeout(timer);
    timer = setTimeout(refresh, pace.next(events.isLive()));
  };

  const load = async (address: URL, change: HistoryChange, signal: AbortSignal): Promise<void> => {
    const newer = await fetchPage(address, signal);
    signal.throwIfAborted();
    if (change === 'push') window.history.pushState(null, '', address);
    if (change === 'replace') window.history.replaceState(null, '', address);
    localise(newer);
    applyPage(newer, change === 'refresh');
    drawChart();
  };

  const refresh = (): void => {
    if (document.visibilityState === 'visible' && !isLoading) void show(new URL(location.href), 'refresh');
  };

  const events = watchEvents(
    () => {
      pace.noteChange();
      if (!isLoading) schedule();
    },
    () => {
      showRhythm(events.isLive() ? '· live' : `· every ${String(refreshSeconds)} s`);
      if (!isLoading) schedule();
    },
  );
  document.addEventListener('visibilitychange', refresh);
  startNavigation(show);
  refresh();
}

async function fetchPage(address: URL, signal: AbortSignal): Promise<Document> {
  const requested = new URL(address);
  requested.searchParams.set('tz', viewerZone);
  const response = await fetchFromService(requested.href, 'text/html', signal);
  return new DOMParser().parseFromString(await response.text(), 'text/html');
}
