import { applyPage } from './apply-page';
import { createChart, type Chart } from './create-chart';
import { createHistoryLoader } from './create-history-loader';
import { fetchFromService, ServiceFailure } from './fetch-from-service';
import { showFailure, showRefreshed, showRefreshing } from './freshness';
import { loadHistory } from './load-history';
import { localise } from './localise';
import { startNavigation, type HistoryChange, type ShowView } from './navigation';
import { readRange, withRange } from './ranges';
import { viewerZone } from './viewer';

const refreshSeconds = 10;
const requestTimeoutMs = 8000;

/**
 * Refreshes the page while it is visible, and changes views without loading a page. The service
 * renders: each refresh fetches the page and the data of its chart, and applies both.
 */
export function startView(): void {
  let current: AbortController | undefined;
  let timer: number | undefined;
  let chart: Chart | undefined;
  const loadHistoryPaced = createHistoryLoader(loadHistory);

  const show: ShowView = async (address, change) => {
    clearTimeout(timer);
    current?.abort();
    const controller = new AbortController();
    current = controller;
    const deadline = setTimeout(() => {
      controller.abort(new ServiceFailure('the service did not answer'));
    }, requestTimeoutMs);
    showRefreshing();
    try {
      await load(address, change, controller.signal);
      showRefreshed(new Date());
    } catch (error) {
      if (current !== controller) return;
      const failure = controller.signal.aborted ? (controller.signal.reason as unknown) : error;
      const reason = failure instanceof ServiceFailure ? failure.message : 'the response could not be read';
      showFailure(reason, new Date(), refreshSeconds);
    } finally {
      clearTimeout(deadline);
    }
    if (current === controller) timer = setTimeout(refresh, refreshSeconds * 1000);
  };

  const load = async (address: URL, change: HistoryChange, signal: AbortSignal): Promise<void> => {
    const range = readRange(address);
    chart ??= mountChart();
    const [newer, history] = await Promise.all([
      fetchPage(address, signal),
      chart && loadHistoryPaced(chart.source, range, signal),
    ]);
    signal.throwIfAborted();
    if (change === 'push') window.history.pushState(null, '', address);
    if (change === 'replace') window.history.replaceState(null, '', address);
    localise(newer);
    applyPage(newer);
    // A page without visits has no chart; the first visit adds it.
    chart ??= mountChart();
    chart?.show(range, history ?? (await loadHistoryPaced(chart.source, range, signal)));
  };

  const mountChart = (): Chart | undefined =>
    createChart((range) => void show(withRange(new URL(location.href), range), 'replace'));

  const refresh = (): void => {
    if (document.visibilityState === 'visible') void show(new URL(location.href), 'keep');
  };

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
