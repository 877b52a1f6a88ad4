import { announce } from './announce';
import { viewerLanguage } from './viewer';

const clock = new Intl.DateTimeFormat(viewerLanguage, { timeStyle: 'medium' });
const shortClock = new Intl.DateTimeFormat(viewerLanguage, { timeStyle: 'short' });

/** Shows that the page is being refreshed; what it shows stays. */
export function showRefreshing(): void {
  document.documentElement.dataset['refreshing'] = '';
}

/** Says when the page was refreshed. */
export function showRefreshed(at: Date): void {
  delete document.documentElement.dataset['refreshing'];
  const time = document.querySelector<HTMLTimeElement>('#freshness time');
  if (time) {
    time.dateTime = at.toISOString();
    time.textContent = clock.format(at);
  }
  const place = document.getElementById('failure');
  if (!place || place.hidden) return;
  place.hidden = true;
  announce('Refreshed again');
}

/** Says in one sentence why the page could not be refreshed and when that is tried again. */
export function showFailure(reason: string, at: Date, againInSeconds: number): void {
  delete document.documentElement.dataset['refreshing'];
  const place = document.getElementById('failure');
  if (!place) return;
  const sentence = `Could not refresh at ${shortClock.format(at)}: ${reason}. Trying again in ${String(againInSeconds)} s.`;
  // Said once aloud; that it still fails every ten seconds would only be noise.
  if (place.hidden) announce(sentence);
  place.textContent = sentence;
  place.hidden = false;
}
