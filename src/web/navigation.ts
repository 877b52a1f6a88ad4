import { readRange, withRange } from './ranges';
import type { ShowView } from './show-view';

const restMs = 250;

/**
 * Lets the forms and links of the list change the view in place, as they do without a script by loading a page. The
 * search follows the typing; Back and Forward go through the views.
 */
export function startNavigation(show: ShowView): void {
  let timer: number | undefined;

  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    if (form.id !== 'find' && form.id !== 'order') return;
    event.preventDefault();
    clearTimeout(timer);
    void show(toAddress(form, event.submitter), 'push');
  });

  document.addEventListener('input', (event) => {
    const { form } = event.target as HTMLInputElement;
    if (form?.id !== 'find') return;
    clearTimeout(timer);
    timer = setTimeout(() => void show(toAddress(form, null), 'replace'), restMs);
  });

  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-view]');
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || elsewhere) return;
    event.preventDefault();
    void show(keepRange(new URL(link.href)), 'push').then(() => {
      document.getElementById('visitors')?.scrollIntoView();
    });
  });

  window.addEventListener('popstate', () => void show(new URL(location.href), 'keep'));
}

function toAddress(form: HTMLFormElement, submitter: HTMLElement | null): URL {
  const address = new URL(form.action);
  const given = [...new FormData(form)] as [string, string][];
  if (submitter instanceof HTMLButtonElement && submitter.name !== '') {
    given.push([submitter.name, submitter.value]);
  }
  for (const [name, value] of given) if (value !== '') address.searchParams.set(name, value);
  return keepRange(address);
}

// The chart's range may have changed since the list was rendered.
function keepRange(address: URL): URL {
  return withRange(address, readRange(new URL(location.href)));
}
