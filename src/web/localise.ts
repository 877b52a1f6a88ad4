import { serviceUrl } from './service-url';
import { viewerLanguage, viewerZone } from './viewer';

const exact = new Intl.DateTimeFormat(viewerLanguage, {
  dateStyle: 'medium',
  timeStyle: 'long',
  timeZone: viewerZone,
});

/** Fills in what only the browser knows: the service's address and times in the viewer's zone. */
export function localise(page: Document): void {
  for (const place of page.querySelectorAll('[data-origin]')) place.textContent = serviceUrl;
  for (const moment of page.querySelectorAll<HTMLTimeElement>('time[data-moment]')) {
    moment.title = exact.format(new Date(moment.dateTime));
  }
}
