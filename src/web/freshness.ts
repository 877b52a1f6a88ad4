import { announce } from './announce';
import { viewerLanguage } from './viewer';

const clock = new Intl.DateTimeFormat(viewerLanguage, { timeStyle: 'medium' });
const shortClock = new Intl.DateTimeFormat(viewerLanguage, { timeStyle: 'short' });

/** Shows that a refresh is in progress. */
export function showRefreshing(): void {
  document.documentElement.dataset['refreshing'] = '';
}

/** Shows the time of the last refresh. */
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

/** Shows why the refresh failed and when the next one is due. */
export function showFailure(reason: string, at: Date, againInSeconds: number): void {
  delete document.documentElement.dataset['refreshing'];
  const place = document.getElementById('failure');
  if (!place) return;
  const sentence = `Could not refresh at ${shortClock.format(at)}: ${reason}. Trying again in ${String(againInSeconds)} s.`;
  // Screen readers hear only the first of repeated failures.
  if (place.hidden) announce(sentence);
  place.textContent = sentence;
  place.hidden = false;
}

/** Shows when the page is refreshed, such as "live". */
export function showRhythm(words: string): void {
  const place = document.getElementById('rhythm');
  if (place) place.textContent = words;
}
