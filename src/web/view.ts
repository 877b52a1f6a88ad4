import { applyPage } from './apply-page';
import { createChart, type Chart } from './create-chart';
import { createHistoryLoader } from './create-history-loader';
import { fetchFromService, ServiceFailure } from './fetch-from-service';
import { showFailure, showRefreshed, showRefreshing } from './freshness';
import { loadHistory } from './load-history';
import { localise } from './localise';
import { startNavigation } from './navigation';
import { readRange, withRange } from './ranges';
import type { Remember, ShowView } from './show-view';
import { viewerZone } from './viewer';

const refreshSeconds = 10;
const longestAnswerMs = 8000;

/**
 * Keeps the page up to date while it is visible, and moves between views of it without loading it anew. The service
 * renders; this fetches the page of an address, and with it what its chart shows, and puts them in place.
 */
export function startView(): void {
  let underWay: AbortController | undefined;
  let timer: number | undefined;
  let chart: Chart | undefined;
  const loadPaced = createHistoryLoader(loadHistory);

  const show: ShowView = async (address, remember) => {
    clearTimeout(timer);
    underWay?.abort();
    const controller = new AbortController();
    underWay = controller;
    const deadline = setTimeout(() => {
      controller.abort(new ServiceFailure('the service did not answer'));
    }, longestAnswerMs);
    showRefreshing();
    try {
      await load(address, remember, controller.signal);
      showRefreshed(new Date());
    } catch (error) {
      if (underWay !== controller) return;
      const failure = controller.signal.aborted ? (controller.signal.reason as unknown) : error;
      const reason = failure instanceof ServiceFailure ? failure.message : 'the answer could not be read';
      showFailure(reason, new Date(), refreshSeconds);
    } finally {
      clearTimeout(deadline);
    }
    if (underWay === controller) timer = setTimeout(refresh, refreshSeconds * 1000);
  };

  const load = async (address: URL, remember: Remember, signal: AbortSignal): Promise<void> => {
    const range = readRange(address);
    chart ??= mountChart();
    const [newer, history] = await Promise.all([
      fetchPage(address, signal),
      chart && loadPaced(chart.source, range, signal),
    ]);
    signal.throwIfAborted();
    if (remember === 'push') window.history.pushState(null, '', address);
    if (remember === 'replace') window.history.replaceState(null, '', address);
    localise(newer);
    applyPage(newer);
    // The first visit of all brings the place of the chart with it.
    chart ??= mountChart();
    chart?.show(range, history ?? (await loadPaced(chart.source, range, signal)));
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
  const asked = new URL(address);
  asked.searchParams.set('tz', viewerZone);
  const response = await fetchFromService(asked.href, 'text/html', signal);
  return new DOMParser().parseFromString(await response.text(), 'text/html');
}
